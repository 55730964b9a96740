using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>
/// The Kullback-Leibler divergence of the predicted distribution from a target distribution, in nats. Behind a Softmax the loss reads what
/// the Softmax reads; any other output is taken as logits. Keras: KLDivergence; PyTorch: KLDivLoss of log_softmax with batchmean.
/// </summary>
public sealed class KLDivergenceLoss : LossFunction
{
    /// <inheritdoc/>
    public override TensorType TargetType(LayerBuilder builder, Value prediction)
    {
        if (prediction.Type.Rank != 2 || prediction.Type.Shape[1].Size < 2)
            throw Mismatch(builder, "a vector with one number for each of two or more classes", prediction);
        if (prediction.Producer?.Operator is Sigmoid)
            throw Mismatch(builder, "Softmax or logits", prediction);
        return TensorType.Float(prediction.Type.Shape);
    }

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder, Value prediction, Value target)
    {
        var logits = prediction.Producer is { Operator: Softmax } softmax ? softmax.Inputs[0] : prediction;
        return builder.Add(SoftmaxDivergence.Instance, "", [logits, target]).Result;
    }
}

/// <summary>loss[n] = Σ t · (log t − z + max + log Σ exp(z − max)), 0 where t is 0. Inputs z (logits) and t.</summary>
public sealed class SoftmaxDivergence : LossOperator
{
    /// <summary>The operator.</summary>
    public static readonly SoftmaxDivergence Instance = new();

    /// <inheritdoc/>
    protected override Operator Gradient => SoftmaxDivergenceGradient.Instance;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<Axis> n = [axes[0]];
        var (max, sum) = Softmax.Sum(axes, inputs: 2);
        var (z, t) = (Elementwise.Read(0, axes), Elementwise.Read(1, axes));
        var normalizer = ScalarExpression.Apply(UnaryFunction.Log, Elementwise.Read(3, n)) + Elementwise.Read(2, n);
        // The logarithm of 0 is never taken: what comes of it would not go away by a product with 0.
        var logarithm = ScalarExpression.Apply(UnaryFunction.Log, ScalarExpression.Select(ComparisonFunction.Greater, t, 0, t, 1));
        return new([max, sum, new TensorDefinition(n, ScalarExpression.Sum([axes[1]], t * (logarithm - z + normalizer)))]);
    }
}

/// <summary>
/// (softmax(z)[n, c] · Σ t[n, ·] − t[n, c]) / batch size, or · dy[n]. Inputs z (logits), t and, in the second case, dy.
/// </summary>
public sealed class SoftmaxDivergenceGradient : LossGradientOperator
{
    /// <summary>The operator.</summary>
    public static readonly SoftmaxDivergenceGradient Instance = new();

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<Axis> n = [axes[0]];
        var inputs = context.Inputs.Length;
        var (max, sum) = Softmax.Sum(axes, inputs);
        var mass = new TensorDefinition(n, ScalarExpression.Sum([axes[1]], Elementwise.Read(1, axes)));
        var probability = Softmax.Exponential(axes, inputs) / Elementwise.Read(inputs + 1, n);
        return new([max, sum, mass, new TensorDefinition(axes,
            (probability * Elementwise.Read(inputs + 2, n) - Elementwise.Read(1, axes)) * Scale(context, axes[0], 1))]);
    }
}
