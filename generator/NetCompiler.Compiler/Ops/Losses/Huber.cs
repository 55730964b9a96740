using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>
/// Squares of small differences to a target of the output's shape, magnitudes of large ones; the mean over the elements of a sample
/// (Huber, 1964). Keras: Huber; PyTorch: HuberLoss, whose SmoothL1Loss is this divided by delta, and the same where that is 1.
/// </summary>
public sealed class HuberLoss : LossFunction
{
    /// <inheritdoc/>
    public override ImmutableArray<SignatureParameter> Parameters => [new("Delta", ArgumentKind.Double, 1.0)];

    /// <inheritdoc/>
    public override TensorType TargetType(LayerBuilder builder, Value prediction) => TensorType.Float(prediction.Type.Shape);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder, Value prediction, Value target) =>
        builder.Add(Huber.Instance, "", [prediction, target], Attributes.Empty.With("delta", builder.Double("Delta", 1e-6))).Result;
}

/// <summary>loss[n] = Σ (|d| ≤ δ ? d² / 2 : δ · (|d| − δ / 2)) / K with d = y − t, over the K elements of a sample. Inputs y and t; attribute delta.</summary>
public sealed class Huber : LossOperator
{
    /// <summary>The operator.</summary>
    public static readonly Huber Instance = new();

    /// <inheritdoc/>
    protected override Operator Gradient => HuberGradient.Instance;

    /// <inheritdoc/>
    protected override bool IsSymmetric => true;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (y, t) = (Elementwise.Read(0, axes), Elementwise.Read(1, axes));
        var delta = context.Attributes.Double("delta");
        var difference = y - t;
        var magnitude = ScalarExpression.Apply(UnaryFunction.Abs, difference);
        var loss = ScalarExpression.Select(ComparisonFunction.LessOrEqual, magnitude, delta,
            difference * difference * 0.5, (magnitude - delta / 2) * delta);
        return new([new TensorDefinition([axes[0]], ScalarExpression.Sum(axes.RemoveAt(0), loss) * (1.0 / context.Inputs[0].SampleLength))]);
    }
}

/// <summary>y − t, not beyond ±δ, / (K · batch size), or · dy[n] / K. Inputs y, t and, in the second case, dy; attribute delta.</summary>
public sealed class HuberGradient : LossGradientOperator
{
    /// <summary>The operator.</summary>
    public static readonly HuberGradient Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (y, t) = (Elementwise.Read(0, axes), Elementwise.Read(1, axes));
        var delta = context.Attributes.Double("delta");
        var slope = ScalarExpression.Max(ScalarExpression.Min(y - t, delta), -delta);
        return new([new TensorDefinition(axes, slope * Scale(context, axes[0], context.Inputs[0].SampleLength))]);
    }
}
