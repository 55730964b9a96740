using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Stages;

/// <summary>
/// Writes the tensor expressions of a stage as kernel expressions: fusion is substitution, and this is where it happens. A value
/// that the stage computes is written out at the place where it is read; one that is in registers is taken from there; any other
/// is loaded. All numbers are single precision, in one lane or in several along one axis.
/// </summary>
internal sealed partial class StageEvaluator(Stage stage, StageEnvironment environment, StageKernel kernel)
{
    private const int LargestUnrolledReduction = 64;
    private readonly Stack<Dictionary<MemoKey, Expression>> _memo = new([[]]);

    /// <summary>True to declare what a thread loads, so that it loads nothing twice.</summary>
    public bool KeepsLoads { get; set; } = kernel.IsSimt;

    /// <summary>Values that are in registers, by index, lanes and the step from lane to lane; null for those that are not.</summary>
    public Func<Value, ImmutableArray<Expression>, int, int, Expression?>? Resident { get; set; }

    /// <summary>Definitions whose elements are in memory already, by node, number and index; null for those that are not.</summary>
    public Func<Node, int, ImmutableArray<Expression>, Expression?>? Written { get; set; }

    /// <summary>A reduction whose result is known, with it.</summary>
    public (ScalarReduction Reduction, Expression Result)? Reduced { get; set; }

    private StageKernel Kernel => kernel;

    private KernelBuilder Builder => kernel.Builder;

    // What is in registers has no address to loop over; a thread that loads anyway is short.
    private int LargestUnrolled => kernel.IsSimt && Resident is null ? LargestUnrolledReduction / 4 : LargestUnrolledReduction;

    /// <summary>Runs an action whose variables are not visible afterwards.</summary>
    public void Scope(Action action)
    {
        _memo.Push([]);
        action();
        _memo.Pop();
    }

    /// <summary>An element of a value, or <paramref name="lanes"/> neighbours along <paramref name="vectorDimension"/>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="index">Its index for each extent; along the vector's dimension that of lane 0.</param>
    /// <param name="vectorDimension">The dimension that lanes run along; −1 for none.</param>
    /// <param name="lanes">1 or the lanes of a vector.</param>
    /// <param name="step">Elements from lane to lane: above 1 only for what is in registers and what is computed from it.</param>
    public Expression Evaluate(Value value, ImmutableArray<Expression> index, int vectorDimension, int lanes, int step = 1)
    {
        if (Resident?.Invoke(value, index, lanes, step) is { } resident)
            return resident;
        if (!stage.Contains(value))
            return LoadValue(value, index, vectorDimension, lanes, step);
        var node = value.Producer!;
        var definition = node.Definition.Definitions.Length - node.Definition.ResultCount + value.ResultIndex;
        return EvaluateDefinition(node, definition, index, vectorDimension, lanes, step);
    }

    /// <summary>The body of a definition with its axes bound.</summary>
    public Expression EvaluateBody(
        Node node, ScalarExpression body, IReadOnlyDictionary<Axis, Expression> axes, Axis? vectorAxis, int lanes, int step = 1) =>
        new Bindings(this, node, axes, vectorAxis, lanes, step).Evaluate(body);

    /// <summary>Whether a node reads elements of memory as they are: single precision, not computed in the stage, zero outside.</summary>
    public bool IsInMemory(Node node, ScalarRead read) => read.Source < node.Inputs.Length && read.Outside is null or 0
        && node.Inputs[read.Source] is var value && value.Type.Element == ScalarKind.F32 && !stage.Nodes.Contains(value.Producer!);

    /// <summary>
    /// Where an element lies that a node reads from memory, and the condition that it exists at all; null for no place where it never does.
    /// </summary>
    public (Load? Element, Expression? Inside) Locate(Node node, ScalarRead read, IReadOnlyDictionary<Axis, Expression> axes)
    {
        var (value, inside) = (node.Inputs[read.Source], (Expression?)null);
        var index = new Bindings(this, node, axes, null, 1).Place(read, ref inside);
        return (index is { } place ? new Load(kernel.Pointer(value), environment.Layouts[value].Offset(place)) : null, inside);
    }

    /// <summary>The numerator of an index with its axes bound.</summary>
    public Expression Bind(IndexExpression index, IReadOnlyDictionary<Axis, Expression> axes)
    {
        Expression sum = kernel.Index(index.Constant);
        foreach (var term in index.Terms)
            sum = Index.Add(sum, Index.Scale(axes[term.Axis], term.Coefficient));
        return sum;
    }

    /// <summary>Computes what a definition needs that does not depend on the vector's axis, before a loop along it begins.</summary>
    public void Hoist(Node node, ScalarExpression body, IReadOnlyDictionary<Axis, Expression> axes, Axis? vectorAxis)
    {
        foreach (var read in body.Reads())
        {
            var local = read.Source - node.Inputs.Length;
            if (local < 0 || read.Indices.Any(i => i.Terms.Any(t => t.Axis == vectorAxis || !axes.ContainsKey(t.Axis))))
                continue;
            var index = read.Indices.Select(i => Bind(i, axes)).ToImmutableArray();
            EvaluateDefinition(node, local, index, -1, 1);
        }
    }

    /// <summary>Loops over all values of axes, the last one innermost; the batch runs over the samples of the chunk.</summary>
    /// <param name="axes">The axes.</param>
    /// <param name="body">Writes one round: the axes with their values. Its variables are not visible afterwards.</param>
    /// <param name="part">Where an axis begins and ends that does not run over all of its extent; null where all do.</param>
    public void Nest(
        ImmutableArray<Axis> axes, Action<Dictionary<Axis, Expression>> body, Func<Axis, (Expression Start, Expression End)?>? part = null)
    {
        Next(0, []);

        void Next(int depth, Dictionary<Axis, Expression> point)
        {
            if (depth == axes.Length)
            {
                Scope(() => body(point));
                return;
            }

            var axis = axes[depth];
            var (start, end) = part?.Invoke(axis)
                ?? (kernel.Index(0), axis.Extent.IsBatch ? kernel.Number(LaunchNumber.Count) : kernel.Index(axis.Extent.Size));
            Builder.Loop(axis.Name, start, end, 1, i =>
            {
                if (i is Variable && axis.Extent.IsConstant)
                    kernel.Ranges[i] = (0, axis.Extent.Size - 1);
                // What an inner loop's bounds read is known in the outer loop only.
                Scope(() => Next(depth + 1, new Dictionary<Axis, Expression>(point) { [axis] = i }));
            });
        }
    }

    /// <summary>An element of a value of integers as an index.</summary>
    public Expression LoadInteger(Value value, ImmutableArray<Expression> index) => Remember(new MemoKey(value, -2, index, -1, 1), () =>
        Builder.Let(Identifiers.Role(value.Name) + "At",
            new Conversion(new Load(kernel.Pointer(value), environment.Layouts[value].Offset(index)), kernel.IndexType.Scalar)));

    /// <summary>Writes lanes of a value to memory.</summary>
    public void Store(Value value, ImmutableArray<Expression> index, Expression result)
    {
        var pointer = kernel.Pointer(value);
        if (result.Type.Scalar != value.Type.Element)
            result = new Conversion(result, value.Type.Element);
        Builder.Add(new Store(pointer, environment.Layouts[value].Offset(index), result));
    }

    private Expression EvaluateDefinition(
        Node node, int definitionIndex, ImmutableArray<Expression> index, int vectorDimension, int lanes, int step = 1) =>
        Remember(new MemoKey(node, definitionIndex, index, vectorDimension, lanes, step),
            () => Written?.Invoke(node, definitionIndex, index) ?? WriteDefinition(node, definitionIndex, index, vectorDimension, lanes, step));

    private Expression Remember(MemoKey key, Func<Expression> write)
    {
        foreach (var scope in _memo)
        {
            if (scope.TryGetValue(key, out var known))
                return known;
        }

        return _memo.Peek()[key] = write();
    }

    private Expression WriteDefinition(
        Node node, int definitionIndex, ImmutableArray<Expression> index, int vectorDimension, int lanes, int step)
    {
        var definition = node.Definition.Definitions[definitionIndex];
        var axes = new Dictionary<Axis, Expression>();
        for (var i = 0; i < definition.Axes.Length; i++)
            axes[definition.Axes[i]] = index[i];
        var vectorAxis = vectorDimension < 0 ? null : definition.Axes[vectorDimension];
        var name = definitionIndex >= node.Definition.Definitions.Length - node.Definition.ResultCount
            ? node.Operator.Name : $"{node.Operator.Name}{definitionIndex}";
        return Builder.Let(Identifiers.Local(name), EvaluateBody(node, definition.Body, axes, vectorAxis, lanes, step));
    }

    private Expression LoadValue(Value value, ImmutableArray<Expression> index, int vectorDimension, int lanes, int step)
    {
        if (KeepsLoads)
        {
            return Remember(new MemoKey(value, -1, index, -1, 1), () => Builder.Let(
                Identifiers.Role(value.Name) + "At",
                ToFloat(new Load(kernel.Pointer(value), environment.Layouts[value].Offset(index)))));
        }

        var layout = environment.Layouts[value];
        var stride = vectorDimension < 0 ? 0 : layout.Strides[vectorDimension] * step;
        var loaded = stride switch
        {
            0 => (Expression)new Load(kernel.Pointer(value), layout.Offset(index)),
            1 => new Load(kernel.Pointer(value), layout.Offset(index), lanes),
            _ => throw new InvalidOperationException(
                $"{value} cannot be read in lanes along dimension {vectorDimension}: its stride is {stride}."),
        };
        return ToLanes(ToFloat(loaded), lanes);
    }

    /// <summary>A number in single precision.</summary>
    internal static Expression ToFloat(Expression value) =>
        value.Type.Scalar == ScalarKind.F32 ? value : new Conversion(value, ScalarKind.F32);

    // A condition that holds for all lanes or for none.
    private static Expression InLanes(Expression condition, int lanes) => lanes == 1
        ? condition
        : new Comparison(ComparisonFunction.NotEqual,
            new Broadcast(new Selection(condition, Constant.Float(1), Constant.Float(0)), lanes), Constant.Float(0, lanes));

    private static Expression ToLanes(Expression value, int lanes) => value.Type.Lanes == lanes ? value : new Broadcast(value, lanes);

    // The reduction with an axis last that runs over neighbours in memory, so that it can be done in vectors; null where there is none.
    private ScalarReduction? AlongLanes(Node node, ScalarReduction reduction)
    {
        if (kernel.Lanes == 1)
            return null;
        // The last one, if it will do.
        for (var i = reduction.Axes.Length - 1; i >= 0; i--)
        {
            var axis = reduction.Axes[i];
            if (axis.Extent.IsConstant && axis.Extent.Size >= 4 && VectorAccess.IsPossible(stage, environment, node, reduction.Body, axis))
                return reduction with { Axes = reduction.Axes.RemoveAt(i).Add(axis) };
        }

        return null;
    }

    // Keeps an index inside its extent, or says where it is inside; false where it is known to be outside always.
    private bool Guard(ref Expression index, int divisor, Dimension extent, ref Expression? inside)
    {
        if (divisor != 1)
        {
            var quotient = LinearForm.Of(index).DivideBy(divisor, kernel.IndexType, out var isExact);
            if (!isExact)
                return false;
            if (quotient is null)
            {
                var numerator = Position(index);
                // Nothing is truncated where this holds, so that what is said of the quotient is said of the numerator too.
                And(ref inside, new Comparison(ComparisonFunction.Equal, Index.Remainder(numerator, divisor), kernel.Index(0)));
                quotient = Remember(new MemoKey(kernel, divisor, [numerator], -1, 1),
                    () => Builder.Let("quotient", Index.Divide(numerator, divisor)));
            }

            index = quotient;
        }

        if (extent.IsBatch)
            return true;
        var last = extent.Size - 1;
        var range = LinearForm.Of(index).Range(kernel.Ranges);
        if (range?.Max < 0 || range?.Min > last)
            return false;
        if (range?.Min >= 0 && range?.Max <= last)
            return true;
        if (kernel.IsSimt)
        {
            index = Position(index);
            if (!(range?.Min >= 0))
                And(ref inside, new Comparison(ComparisonFunction.GreaterOrEqual, index, kernel.Index(0)));
            if (!(range?.Max <= last))
                And(ref inside, new Comparison(ComparisonFunction.LessOrEqual, index, kernel.Index(last)));
            return true;
        }

        index = Builder.Let("position", index);
        And(ref inside, new Comparison(ComparisonFunction.GreaterOrEqual, index, kernel.Index(0)));
        And(ref inside, new Comparison(ComparisonFunction.LessOrEqual, index, kernel.Index(last)));
        index = Builder.Let("position", Index.Max(Index.Min(index, kernel.Index(last)), kernel.Index(0)));
        return true;
    }

    // Threads that look at the same place twice name it once.
    private Expression Position(Expression index) => kernel.IsSimt
        ? Remember(new MemoKey(kernel, -1, [index], -1, 1), () => Builder.Let("position", index))
        : Builder.Let("position", index);

    private void And(ref Expression? inside, Expression condition)
    {
        inside = inside is null ? condition : new Binary(BinaryFunction.And, inside, condition);
        if (!kernel.IsSimt)
            inside = Builder.Let("inside", inside);
    }

    // What an expression was written for: a definition of a node, a value, or an index.
    private sealed record MemoKey(
        object Source, int Definition, ImmutableArray<Expression> Index, int VectorDimension, int Lanes, int Step = 1)
    {
        public bool Equals(MemoKey? other) =>
            other is not null && Source == other.Source && Definition == other.Definition && VectorDimension == other.VectorDimension
            && Lanes == other.Lanes && Step == other.Step && Index.SequenceEqual(other.Index);

        public override int GetHashCode() =>
            Index.Aggregate(Source.GetHashCode() * 31 + Definition, (hash, e) => hash * 31 + e.GetHashCode());
    }
}
