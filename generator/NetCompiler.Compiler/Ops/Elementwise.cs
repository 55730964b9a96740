using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Operators whose result at a place is a function of their inputs at that place. The inputs have one shape, the result's; but
/// beside a tensor with channels, an input of rank 1 has one number for each channel.
/// </summary>
public abstract class Elementwise : Operator
{
    private static readonly ImmutableArray<string> ImageAxes = ["n", "c", "y", "x"];

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = AxesOf(context.Inputs[0]);
        var reads = context.Inputs.Select((type, i) => (ScalarExpression)Read(i, axes, type));
        return new([new TensorDefinition(axes, Apply(context, [.. reads]), Infer(context)[0].Element)]);
    }

    /// <summary>True where a larger input never gives a smaller result, so that the operator may change places with a maximum.</summary>
    public virtual bool IsIncreasing(Attributes attributes) => false;

    /// <summary>The result's element as a function of the inputs' elements.</summary>
    protected abstract ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x);

    /// <summary>One axis for each extent of a tensor.</summary>
    internal static ImmutableArray<Axis> AxesOf(TensorType type) =>
        [.. type.Shape.Select((extent, i) => new Axis(type.IsPerSample && i < 4 ? ImageAxes[i] : $"i{i}", extent))];

    /// <summary>The element of an input at the axes.</summary>
    internal static ScalarRead Read(int source, ImmutableArray<Axis> axes) => new(source, [.. axes.Select(a => (IndexExpression)a)]);

    // A vector beside a tensor with channels is read at the channel.
    private static ScalarRead Read(int source, ImmutableArray<Axis> axes, TensorType type) =>
        type.Rank == 1 && axes.Length > 1 ? new(source, [axes[1]]) : Read(source, axes);
}
