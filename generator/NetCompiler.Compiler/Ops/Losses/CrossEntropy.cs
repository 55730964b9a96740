using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>
/// Cross-entropy between a class and predicted probabilities; the target is the class's index. Behind a Softmax the loss reads what
/// the Softmax reads, so that both are one log-softmax that neither overflows nor takes the logarithm of zero. Any other output is
/// taken as logits (Keras' from_logits).
/// </summary>
public sealed class CrossEntropyLoss : LossFunction
{
    /// <inheritdoc/>
    public override TensorType TargetType(LayerBuilder builder, Value prediction)
    {
        if (prediction.Type.Rank != 2 || prediction.Type.Shape[1].Size < 2)
            throw Mismatch(builder, "a vector with one number for each of two or more classes", prediction);
        if (prediction.Producer?.Operator is Sigmoid)
            throw Mismatch(builder, "Softmax or logits", prediction);
        return new TensorType(ScalarKind.I32, [prediction.Type.Shape[0]]);
    }

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder, Value prediction, Value target)
    {
        var logits = prediction.Producer is { Operator: Softmax } softmax ? softmax.Inputs[0] : prediction;
        return builder.Add(SoftmaxCrossEntropy.Instance, "", [logits, target]).Result;
    }
}

/// <summary>loss[n] = log Σ exp(z[n, c] − max) + max − z[n, target[n]]. Inputs z (logits) and target.</summary>
public sealed class SoftmaxCrossEntropy : LossOperator
{
    /// <summary>The operator.</summary>
    public static readonly SoftmaxCrossEntropy Instance = new();

    /// <inheritdoc/>
    protected override Operator Gradient => SoftmaxCrossEntropyGradient.Instance;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<Axis> n = [axes[0]];
        var (max, sum) = Softmax.Sum(axes, inputs: 2);
        var logit = ScalarExpression.Sum([axes[1]], ScalarExpression.Select(ComparisonFunction.Equal,
            new ScalarIndex(axes[1]), Elementwise.Read(1, n), Elementwise.Read(0, axes), 0));
        return new([max, sum, new TensorDefinition(n,
            ScalarExpression.Apply(UnaryFunction.Log, Elementwise.Read(3, n)) + Elementwise.Read(2, n) - logit)]);
    }
}

/// <summary>(softmax(z)[n, c] − (c = target[n] ? 1 : 0)) / batch size. Inputs z (logits) and target.</summary>
public sealed class SoftmaxCrossEntropyGradient : LossGradientOperator
{
    /// <summary>The operator.</summary>
    public static readonly SoftmaxCrossEntropyGradient Instance = new();

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<Axis> n = [axes[0]];
        var (max, sum) = Softmax.Sum(axes, inputs: 2);
        var expected = ScalarExpression.Select(ComparisonFunction.Equal, new ScalarIndex(axes[1]), Elementwise.Read(1, n), 1, 0);
        return new([max, sum, new TensorDefinition(axes,
            (Softmax.Exponential(axes, inputs: 2) / Elementwise.Read(3, n) - expected) * Share(1))]);
    }
}
