using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Operators whose result at a place is a function of their inputs at that place. The inputs have one shape, the result's, but for
/// extents of 1, whose only element is used all along (<see cref="Broadcasting"/>); and beside a tensor with a batch, an input of
/// rank 1 that has none holds one number for each channel or feature (<see cref="TensorType.FeatureDimension"/>), or one for all.
/// </summary>
public abstract class Elementwise : Operator
{
    // Images, then vectors and sequences.
    private static readonly ImmutableArray<string> s_imageAxes = ["n", "c", "y", "x"];
    private static readonly ImmutableArray<string> s_otherAxes = ["n", "t", "u", "v", "w"];

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
        [.. type.Shape.Select((extent, i) => new Axis(AxisName(type, i), extent))];

    /// <summary>The element of an input at the axes.</summary>
    internal static ScalarRead Read(int source, ImmutableArray<Axis> axes) => new(source, [.. axes.Select(a => (IndexExpression)a)]);

    /// <summary>
    /// The element of an input of another shape at the axes: a vector beside a tensor with channels or features is read at these, and
    /// where there is only one element, that.
    /// </summary>
    internal static ScalarRead Read(int source, ImmutableArray<Axis> axes, TensorType type) => type.Rank == 1 && axes.Length > 1
        ? new(source, [IndexOf(Feature(axes), type.Shape[0])])
        : new(source, [.. axes.Select((a, i) => IndexOf(a, type.Shape[i]))]);

    /// <summary>The axis of a tensor's channels or features.</summary>
    internal static Axis Feature(ImmutableArray<Axis> axes) => axes[FeatureDimension(axes)];

    /// <summary>The axes but that of the channels or features.</summary>
    internal static ImmutableArray<Axis> Places(ImmutableArray<Axis> axes) => axes.RemoveAt(FeatureDimension(axes));

    private static int FeatureDimension(ImmutableArray<Axis> axes) => TensorType.Float([.. axes.Select(a => a.Extent)]).FeatureDimension;

    private static string AxisName(TensorType type, int dimension)
    {
        if (!type.IsPerSample)
            return $"i{dimension}";
        if (type.IsImage)
            return s_imageAxes[dimension];
        // Vectors and sequences have features behind their places.
        return dimension > 0 && dimension == type.FeatureDimension ? "c"
            : dimension < s_otherAxes.Length ? s_otherAxes[dimension] : $"i{dimension}";
    }

    private static IndexExpression IndexOf(Axis axis, Dimension extent) => Broadcasting.IsOne(extent) && axis.Extent != extent ? 0 : axis;
}
