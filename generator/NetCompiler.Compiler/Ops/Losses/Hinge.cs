using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>
/// How far a score is from the right side of a margin: the target says the side, −1 or 1, and has the output's shape. The mean over the
/// elements of a sample. Keras: Hinge.
/// </summary>
public sealed class HingeLoss : LossFunction
{
    /// <inheritdoc/>
    public override ImmutableArray<SignatureParameter> Parameters => [new("Margin", ArgumentKind.Double, 1.0)];

    /// <inheritdoc/>
    public override TensorType TargetType(LayerBuilder builder, Value prediction) => TensorType.Float(prediction.Type.Shape);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder, Value prediction, Value target) =>
        builder.Add(Hinge.Instance, "", [prediction, target], Attributes.Empty.With("margin", builder.Finite("Margin"))).Result;
}

/// <summary>loss[n] = Σ max(0, m − t · y) / K over the K elements of a sample. Inputs y and t; attribute margin m.</summary>
public sealed class Hinge : LossOperator
{
    /// <summary>The operator.</summary>
    public static readonly Hinge Instance = new();

    /// <inheritdoc/>
    protected override Operator Gradient => HingeGradient.Instance;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (y, t) = (Elementwise.Read(0, axes), Elementwise.Read(1, axes));
        var loss = ScalarExpression.Max(context.Attributes.Double("margin") - t * y, 0);
        return new([new TensorDefinition([axes[0]], ScalarExpression.Sum(axes.RemoveAt(0), loss) * (1.0 / context.Inputs[0].SampleLength))]);
    }
}

/// <summary>(t · y &lt; m ? −t : 0) / (K · batch size), or · dy[n] / K. Inputs y, t and, in the second case, dy; attribute margin m.</summary>
public sealed class HingeGradient : LossGradientOperator
{
    /// <summary>The operator.</summary>
    public static readonly HingeGradient Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (y, t) = (Elementwise.Read(0, axes), Elementwise.Read(1, axes));
        var slope = ScalarExpression.Select(ComparisonFunction.Less, t * y, context.Attributes.Double("margin"), -t, 0);
        return new([new TensorDefinition(axes, slope * Scale(context, axes[0], context.Inputs[0].SampleLength))]);
    }
}
