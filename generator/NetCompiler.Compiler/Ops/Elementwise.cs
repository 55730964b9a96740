using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Operators whose result at a place is a function of their inputs at that place. The inputs have one shape, the result's, but for
/// extents of 1, whose only element is used all along (<see cref="Broadcasting"/>); and beside a tensor with channels, an input of
/// rank 1 has one number for each channel, or one for all of them.
/// </summary>
public abstract class Elementwise : Operator
{
    private static readonly ImmutableArray<string> ImageAxes = ["n", "c", "y", "x"];

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var shape = context.Shape(0);
        foreach (var other in context.Inputs.Skip(1).Where(type => type.Rank == shape.Length))
            shape = Broadcasting.Shape(shape, other.Shape) ?? throw new InvalidOperationException($"{Name}: {context.Inputs[0]} beside {other}.");
        return [TensorType.Float(shape)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var result = Infer(context)[0];
        var axes = AxesOf(result);
        ImmutableArray<ScalarExpression> reads = [.. context.Inputs.Select((type, i) => Read(i, axes, type))];
        if (Share(context, reads) is not { } shared)
            return new([new TensorDefinition(axes, Apply(context, reads), result.Element)]);
        var body = Apply(context, reads.Add(Read(reads.Length, axes)));
        return new([new TensorDefinition(axes, shared), new TensorDefinition(axes, body, result.Element)]);
    }

    /// <summary>True where a larger input never gives a smaller result, so that the operator may change places with a maximum.</summary>
    public virtual bool IsIncreasing(Attributes attributes) => false;

    /// <summary>The result's element as a function of the inputs' elements.</summary>
    protected abstract ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x);

    /// <summary>
    /// What <see cref="Apply"/> needs more than once and is worth computing once only: it finds it behind the inputs' elements. Null for
    /// nothing.
    /// </summary>
    protected virtual ScalarExpression? Share(OperatorContext context, ImmutableArray<ScalarExpression> x) => null;

    /// <summary>One axis for each extent of a tensor.</summary>
    internal static ImmutableArray<Axis> AxesOf(TensorType type) =>
        [.. type.Shape.Select((extent, i) => new Axis(type.IsPerSample && i < 4 ? ImageAxes[i] : $"i{i}", extent))];

    /// <summary>The element of an input at the axes.</summary>
    internal static ScalarRead Read(int source, ImmutableArray<Axis> axes) => new(source, [.. axes.Select(a => (IndexExpression)a)]);

    /// <summary>
    /// The element of an input of another shape at the axes: a vector beside a tensor with channels is read at the channel, and where
    /// there is only one element, that.
    /// </summary>
    internal static ScalarRead Read(int source, ImmutableArray<Axis> axes, TensorType type) => type.Rank == 1 && axes.Length > 1
        ? new(source, [IndexOf(axes[1], type.Shape[0])])
        : new(source, [.. axes.Select((a, i) => IndexOf(a, type.Shape[i]))]);

    private static IndexExpression IndexOf(Axis axis, Dimension extent) => Broadcasting.IsOne(extent) && axis.Extent != extent ? 0 : axis;
}
