using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Language;
using NetCompiler.Generator.Evaluation;

namespace NetCompiler.Generator;

/// <summary>Reads a network in graph form: evaluates its [Forward] and [Loss] methods and keeps the layers that they call.</summary>
internal sealed class GraphReader : ILayerCalls
{
    private const string ForwardAttribute = "NetCompiler.ForwardAttribute";
    private const string BlockAttribute = "NetCompiler.BlockAttribute";
    private const string LossAttribute = "NetCompiler.LossAttribute";
    private const string ShapeAttribute = "NetCompiler.ShapeAttribute";
    private const string LabelsAttribute = "NetCompiler.LabelsAttribute";
    private const string TensorType = "NetCompiler.Tensor";

    private readonly INamedTypeSymbol _type;
    private readonly Evaluator _evaluator;
    private readonly CancellationToken _cancellation;
    private readonly List<LayerSpec> _layers = [];
    private readonly List<Site> _sites = [];
    private readonly List<NetworkDiagnostic> _diagnostics = [];
    private readonly Dictionary<string, int> _blocks = new(StringComparer.Ordinal);
    private string _scope = "";

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

    /// <summary>What a class's methods declare.</summary>
    public static GraphDeclaration Read(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        new GraphReader(type, compilation, cancellation).Read();

    /// <inheritdoc/>
    public object? Layer(IInvocationOperation call, IReadOnlyList<(IParameterSymbol Parameter, object? Value, SyntaxNode Syntax)> arguments)
    {
        var name = call.TargetMethod.Name;
        if (LossLayer.Functions.ContainsKey(name))
            return Loss(call, name, arguments);
        var signature = LayerRegistry.Get(name).Signature;
        var inputs = new List<int>();
        var written = new List<WrittenArgument>();
        foreach (var (parameter, value, syntax) in arguments)
        {
            if (!IsTensor(parameter.Type))
            {
                var argument = parameter.Name == "name" ? LayerSpec.NameArgument : parameter.Name;
                written.Add(new WrittenArgument(argument, Written(value, parameter.Type)));
            }
            else if (value is ArrayValue array)
                inputs.AddRange(array.Items.Select(item => Input(item, syntax)));
            else
                inputs.Add(Input(value, syntax));
        }

        var attributes = ArgumentBinder.Bind(signature, _layers.Count, written, _diagnostics);
        return Add(new LayerSpec(name, attributes, [.. inputs], _scope, Hint(call.Syntax)), call, arguments);
    }

    /// <inheritdoc/>
    public TensorReference Operator(BinaryOperatorKind kind, object? left, object? right, SyntaxNode site)
    {
        var hint = Hint(site);
        if (left is TensorReference && right is TensorReference)
        {
            var layer = kind switch
            {
                BinaryOperatorKind.Add => "Add",
                BinaryOperatorKind.Subtract => "Subtract",
                BinaryOperatorKind.Multiply => "Multiply",
                _ => "Divide",
            };
            return Add(new LayerSpec(layer, Compiler.Graphs.Attributes.Empty, [Input(left, site), Input(right, site)], _scope, hint), site);
        }

        var tensor = Input(left is TensorReference or TargetReference ? left : right, site);
        var number = left is TensorReference ? right : left;
        var constant = number is float or double or int
            ? Convert.ToDouble(number, CultureInfo.InvariantCulture)
            : throw new EvaluationException(site, "the number has no value");
        (double scale, double shift) = (kind, left is TensorReference) switch
        {
            (BinaryOperatorKind.Add, _) => (1.0, constant),
            (BinaryOperatorKind.Subtract, true) => (1.0, -constant),
            (BinaryOperatorKind.Subtract, false) => (-1.0, constant),
            (BinaryOperatorKind.Multiply, _) => (constant, 0.0),
            (_, true) => (1 / constant, 0.0),
            _ => throw new EvaluationException(site, "a number divided by a tensor is not supported"),
        };
        var attributes = Compiler.Graphs.Attributes.Empty.With("Scale", scale).With("Shift", shift);
        return Add(new LayerSpec("Affine", attributes, [tensor], _scope, hint), site);
    }

    /// <inheritdoc/>
    public object? Block(IMethodSymbol method, IInvocationOperation call, Func<object?> evaluate)
    {
        if (Has(method, ForwardAttribute) || Has(method, LossAttribute))
            throw new EvaluationException(call.Syntax, $"'{method.Name}' is an entry point, which other methods do not call yet");
        if (!Has(method, BlockAttribute))
            return evaluate();
        var outer = _scope;
        _scope = BlockScope(Hint(call.Syntax), method.Name);
        try
        {
            return evaluate();
        }
        finally
        {
            _scope = outer;
        }
    }

    private static IEnumerable<IMethodSymbol> Methods(INamedTypeSymbol type, string attribute) =>
        type.GetMembers().OfType<IMethodSymbol>().Where(method => Has(method, attribute));

    private static bool Has(ISymbol symbol, string attribute) => Find(symbol, attribute) is not null;

    private static AttributeData? Find(ISymbol symbol, string attribute) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == attribute);

    private static bool IsTensor(ITypeSymbol type) =>
        type.ToDisplayString() == TensorType || type is IArrayTypeSymbol { ElementType: var element } && IsTensor(element);

    private static object? Written(object? value, ITypeSymbol type) => value switch
    {
        ImmutableArray<int> pair => pair.ToArray(),
        ArrayValue array when array.Items.All(item => item is int) => array.Items.Select(item => (int)item!).ToArray(),
        float number => (double)number,
        not null when type.TypeKind == TypeKind.Enum => AttributeArguments.Member(type, value),
        _ => value,
    };

    // A call that a variable is declared with is called after it.
    private static string? Hint(SyntaxNode syntax) =>
        syntax.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } ? variable.Identifier.Text : null;

    private GraphDeclaration Read()
    {
        int? prediction = null;
        try
        {
            prediction = Forward();
            if (Single(LossAttribute) is { } loss)
                Loss(loss, prediction.Value);
        }
        catch (EvaluationException exception)
        {
            Report(exception.Site, Rules.NotEvaluable, exception.Message);
        }

        return new GraphDeclaration([.. _layers], prediction, [.. _diagnostics], [.. _sites]);
    }

    private int Forward()
    {
        var method = Single(ForwardAttribute)!;
        if (!method.IsStatic || !IsTensor(method.ReturnType) || method.Parameters.Length != 1 || !IsTensor(method.Parameters[0].Type))
            throw Entry(method, "[Forward] needs a static method from one Tensor to a Tensor");
        var input = Find(method.Parameters[0], ShapeAttribute)
            ?? throw Entry(method, $"[Forward] needs a [Shape(…)] on its parameter '{method.Parameters[0].Name}'");
        var site = input.ApplicationSyntaxReference!.GetSyntax(_cancellation);
        var written = AttributeArguments.Read(input) ?? throw new EvaluationException(site, "it is not valid C#");
        _sites.Add(new Site(site));
        _layers.Add(new LayerSpec("Input", ArgumentBinder.Bind(LayerRegistry.Get("Input").Signature, 0, written, _diagnostics), []));
        var result = _evaluator.Call(method, [new TensorReference(0)], Declaration(method));
        return result is TensorReference { Layer: > 0 } tensor ? tensor.Layer : throw Entry(method, "[Forward] has to return what a layer computes");
    }

    private void Loss(IMethodSymbol method, int prediction)
    {
        var count = _layers.Count;
        var isValid = method.IsStatic && IsTensor(method.ReturnType) && method.Parameters.Length == 2
            && method.Parameters.All(p => IsTensor(p.Type)) && Has(method.Parameters[1], LabelsAttribute);
        if (!isValid)
            throw Entry(method, "[Loss] needs a static method from the prediction and a [Labels] Tensor to a Tensor");
        var result = _evaluator.Call(method, [new TensorReference(prediction), new TargetReference()], Declaration(method));
        if (_layers.Count != count + 1 || result is not TensorReference { Layer: var layer } || layer != count)
        {
            throw Entry(method,
                $"[Loss] has to return one of {string.Join(", ", LossLayer.Functions.Keys)} of the prediction and the labels, and no more");
        }
    }

    private TensorReference Loss(
        IInvocationOperation call, string kind, IReadOnlyList<(IParameterSymbol Parameter, object? Value, SyntaxNode Syntax)> arguments)
    {
        if (arguments[1].Value is not TargetReference)
            throw new EvaluationException(arguments[1].Syntax, "a loss compares with the [Labels] of a [Loss] method");
        var attributes = Compiler.Graphs.Attributes.Empty.With("Kind", kind);
        return Add(new LayerSpec("Loss", attributes, [Input(arguments[0].Value, arguments[0].Syntax)]), call, arguments);
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

    private int Input(object? value, SyntaxNode site) => value switch
    {
        TensorReference tensor => tensor.Layer,
        TargetReference => throw new EvaluationException(site, "labels are for a loss to compare with"),
        _ => throw new EvaluationException(site, "the tensor has no value"),
    };

    private TensorReference Add(
        LayerSpec layer, IInvocationOperation call, IEnumerable<(IParameterSymbol Parameter, object? Value, SyntaxNode Syntax)> arguments)
    {
        _layers.Add(layer);
        _sites.Add(new Site(call.Syntax, arguments.ToImmutableDictionary(a => a.Parameter.Name, a => a.Syntax)));
        return new TensorReference(_layers.Count - 1);
    }

    private TensorReference Add(LayerSpec layer, SyntaxNode site)
    {
        _layers.Add(layer);
        _sites.Add(new Site(site));
        return new TensorReference(_layers.Count - 1);
    }

    private string BlockScope(string? hint, string method)
    {
        var name = hint ?? char.ToLowerInvariant(method[0]) + method.Substring(1);
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
}
