using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace NetCompiler.Generator.Evaluation;

/// <content>This half computes expressions.</content>
internal sealed partial class Evaluator
{
    private const string TensorType = "NetCompiler.Tensor";
    private const string LayersType = "NetCompiler.Layers";
    private const string PairType = "NetCompiler.Size2D";

    private object? Evaluate(IOperation operation)
    {
        Step(operation);
        // Constants, members of enums and names among them.
        if (operation.ConstantValue.HasValue)
            return operation.ConstantValue.Value;
        return operation switch
        {
            ILocalReferenceOperation local => Frame.TryGetValue(local.Local, out var value) ? value : throw Unsupported(local),
            IParameterReferenceOperation parameter =>
                Frame.TryGetValue(parameter.Parameter, out var value) ? value : throw Unsupported(parameter),
            IFieldReferenceOperation field => Field(field),
            IInvocationOperation call => Invoke(call),
            IBinaryOperation binary => Binary(binary),
            IUnaryOperation unary => Unary(unary),
            IConversionOperation conversion => Convert(conversion),
            IConditionalOperation condition => Evaluate(Truth(condition.Condition) ? condition.WhenTrue : condition.WhenFalse!),
            IParenthesizedOperation parenthesized => Evaluate(parenthesized.Operand),
            ITupleOperation tuple => new TupleValue([.. tuple.Elements.Select(Evaluate)]),
            ISimpleAssignmentOperation assignment => Assign(assignment.Target, Evaluate(assignment.Value)),
            ICompoundAssignmentOperation assignment => Compound(assignment),
            IIncrementOrDecrementOperation increment => Increment(increment),
            IDeconstructionAssignmentOperation deconstruction => Deconstruct(deconstruction),
            IArrayCreationOperation array => Array(array),
            IArrayInitializerOperation initializer => new ArrayValue([.. initializer.ElementValues.Select(Evaluate)]),
            IArrayElementReferenceOperation element => Element(element),
            IPropertyReferenceOperation { Property.Name: "Length", Instance: { } instance } property =>
                Evaluate(instance) is ArrayValue array ? array.Items.Length : throw Unsupported(property),
            ISwitchExpressionOperation choice => Switch(choice),
            IIsPatternOperation pattern => Matches(pattern.Pattern, Evaluate(pattern.Value)),
            IInterpolatedStringOperation text => string.Concat(text.Parts.Select(Part)),
            IDeclarationExpressionOperation declaration => Evaluate(declaration.Expression),
            // The operation of [a, b] is younger than the compiler that this is built for; its syntax is not.
            _ when operation.Syntax is CollectionExpressionSyntax => new ArrayValue([.. operation.ChildOperations.Select(Evaluate)]),
            _ => throw Unsupported(operation),
        };
    }

    private object? Field(IFieldReferenceOperation reference)
    {
        var field = reference.Field;
        if (_fields.TryGetValue(field, out var known))
            return known;
        if (reference.Instance is { } instance && Evaluate(instance) is TupleValue tuple)
            return tuple.Items[((INamedTypeSymbol)instance.Type!).TupleElements.IndexOf(field)];
        if (!field.IsStatic || !field.IsReadOnly)
            throw new EvaluationException(reference.Syntax, $"'{field.Name}' is neither a constant nor static and readonly");
        var initializer = (field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as VariableDeclaratorSyntax)?.Initializer
            ?? throw new EvaluationException(reference.Syntax, $"'{field.Name}' has no value in this project");
        var operation = compilation.GetSemanticModel(initializer.SyntaxTree).GetOperation(initializer.Value, cancellation);
        return _fields[field] = Evaluate(operation ?? throw Unsupported(reference));
    }

    private object? Invoke(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.ContainingType.ToDisplayString() == LayersType)
        {
            return calls.Layer(call, [.. call.Arguments.Where(a => a.ArgumentKind != ArgumentKind.DefaultValue)
                .Select(a => (a.Parameter!, Evaluate(a.Value), a.Syntax))]);
        }

        if (IsMath(method))
            return Mathematics(call);
        if (method is { Name: "Range", ContainingType.Name: "Enumerable" } && call.Arguments.Length == 2
            && Evaluate(call.Arguments[0].Value) is int start && Evaluate(call.Arguments[1].Value) is int count)
        {
            return new ArrayValue([.. Enumerable.Range(start, Math.Min(Math.Max(0, count), MostSteps)).Select(i => (object?)i)]);
        }

        if (!method.IsStatic && method.MethodKind != MethodKind.LocalFunction)
            throw Unsupported(call);
        if (method.DeclaringSyntaxReferences.IsEmpty)
            throw Unsupported(call);
        var arguments = new object?[method.Parameters.Length];
        foreach (var argument in call.Arguments)
            arguments[argument.Parameter!.Ordinal] = Evaluate(argument.Value);
        return calls.Block(method, call, arguments, () => Call(method, arguments, call.Syntax));
    }

    private static bool IsMath(IMethodSymbol method) =>
        method.ContainingType is { Name: "Math" or "MathF", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    private object? Mathematics(IInvocationOperation call)
    {
        var x = call.Arguments.Select(a => Evaluate(a.Value)).ToArray();
        return (call.TargetMethod.Name, x[0], x.Length > 1 ? x[1] : null) switch
        {
            ("Max", int a, int b) => Math.Max(a, b),
            ("Max", double a, double b) => Math.Max(a, b),
            ("Min", int a, int b) => Math.Min(a, b),
            ("Min", double a, double b) => Math.Min(a, b),
            ("Abs", int a, null) => Math.Abs(a),
            ("Abs", double a, null) => Math.Abs(a),
            ("Sqrt", double a, null) => Math.Sqrt(a),
            ("Pow", double a, double b) => Math.Pow(a, b),
            ("Exp", double a, null) => Math.Exp(a),
            ("Log", double a, null) => Math.Log(a),
            ("Floor", double a, null) => Math.Floor(a),
            ("Ceiling", double a, null) => Math.Ceiling(a),
            ("Round", double a, null) => Math.Round(a),
            _ => throw Unsupported(call),
        };
    }

    private object? Binary(IBinaryOperation binary)
    {
        if (binary.OperatorKind is BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr)
        {
            var left = Truth(binary.LeftOperand);
            return left == (binary.OperatorKind == BinaryOperatorKind.ConditionalOr) ? left : Truth(binary.RightOperand);
        }

        return Binary(binary.OperatorKind, binary.OperatorMethod, Evaluate(binary.LeftOperand), Evaluate(binary.RightOperand), binary);
    }

    private object? Binary(BinaryOperatorKind kind, IMethodSymbol? method, object? left, object? right, IOperation operation)
    {
        if (method?.ContainingType.ToDisplayString() == TensorType)
            return calls.Operator(kind, left, right, operation.Syntax);
        try
        {
            return ConstantOperators.Apply(kind, left, right) ?? throw Unsupported(operation);
        }
        catch (DivideByZeroException)
        {
            throw new EvaluationException(operation.Syntax, "it divides by zero");
        }
    }

    private object? Unary(IUnaryOperation unary)
    {
        var operand = Evaluate(unary.Operand);
        if (unary.OperatorMethod?.ContainingType.ToDisplayString() == TensorType)
            return calls.Operator(BinaryOperatorKind.Multiply, operand, -1.0, unary.Syntax);
        return ConstantOperators.Apply(unary.OperatorKind, operand) ?? throw Unsupported(unary);
    }

    private object? Convert(IConversionOperation conversion)
    {
        var value = Evaluate(conversion.Operand);
        if (conversion.OperatorMethod is { } method)
        {
            return (method.ContainingType.ToDisplayString(), value) switch
            {
                (PairType, int both) => ImmutableArray.Create(both),
                (PairType, TupleValue { Items: { Length: 2 } items }) when items[0] is int height && items[1] is int width =>
                    ImmutableArray.Create(height, width),
                _ => throw Unsupported(conversion),
            };
        }

        if (value is null or TensorReference or TupleValue or ArrayValue || conversion.Type is null)
            return value;
        return ConstantOperators.Convert(value, conversion.Type.SpecialType) ?? throw Unsupported(conversion);
    }

    private object? Assign(IOperation target, object? value)
    {
        Bind(target, value);
        return value;
    }

    private void Bind(IOperation target, object? value)
    {
        switch (target)
        {
            case IVariableDeclaratorOperation declarator:
                Frame[declarator.Symbol] = value;
                break;
            case ILocalReferenceOperation local when IsOwn(local.Local):
                Frame[local.Local] = value;
                break;
            case IParameterReferenceOperation parameter when IsOwn(parameter.Parameter):
                Frame[parameter.Parameter] = value;
                break;
            case IDeclarationExpressionOperation declaration:
                Bind(declaration.Expression, value);
                break;
            case IDiscardOperation:
                break;
            case ITupleOperation tuple when value is TupleValue { Items: var items } && items.Length == tuple.Elements.Length:
                Bind(tuple.Elements, items);
                break;
            case ITupleOperation tuple when value is ArrayValue { Items: var items }:
                if (items.Length != tuple.Elements.Length)
                {
                    throw new EvaluationException(tuple.Syntax,
                        FormattableString.Invariant($"{items.Length} tensors are taken apart into {tuple.Elements.Length} variables"));
                }

                Bind(tuple.Elements, items);
                break;
            case IArrayElementReferenceOperation element:
                var (array, index) = Place(element);
                array.Items[index] = value;
                break;
            default:
                throw Unsupported(target);
        }
    }

    private void Bind(ImmutableArray<IOperation> targets, IReadOnlyList<object?> values)
    {
        for (var i = 0; i < targets.Length; i++)
            Bind(targets[i], values[i]);
    }

    // A local function has a copy of the variables around it, which an assignment would not reach.
    private bool IsOwn(ISymbol variable) => SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, _methods.Peek());

    private object? Compound(ICompoundAssignmentOperation assignment)
    {
        var value = Binary(assignment.OperatorKind, assignment.OperatorMethod, Evaluate(assignment.Target), Evaluate(assignment.Value), assignment);
        return Assign(assignment.Target, value);
    }

    private object? Increment(IIncrementOrDecrementOperation increment)
    {
        var before = Evaluate(increment.Target);
        var kind = increment.Kind == OperationKind.Increment ? BinaryOperatorKind.Add : BinaryOperatorKind.Subtract;
        var after = before is int ? ConstantOperators.Apply(kind, before, 1) : null;
        Bind(increment.Target, after ?? throw Unsupported(increment));
        return increment.IsPostfix ? before : after;
    }

    private object? Deconstruct(IDeconstructionAssignmentOperation deconstruction)
    {
        var value = Evaluate(deconstruction.Value);
        Bind(deconstruction.Target, value);
        return value;
    }

    private object? Array(IArrayCreationOperation array)
    {
        if (array.Initializer is { } initializer)
            return new ArrayValue([.. initializer.ElementValues.Select(Evaluate)]);
        if (array.DimensionSizes.Length == 1 && Evaluate(array.DimensionSizes[0]) is int length and >= 0 and <= MostSteps)
            return new ArrayValue(new object?[length]);
        throw Unsupported(array);
    }

    private object? Element(IArrayElementReferenceOperation element)
    {
        if (element.Indices.Length == 1 && element.Indices[0] is IRangeOperation range)
            return Part(element, range);
        var (array, index) = Place(element);
        return array.Items[index] ?? throw new EvaluationException(element.Syntax, "the element has no value yet");
    }

    private (ArrayValue Array, int Index) Place(IArrayElementReferenceOperation element)
    {
        if (Evaluate(element.ArrayReference) is not ArrayValue array || element.Indices.Length != 1)
            throw Unsupported(element);
        var index = Index(element.Indices[0], array.Items.Length);
        if (index < 0 || index >= array.Items.Length)
        {
            throw new EvaluationException(element.Syntax,
                FormattableString.Invariant($"the index is {index}, expected 0 to {array.Items.Length - 1}"));
        }

        return (array, index);
    }

    // An index, which may be counted from the end.
    private int Index(IOperation operation, int length) => operation switch
    {
        IConversionOperation conversion => Index(conversion.Operand, length),
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } hat when Evaluate(hat.Operand) is int fromEnd => length - fromEnd,
        _ => Evaluate(operation) as int? ?? throw Unsupported(operation),
    };

    private ArrayValue Part(IArrayElementReferenceOperation element, IRangeOperation range)
    {
        if (Evaluate(element.ArrayReference) is not ArrayValue { Items: var items })
            throw Unsupported(element);
        var start = range.LeftOperand is { } left ? Index(left, items.Length) : 0;
        var end = range.RightOperand is { } right ? Index(right, items.Length) : items.Length;
        if (start < 0 || end < start || end > items.Length)
        {
            throw new EvaluationException(element.Syntax,
                FormattableString.Invariant($"the range is {start}..{end}, expected one within 0..{items.Length}"));
        }

        return new ArrayValue([.. items.Skip(start).Take(end - start)]);
    }

    private object? Switch(ISwitchExpressionOperation choice)
    {
        var value = Evaluate(choice.Value);
        foreach (var arm in choice.Arms)
        {
            if (Matches(arm.Pattern, value) && (arm.Guard is null || Truth(arm.Guard)))
                return Evaluate(arm.Value);
        }

        throw new EvaluationException(choice.Syntax, "no arm of the switch fits");
    }

    private bool Matches(IPatternOperation pattern, object? value)
    {
        switch (pattern)
        {
            case IDiscardPatternOperation:
                return true;
            case IConstantPatternOperation constant:
                return Equals(Evaluate(constant.Value), value);
            case IRelationalPatternOperation relation:
                return ConstantOperators.Apply(relation.OperatorKind, value, Evaluate(relation.Value)) is true;
            case INegatedPatternOperation negated:
                return !Matches(negated.Pattern, value);
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both:
                return Matches(both.LeftPattern, value) && Matches(both.RightPattern, value);
            case IBinaryPatternOperation either:
                return Matches(either.LeftPattern, value) || Matches(either.RightPattern, value);
            case IDeclarationPatternOperation { DeclaredSymbol: ILocalSymbol local, MatchesNull: true }:
                Frame[local] = value;
                return true;
            default:
                throw Unsupported(pattern);
        }
    }

    private string Part(IInterpolatedStringContentOperation part) => part switch
    {
        IInterpolatedStringTextOperation text => (string)text.Text.ConstantValue.Value!,
        IInterpolationOperation { Alignment: null, FormatString: null } value =>
            FormattableString.Invariant($"{Evaluate(value.Expression)}"),
        _ => throw Unsupported(part),
    };

    private IEnumerable<object?> Items(IOperation collection) => Evaluate(collection) switch
    {
        ArrayValue array => array.Items,
        TupleValue => throw Unsupported(collection),
        _ => throw Unsupported(collection),
    };
}
