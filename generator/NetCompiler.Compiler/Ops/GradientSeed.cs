using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops.Losses;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Where gradients begin: a number in every element of the shape of input 0, which is not read. Attributes value, and mean where it is
/// divided by the batch size.
/// </summary>
public sealed class GradientSeed : Operator
{
    /// <summary>The operator.</summary>
    public static readonly GradientSeed Instance = new();

    /// <summary>The attributes of the gradient of a mean over the batch.</summary>
    public static Attributes OfMean { get; } = Of(1).With("mean", true);

    /// <summary>The attributes of a number.</summary>
    public static Attributes Of(double value) => Attributes.Empty.With("value", value);

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override System.Collections.Immutable.ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        ScalarExpression value = context.Attributes.Double("value");
        if (context.Attributes.Bool("mean", false))
            value *= LossGradientOperator.Share(1);
        return new([new TensorDefinition(Elementwise.AxesOf(context.Inputs[0]), value)]);
    }
}
