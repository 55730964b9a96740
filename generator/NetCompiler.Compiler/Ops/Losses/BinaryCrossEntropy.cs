using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>
/// Cross-entropy of independent yes-or-no probabilities with a target of the output's shape, from 0 to 1; the mean over the
/// elements of a sample. Behind a Sigmoid the loss reads what the Sigmoid reads, which is the stable form. Any other output is
/// taken as logits (Keras' from_logits).
/// </summary>
public sealed class BinaryCrossEntropyLoss : LossFunction
{
    /// <inheritdoc/>
    public override TensorType TargetType(LayerBuilder builder, Value prediction) => prediction.Producer?.Operator is Softmax
        ? throw Mismatch(builder, "Sigmoid or logits", prediction)
        : TensorType.Float(prediction.Type.Shape);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder, Value prediction, Value target)
    {
        var logits = prediction.Producer is { Operator: Sigmoid } sigmoid ? sigmoid.Inputs[0] : prediction;
        return builder.Add(SigmoidCrossEntropy.Instance, "", [logits, target]).Result;
    }
}

/// <summary>loss[n] = Σ (max(z, 0) − z·t + log(1 + e^−|z|)) / K over the K elements of a sample. Inputs z (logits) and t.</summary>
public sealed class SigmoidCrossEntropy : LossOperator
{
    /// <summary>The operator.</summary>
    public static readonly SigmoidCrossEntropy Instance = new();

    /// <inheritdoc/>
    protected override Operator Gradient => SigmoidCrossEntropyGradient.Instance;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (z, t) = (Elementwise.Read(0, axes), Elementwise.Read(1, axes));
        var logarithm = ScalarExpression.Apply(UnaryFunction.Log,
            1 + ScalarExpression.Apply(UnaryFunction.Exp, -ScalarExpression.Apply(UnaryFunction.Abs, z)));
        return new([new TensorDefinition([axes[0]],
            ScalarExpression.Sum(axes.RemoveAt(0), ScalarExpression.Max(z, 0) - z * t + logarithm)
            * (1.0 / context.Inputs[0].SampleLength))]);
    }
}

/// <summary>(sigmoid(z) − t) / (K · batch size), or · dy[n] / K. Inputs z (logits), t and, in the second case, dy.</summary>
public sealed class SigmoidCrossEntropyGradient : LossGradientOperator
{
    /// <summary>The operator.</summary>
    public static readonly SigmoidCrossEntropyGradient Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition(axes,
            (ScalarExpression.Apply(UnaryFunction.Sigmoid, Elementwise.Read(0, axes)) - Elementwise.Read(1, axes))
            * Scale(context, axes[0], context.Inputs[0].SampleLength))]);
    }
}
