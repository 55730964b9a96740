using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Language;
using NetCompiler.Generator.Evaluation;

namespace NetCompiler.Generator;

/// <summary>Reads a network in graph form: evaluates its [Forward], [Loss] and [Objective] methods and keeps the layers that they call.</summary>
internal sealed class GraphReader : ILayerCalls
{
    private const string ForwardAttribute = "NetCompiler.ForwardAttribute";
    private const string ObjectiveAttribute = "NetCompiler.ObjectiveAttribute";
    private const string BlockAttribute = "NetCompiler.BlockAttribute";
    private const string LossAttribute = "NetCompiler.LossAttribute";
    private const string ShapeAttribute = "NetCompiler.ShapeAttribute";
    private const string LabelsAttribute = "NetCompiler.LabelsAttribute";
    private const string TensorType = "NetCompiler.Tensor";

    // What every network has; a method of that name would hide it.
    private static readonly ImmutableHashSet<string> s_reserved =
    [
        "CreateSession", "Definition", "Description", "Dispose", "Entries", "Equals", "GetHashCode", "GetType", "Load", "LoadWeights",
        "Parameter", "ParameterVersion", "Parameters", "ParametersChanged", "Predict", "RunEntry", "Save", "Session", "Summary", "Tables",
        "ToString", "VectorBits",
    ];

    private readonly INamedTypeSymbol _type;
    private readonly Evaluator _evaluator;
    private readonly CancellationToken _cancellation;
    private readonly List<LayerSpec> _layers = [];
    private readonly List<Site> _sites = [];
    private readonly List<NetworkDiagnostic> _diagnostics = [];
    private readonly List<EntrySpec> _entries = [];
    private readonly Dictionary<string, int> _blocks = new(StringComparer.Ordinal);

    // Methods whose calls share weights, and those of them that are being evaluated.
    private readonly Dictionary<ISymbol, WeightSharing> _shared = new(SymbolEqualityComparer.Default);
    private readonly Stack<(WeightSharing Weights, bool IsRepeated)> _calls = new();
    private string _scope = "";
    private string? _checkpoint;
    private int _checkpoints;
    private bool _isAside;

    private GraphReader(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        _type = type;
        _cancellation = cancellation;
        _evaluator = new Evaluator(compilation, this, cancellation);
    }

    /// <summary>True for a class with a [Forward] method.</summary>
    public static bool IsGraph(INamedTypeSymbol type) => Methods(type, ForwardAttribute).Any();

    /// <summary>True for a class with a [Loss] method.</summary>
    public static bool HasLoss(INamedTypeSymbol type) => Methods(type, LossAttribute).Any();

    /// <summary>
    /// Partial methods with layer attributes, as their other halves begin: "private static partial Tensor Stem(Tensor x)".
    /// </summary>
    public static ImmutableArray<string> PartialMethods(INamedTypeSymbol type, CancellationToken cancellation) =>
    [
        .. type.GetMembers().OfType<IMethodSymbol>().Where(IsSubChain).Select(method =>
            $"{((MethodDeclarationSyntax)method.DeclaringSyntaxReferences[0].GetSyntax(cancellation)).Modifiers.ToString()} "
            + $"global::{TensorType} {method.Name}(global::{TensorType} {method.Parameters[0].Name})"),
    ];

    /// <summary>What a class declares itself.</summary>
    public static ImmutableArray<string> Members(INamedTypeSymbol type) =>
        [.. type.GetMembers().Where(m => !m.IsImplicitlyDeclared && m.CanBeReferencedByName).Select(m => m.Name).Distinct().OrderBy(n => n, StringComparer.Ordinal)];

    /// <summary>What a class's methods declare.</summary>
    public static GraphDeclaration Read(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        new GraphReader(type, compilation, cancellation).Read();

    /// <inheritdoc/>
    public object? Layer(IInvocationOperation call, IReadOnlyList<(IParameterSymbol Parameter, object? Value, SyntaxNode Syntax)> arguments)
    {
        var name = call.TargetMethod.Name;
        if (LossLayer.Functions.ContainsKey(name))
            return Loss(call, name, arguments);
        var layer = LayerRegistry.Get(name);
        var signature = layer.Signature;
        var inputs = new List<LayerResult>();
        var written = new List<WrittenArgument>();
        foreach (var (parameter, value, syntax) in arguments)
        {
            if (!IsTensor(parameter.Type))
                written.Add(Argument(parameter, value));
            else if (value is ArrayValue array)
                inputs.AddRange(array.Items.Select(item => Input(item, syntax)));
            else if (value is not null || !parameter.IsOptional)
                inputs.Add(Input(value, syntax));
        }

        var attributes = ArgumentBinder.Bind(signature, _layers.Count, written, _diagnostics);
        var first = Add(new LayerSpec(name, attributes, [.. inputs], _scope, Hint(call.Syntax)), call, arguments);
        return Returned(call.TargetMethod.ReturnType, first, layer.CountResults(attributes));
    }

    // What a function returns: a tensor, a tuple of tensors, or as many as its arguments say.
    private static object? Returned(ITypeSymbol type, TensorReference first, int results)
    {
        object?[] all = [.. Enumerable.Range(0, results).Select(i => new TensorReference(first.Result with { Index = i }))];
        return type switch
        {
            IArrayTypeSymbol => new ArrayValue(all),
            INamedTypeSymbol { IsTupleType: true } => new TupleValue([.. all]),
            _ => first,
        };
    }

    /// <inheritdoc/>
    public TensorReference Operator(BinaryOperatorKind kind, object? left, object? right, SyntaxNode site)
    {
        var hint = Hint(site);
        var layer = kind switch
        {
            BinaryOperatorKind.Add => "Add",
            BinaryOperatorKind.Subtract => "Subtract",
            BinaryOperatorKind.Multiply => "Multiply",
            BinaryOperatorKind.Divide => "Divide",
            BinaryOperatorKind.LessThan => "Less",
            BinaryOperatorKind.LessThanOrEqual => "LessOrEqual",
            BinaryOperatorKind.GreaterThan => "Greater",
            BinaryOperatorKind.GreaterThanOrEqual => "GreaterOrEqual",
            _ => throw new EvaluationException(site, "tensors have no such operator"),
        };
        if (left is TensorReference && right is TensorReference)
            return Add(new LayerSpec(layer, Compiler.Graphs.Attributes.Empty, [Input(left, site), Input(right, site)], _scope, hint), new Site(site));

        var isLeft = left is TensorReference;
        var tensor = Input(isLeft ? left : right, site);
        var constant = (isLeft ? right : left) is float or double or int
            ? Convert.ToDouble(isLeft ? right : left, CultureInfo.InvariantCulture)
            : throw new EvaluationException(site, "the number has no value");
        if (kind is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan
            or BinaryOperatorKind.GreaterThanOrEqual)
        {
            // 1 < x is x > 1.
            var comparison = isLeft ? layer : layer.StartsWith("Less", StringComparison.Ordinal) ? layer.Replace("Less", "Greater") : layer.Replace("Greater", "Less");
            var number = Compiler.Graphs.Attributes.Empty.With(Compiler.Ops.ComparisonLayer.NumberArgument, constant);
            return Add(new LayerSpec(comparison, number, [tensor], _scope, hint), new Site(site));
        }

        if (kind == BinaryOperatorKind.Divide && !isLeft)
        {
            var reciprocal = Add(new LayerSpec("Power", Compiler.Graphs.Attributes.Empty.With("Exponent", -1.0), [tensor], _scope), new Site(site));
            return Add(new LayerSpec("Affine", Compiler.Graphs.Attributes.Empty.With("Scale", constant), [reciprocal.Result], _scope, hint), new Site(site));
        }

        (double scale, double shift) = (kind, isLeft) switch
        {
            (BinaryOperatorKind.Add, _) => (1.0, constant),
            (BinaryOperatorKind.Subtract, true) => (1.0, -constant),
            (BinaryOperatorKind.Subtract, false) => (-1.0, constant),
            (BinaryOperatorKind.Multiply, _) => (constant, 0.0),
            _ => (1 / constant, 0.0),
        };
        var attributes = Compiler.Graphs.Attributes.Empty.With("Scale", scale).With("Shift", shift);
        return Add(new LayerSpec("Affine", attributes, [tensor], _scope, hint), new Site(site));
    }

    /// <inheritdoc/>
    public object? Block(IMethodSymbol method, IInvocationOperation call, IReadOnlyList<object?> arguments, Func<object?> evaluate)
    {
        if (Has(method, LossAttribute) || Has(method, ObjectiveAttribute))
            throw new EvaluationException(call.Syntax, $"'{method.Name}' is a loss or an objective, which other methods do not call");
        if (Has(method, ForwardAttribute))
        {
            var entry = Evaluated(method, call.Syntax);
            return Within(entry.Scope, _checkpoint, () => Shared(entry, isRepeated: true, call, evaluate));
        }

        var isSubChain = IsSubChain(method);
        if (!isSubChain && Attributes(method).Any())
            throw new EvaluationException(call.Syntax, $"'{method.Name}' has layers as attributes, so it has to be static and partial, from one Tensor to a Tensor, without a body");
        var block = Find(method, BlockAttribute);
        if (block is null && !isSubChain)
            return evaluate();
        var body = isSubChain ? () => SubChain(method, Input(arguments[0], call.Syntax)) : evaluate;
        var checkpoint = IsTrue(block, "Checkpoint") ? FormattableString.Invariant($"{++_checkpoints}") : _checkpoint;
        if (!IsTrue(block, "Shared"))
            return Within(BlockScope(Hint(call.Syntax), method.Name), _checkpoint ?? checkpoint, body);
        var isRepeated = _shared.TryGetValue(method, out var weights);
        if (!isRepeated)
            _shared[method] = weights = new WeightSharing(BlockScope(LowerFirst(method.Name), method.Name));
        return Within(weights!.Scope, _checkpoint ?? checkpoint, () => Shared(weights, isRepeated, call, body));
    }

    // Evaluates under another scope.
    private object? Within(string scope, string? checkpoint, Func<object?> evaluate)
    {
        var (outerScope, outerCheckpoint) = (_scope, _checkpoint);
        (_scope, _checkpoint) = (scope, checkpoint);
        try
        {
            return evaluate();
        }
        finally
        {
            (_scope, _checkpoint) = (outerScope, outerCheckpoint);
        }
    }

    // Evaluates what shares its weights with other calls: the first one says which layers there are, others have to have the same.
    private object? Shared(WeightSharing weights, bool isRepeated, IInvocationOperation? call, Func<object?> evaluate)
    {
        if (_calls.Any(c => c.Weights == weights))
            throw new EvaluationException(call!.Syntax, $"'{call.TargetMethod.Name}' calls itself, with the same weights");
        weights.Begin();
        _calls.Push((weights, isRepeated));
        try
        {
            var result = evaluate();
            if (isRepeated && !weights.IsAtEnd)
                throw new EvaluationException(call!.Syntax, $"'{call.TargetMethod.Name}' shares its weights, but has other layers in this call");
            return result;
        }
        finally
        {
            _calls.Pop();
        }
    }

    // The layers of a partial method, one behind the other.
    private object? SubChain(IMethodSymbol method, LayerResult input)
    {
        foreach (var attribute in Attributes(method))
        {
            var site = attribute.ApplicationSyntaxReference!.GetSyntax(_cancellation);
            var kind = DeclarationReader.Kind(attribute);
            if (!LayerRegistry.Layers.TryGetValue(kind, out var layer) || layer.Role != LayerRole.Body)
                throw new EvaluationException(site, $"[{kind}] does not stand on a method");
            var written = AttributeArguments.Read(attribute) ?? throw new EvaluationException(site, "it is not valid C#");
            var bound = ArgumentBinder.Bind(layer.Signature, _layers.Count, written, _diagnostics);
            input = Add(new LayerSpec(kind, bound, [input], _scope), Site.Of(attribute, (AttributeSyntax)site)).Result;
        }

        return new TensorReference(input);
    }

    private static IEnumerable<IMethodSymbol> Methods(INamedTypeSymbol type, string attribute) =>
        type.GetMembers().OfType<IMethodSymbol>().Where(method => Has(method, attribute));

    private static bool Has(ISymbol symbol, string attribute) => Find(symbol, attribute) is not null;

    private static AttributeData? Find(ISymbol symbol, string attribute) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == attribute);

    private static IEnumerable<AttributeData> Attributes(IMethodSymbol method) =>
        method.GetAttributes().Where(a => DeclarationReader.IsDeclaration(a.AttributeClass) && a.AttributeClass!.ToDisplayString() != LossAttribute);

    // What a class's partial method is whose layers are attributes.
    private static bool IsSubChain(IMethodSymbol method) =>
        method is { IsPartialDefinition: true, IsStatic: true, Parameters.Length: 1 } && IsTensor(method.ReturnType)
        && IsTensor(method.Parameters[0].Type) && Attributes(method).Any();

    private static bool IsTrue(AttributeData? attribute, string property) =>
        attribute?.NamedArguments.Any(a => a.Key == property && a.Value.Value is true) == true;

    private static WrittenArgument Argument(IParameterSymbol parameter, object? value) =>
        new(parameter.Name == "name" ? LayerSpec.NameArgument : parameter.Name, Written(value, parameter.Type));

    private static string LowerFirst(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    private static bool IsTensor(ITypeSymbol type) =>
        type.ToDisplayString() == TensorType || type is IArrayTypeSymbol { ElementType: var element } && IsTensor(element);

    private static object? Written(object? value, ITypeSymbol type) => value switch
    {
        ImmutableArray<int> pair => pair.ToArray(),
        ArrayValue array when type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Double }
            && array.Items.All(item => item is int or float or double) =>
            array.Items.Select(item => Convert.ToDouble(item, CultureInfo.InvariantCulture)).ToArray(),
        ArrayValue array when array.Items.All(item => item is int) => array.Items.Select(item => (int)item!).ToArray(),
        float number => (double)number,
        ArrayValue { Items: var items } when items.Length > 0 && items.All(item => item is double) => items.Cast<double>().ToArray(),
        not null when type.TypeKind == TypeKind.Enum => AttributeArguments.Member(type, value),
        _ => value,
    };

    // A call that a variable is declared with is called after it.
    private static string? Hint(SyntaxNode syntax) =>
        syntax.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } ? variable.Identifier.Text : null;

    private GraphDeclaration Read()
    {
        try
        {
            var forwards = Methods(_type, ForwardAttribute).ToList();
            foreach (var method in forwards)
                Evaluated(method, Declaration(method));
            // In the order in which they are written; those that others call have been evaluated before.
            var main = _entries.First(e => e.Name == forwards[0].Name);
            _entries.Remove(main);
            _entries.Insert(0, main);
            if (Single(LossAttribute) is { } loss)
                Loss(loss, main);
            foreach (var method in Methods(_type, ObjectiveAttribute).ToList())
                Objective(method);
        }
        catch (EvaluationException exception)
        {
            Report(exception.Site, Rules.NotEvaluable, exception.Message);
        }

        return new GraphDeclaration([.. _layers], [.. _entries], [.. _diagnostics], [.. _sites]);
    }

    // A [Forward] method: evaluated once by itself, whose layers and weights are then those of all who call it.
    private WeightSharing Evaluated(IMethodSymbol method, SyntaxNode site)
    {
        if (_shared.TryGetValue(method, out var known))
        {
            return known.IsComplete ? known : throw new EvaluationException(site, $"'{method.Name}' calls itself, with the same weights");
        }

        CheckEntry(method, "[Forward]");
        var scope = Methods(_type, ForwardAttribute).Skip(1).Any() ? LowerFirst(method.Name) + "." : "";
        var weights = _shared[method] = new WeightSharing(scope);
        var outerCalls = _calls.Reverse().ToList();
        var isAside = _isAside;
        _calls.Clear();
        _isAside = false;
        try
        {
            Within(scope, null, () =>
            {
                var inputs = method.Parameters.Select(Parameter).ToImmutableArray();
                var result = Shared(weights, isRepeated: false, null,
                    () => _evaluator.Call(method, [.. inputs.Select(i => (object?)new TensorReference(i.Result))], Declaration(method)));
                _entries.Add(new EntrySpec(method.Name, EntryKind.Forward, inputs, Outputs(method, result, "[Forward]", "outputs"), []));
                return null;
            });
        }
        finally
        {
            _isAside = isAside;
            foreach (var call in outerCalls)
                _calls.Push(call);
        }

        weights.IsComplete = true;
        return weights;
    }

    private void CheckEntry(IMethodSymbol method, string attribute)
    {
        if (!method.IsStatic || !IsResult(method.ReturnType) || method.Parameters.IsEmpty || !method.Parameters.All(p => IsSingleTensor(p.Type)))
            throw Entry(method, $"{attribute} needs a static method from Tensors to a Tensor or a tuple of Tensors");
        foreach (var parameter in method.Parameters.Where(p => !Has(p, ShapeAttribute) && !(attribute != "[Forward]" && Has(p, LabelsAttribute))))
            throw Entry(method, $"{attribute} needs a [Shape(…)] on its parameter '{parameter.Name}'");
        var isPredict = method.Name == "Predict" && attribute == "[Forward]" && method.Parameters.Length == 1 && IsSingleTensor(method.ReturnType)
            && SymbolEqualityComparer.Default.Equals(Methods(_type, ForwardAttribute).First(), method);
        if (s_reserved.Contains(method.Name) && !isPredict)
            throw Entry(method, $"'{method.Name}' is a member of every network, give the method another name");
        if (_entries.Any(e => e.Name == method.Name))
            throw Entry(method, $"two entry points are called '{method.Name}'");
    }

    private static bool IsSingleTensor(ITypeSymbol type) => type.ToDisplayString() == TensorType;

    private static bool IsResult(ITypeSymbol type) =>
        IsSingleTensor(type) || type is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements.All(e => IsSingleTensor(e.Type));

    // What callers hand in for a parameter: an input, or labels.
    private EntryValue Parameter(IParameterSymbol parameter)
    {
        var isLabels = Has(parameter, LabelsAttribute);
        var shape = Find(parameter, ShapeAttribute);
        var site = (shape ?? Find(parameter, LabelsAttribute))!.ApplicationSyntaxReference!.GetSyntax(_cancellation);
        var written = shape is null ? [] : AttributeArguments.Read(shape) ?? throw new EvaluationException(site, "it is not valid C#");
        var kind = isLabels ? "Labels" : "Input";
        var signature = LayerRegistry.Get(kind).Signature;
        foreach (var argument in written.Where(w => isLabels && !signature.Parameters.Any(p => ArgumentBinder.Means(w.Name, p.Name))))
            throw new EvaluationException(site, $"labels do not take {argument.Name}");
        var arguments = ArgumentBinder.Bind(signature, _layers.Count, written, _diagnostics);
        if (isLabels && shape is not null)
            arguments = arguments.With(LabelsLayer.ShapeArgument, true);
        _layers.Add(new LayerSpec(kind, arguments, [], _scope, parameter.Name)
        {
            IsAside = _isAside,
        });
        _sites.Add(shape is null ? new Site(site) : Site.Of(shape, (AttributeSyntax)site));
        return new EntryValue(parameter.Name, _layers.Count - 1);
    }

    private ImmutableArray<EntryValue> Outputs(IMethodSymbol method, object? result, string attribute, string name)
    {
        var outputs = (result, method.ReturnType) switch
        {
            (TensorReference tensor, _) => ImmutableArray.Create(new EntryValue(name, tensor.Result)),
            (TupleValue { Items: var items }, INamedTypeSymbol { IsTupleType: true } tuple) when items.All(item => item is TensorReference) =>
                [.. items.Select((item, i) => new EntryValue(
                    tuple.TupleElements[i].IsExplicitlyNamedTupleElement
                        ? LowerFirst(tuple.TupleElements[i].Name)
                        : FormattableString.Invariant($"output{i + 1}"),
                    ((TensorReference)item!).Result))],
            _ => throw Entry(method, $"{attribute} has to return tensors"),
        };
        return outputs.All(o => LayerRegistry.Get(_layers[o.Layer].Kind).Role is LayerRole.Body or LayerRole.Loss)
            ? outputs
            : throw Entry(method, $"{attribute} has to return what a layer computes");
    }

    private void Loss(IMethodSymbol method, EntrySpec main)
    {
        if (!method.IsStatic || !IsSingleTensor(method.ReturnType) || !method.Parameters.All(p => IsSingleTensor(p.Type)))
            throw Entry(method, "[Loss] needs a static method from Tensors to a Tensor");
        var bound = method.Parameters.Where(p => !Has(p, ShapeAttribute) && !Has(p, LabelsAttribute)).ToList();
        if (bound.Count > 0 && bound.Count != main.Outputs.Length)
        {
            throw Entry(method, FormattableString.Invariant(
                $"[Loss] takes what '{main.Name}' returns ({main.Outputs.Length} tensors), but has {bound.Count} parameters without [Labels] and [Shape(…)]"));
        }

        var (inputs, outputs) = bound.Count > 0 ? (main.Inputs, main.Outputs) : ([], []);
        Aside(LowerFirst(method.Name) + ".", () =>
        {
            var own = method.Parameters.Where(p => !bound.Contains(p, SymbolEqualityComparer.Default)).ToDictionary(p => p.Ordinal, Parameter);
            var arguments = method.Parameters.Select(p =>
                (object?)new TensorReference(own.TryGetValue(p.Ordinal, out var value) ? value.Result : outputs[bound.IndexOf(p)].Result));
            var result = Outputs(method, _evaluator.Call(method, [.. arguments], Declaration(method)), "[Loss]", "loss");
            _entries.Add(new EntrySpec(method.Name, EntryKind.Loss,
                [.. inputs, .. own.OrderBy(o => Has(method.Parameters[o.Key], LabelsAttribute)).ThenBy(o => o.Key).Select(o => o.Value)],
                [.. outputs, result[0]], []));
        });
    }

    private void Objective(IMethodSymbol method)
    {
        CheckEntry(method, "[Objective]");
        Aside(LowerFirst(method.Name) + ".", () =>
        {
            var first = _layers.Count;
            var inputs = method.Parameters.Select(Parameter).ToImmutableArray();
            var result = _evaluator.Call(method, [.. inputs.Select(i => (object?)new TensorReference(i.Result))], Declaration(method));
            var outputs = Outputs(method, result, "[Objective]", "value");
            var names = Find(method, ObjectiveAttribute)!.ConstructorArguments.SelectMany(a => a.Kind == TypedConstantKind.Array ? a.Values : [a])
                .Select(a => a.Value as string ?? "").ToList();
            // Layers have their names later; what is no parameter is looked up then, among the layers of this method.
            var variables = names.Count == 0
                ? inputs.Where(i => _layers[i.Layer].Kind == "Input")
                : names.Select(name => inputs.FirstOrDefault(i => i.Name == name) ?? new EntryValue(name, -1));
            _entries.Add(new EntrySpec(method.Name, EntryKind.Objective, inputs, outputs, [.. variables]) { FirstLayer = first, EndLayer = _layers.Count });
        });
    }

    // What is evaluated besides the network itself.
    private void Aside(string scope, Action evaluate)
    {
        _isAside = true;
        Within(scope, null, () =>
        {
            evaluate();
            return null;
        });
        _isAside = false;
    }

    private TensorReference Loss(
        IInvocationOperation call, string kind, IReadOnlyList<(IParameterSymbol Parameter, object? Value, SyntaxNode Syntax)> arguments)
    {
        if (!_isAside)
            throw new EvaluationException(call.Syntax, $"'{kind}' is for [Loss] and [Objective] methods");
        var written = new List<WrittenArgument> { new("Kind", kind) };
        written.AddRange(arguments.Skip(2).Where(a => a.Value is not null).Select(a => Argument(a.Parameter, a.Value)));
        var attributes = ArgumentBinder.Bind(LayerRegistry.Get("Loss").Signature, _layers.Count, written, _diagnostics);
        var inputs = ImmutableArray.Create(Input(arguments[0].Value, arguments[0].Syntax), Input(arguments[1].Value, arguments[1].Syntax));
        return Add(new LayerSpec("Loss", attributes, inputs, _scope, Hint(call.Syntax)), call, arguments);
    }

    // The one method with an attribute; null where there is none.
    private IMethodSymbol? Single(string attribute)
    {
        var methods = Methods(_type, attribute).ToList();
        if (methods.Count > 1)
        {
            var name = attribute.Substring(attribute.LastIndexOf('.') + 1).Replace("Attribute", "");
            throw Entry(methods[1], FormattableString.Invariant($"'{_type.Name}' has {methods.Count} [{name}] methods, one is supported"));
        }

        return methods.FirstOrDefault();
    }

    private EvaluationException Entry(IMethodSymbol method, string message) => new(Declaration(method), message);

    private SyntaxNode Declaration(IMethodSymbol method) => method.DeclaringSyntaxReferences[0].GetSyntax(_cancellation);

    private static LayerResult Input(object? value, SyntaxNode site) => value is TensorReference tensor
        ? tensor.Result
        : throw new EvaluationException(site, "the tensor has no value");

    private TensorReference Add(
        LayerSpec layer, IInvocationOperation call, IEnumerable<(IParameterSymbol Parameter, object? Value, SyntaxNode Syntax)> arguments) =>
        Add(layer, new Site(call.Syntax, arguments.ToImmutableDictionary(a => a.Parameter.Name, a => a.Syntax)));

    private TensorReference Add(LayerSpec layer, Site site)
    {
        int? owner = null;
        foreach (var (weights, isRepeated) in _calls)
        {
            if (!isRepeated)
            {
                weights.Layers.Add(_layers.Count);
                continue;
            }

            // Arguments may differ, a stride or a shape: whether the weights fit is seen where they are asked for.
            if (weights.IsAtEnd || _layers[weights.Layers[weights.Position]].Kind != layer.Kind)
                throw new EvaluationException(site.Node, "it shares its weights with another call, in which the layer is another one");

            var index = weights.Layers[weights.Position++];
            owner ??= _layers[index].Shares ?? index;
        }

        _layers.Add(layer with { Shares = owner, Checkpoint = _checkpoint, IsAside = _isAside });
        _sites.Add(site);
        return new TensorReference(_layers.Count - 1);
    }

    private string BlockScope(string? hint, string method)
    {
        var name = hint ?? LowerFirst(method);
        var key = _scope + name;
        _blocks.TryGetValue(key, out var count);
        _blocks[key] = count + 1;
        // stem, stem2; but residual1, residual2, as layers are counted.
        var isNumbered = hint is null || count > 0;
        return key + (isNumbered ? (count + 1).ToString(CultureInfo.InvariantCulture) : "") + ".";
    }

    private void Report(SyntaxNode site, Rule rule, params ImmutableArray<string> arguments)
    {
        _diagnostics.Add(new NetworkDiagnostic(rule, _sites.Count, null, arguments));
        _sites.Add(new Site(site));
    }

    // The layers of a method whose calls share weights, in the order of its first call.
    private sealed class WeightSharing(string scope)
    {
        public string Scope => scope;

        public List<int> Layers { get; } = [];

        // Where a further call has come to.
        public int Position { get; set; }

        public bool IsAtEnd => Position >= Layers.Count;

        // For [Forward] methods: that they have been evaluated by themselves.
        public bool IsComplete { get; set; }

        public void Begin() => Position = 0;
    }
}
