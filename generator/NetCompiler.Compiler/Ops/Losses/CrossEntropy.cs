using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>
/// Cross-entropy between a class and predicted probabilities; the target is the class's index, or a distribution over the classes. Behind
/// a Softmax the loss reads what the Softmax reads, so that both are one log-softmax that neither overflows nor takes the logarithm of
/// zero. Any other output is taken as logits (Keras' from_logits).
/// </summary>
public sealed class CrossEntropyLoss : LossFunction
{
    private const int MostWeights = 256;

    /// <inheritdoc/>
    public override ImmutableArray<SignatureParameter> Parameters =>
        [new("LabelSmoothing", ArgumentKind.Double, 0.0), new("ClassWeights", ArgumentKind.Numbers, ImmutableArray<double>.Empty)];

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
    public override bool Accepts(LayerBuilder builder, Value prediction, TensorType target) =>
        base.Accepts(builder, prediction, target) || target.Equals(prediction.Type);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder, Value prediction, Value target)
    {
        var logits = prediction.Producer is { Operator: Softmax } softmax ? softmax.Inputs[0] : prediction;
        var attributes = Attributes.Empty;
        if (builder.Double("LabelSmoothing", 0, 1) is var smoothing && smoothing != 0)
            attributes = attributes.With("smoothing", smoothing);
        if (Weights(builder, prediction.Type.Shape[1].Size) is { Length: > 0 } weights)
            attributes = attributes.With("weights", weights);
        return builder.Add(SoftmaxCrossEntropy.Instance, "", [logits, target], attributes).Result;
    }

    private static ImmutableArray<double> Weights(LayerBuilder builder, int classes)
    {
        var weights = builder.Numbers("ClassWeights");
        if (weights.Length > 0 && weights.Length != classes || weights.Length > MostWeights)
        {
            throw builder.Error(Rules.InvalidArgument, "ClassWeights", builder.Label, "ClassWeights", FormattableString.Invariant(
                $"it takes one number for each of the {classes} classes, at most {MostWeights}, found {weights.Length}"));
        }

        foreach (var weight in weights.Where(weight => !(weight >= 0 && weight <= float.MaxValue)))
        {
            throw builder.Error(Rules.OutOfRange, "ClassWeights", builder.Label, "ClassWeights",
                weight.ToString(CultureInfo.InvariantCulture), "finite numbers, 0 or more");
        }

        return weights;
    }
}

/// <summary>
/// loss[n] = Σ w[c] · q[n, c] · (log Σ exp(z[n, ·] − max) + max − z[n, c]) with q = (1 − smoothing) · t + smoothing / classes, where t is
/// 1 at the target class or a distribution. Inputs z (logits) and target; attributes smoothing and weights, which may be left out.
/// </summary>
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
        var normalizer = ScalarExpression.Apply(UnaryFunction.Log, Elementwise.Read(3, n)) + Elementwise.Read(2, n);
        if (!IsPlain(context))
        {
            return new([max, sum, new TensorDefinition(n,
                ScalarExpression.Sum([axes[1]], Share(context, axes) * (normalizer - Elementwise.Read(0, axes))))]);
        }

        var logit = ScalarExpression.Sum([axes[1]], ScalarExpression.Select(ComparisonFunction.Equal,
            new ScalarIndex(axes[1]), Elementwise.Read(1, n), Elementwise.Read(0, axes), 0));
        return new([max, sum, new TensorDefinition(n, normalizer - logit)]);
    }

    /// <summary>True where a class is all that there is: its probability is all that counts.</summary>
    internal static bool IsPlain(OperatorContext context) =>
        context.Inputs[1].Element == ScalarKind.I32 && !context.Attributes.Has("smoothing") && !context.Attributes.Has("weights");

    /// <summary>w[c] · q[n, c].</summary>
    internal static ScalarExpression Share(OperatorContext context, ImmutableArray<Axis> axes)
    {
        ScalarExpression expected = context.Inputs[1].Element == ScalarKind.I32
            ? ScalarExpression.Select(ComparisonFunction.Equal, new ScalarIndex(axes[1]), new ScalarRead(1, [axes[0]]), 1, 0)
            : Elementwise.Read(1, axes);
        if (context.Attributes.Double("smoothing", 0) is var smoothing && smoothing != 0)
            expected = expected * (1 - smoothing) + smoothing / context.Size(0, 1);
        return context.Attributes.Has("weights") ? expected * Weight(axes[1], context.Attributes.Doubles("weights")) : expected;
    }

    private static ScalarExpression Weight(Axis classes, ImmutableArray<double> weights)
    {
        return Of(0, weights.Length);

        // Halves of the classes, so that expressions are not nested deeply.
        ScalarExpression Of(int first, int end)
        {
            if (end - first == 1)
                return weights[first];
            var middle = (first + end) / 2;
            return ScalarExpression.Select(ComparisonFunction.Less, new ScalarIndex(classes), middle, Of(first, middle), Of(middle, end));
        }
    }
}

/// <summary>
/// (softmax(z)[n, c] · Σ w · q[n, ·] − w[c] · q[n, c]) / batch size, or · dy[n]; see <see cref="SoftmaxCrossEntropy"/>. Inputs z (logits),
/// target and, in the second case, dy.
/// </summary>
public sealed class SoftmaxCrossEntropyGradient : LossGradientOperator
{
    /// <summary>The operator.</summary>
    public static readonly SoftmaxCrossEntropyGradient Instance = new();

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<Axis> n = [axes[0]];
        var inputs = context.Inputs.Length;
        var (max, sum) = Softmax.Sum(axes, inputs);
        var probability = Softmax.Exponential(axes, inputs) / Elementwise.Read(inputs + 1, n);
        if (SoftmaxCrossEntropy.IsPlain(context))
        {
            var expected = ScalarExpression.Select(ComparisonFunction.Equal, new ScalarIndex(axes[1]), Elementwise.Read(1, n), 1, 0);
            return new([max, sum, new TensorDefinition(axes, (probability - expected) * Scale(context, axes[0], 1))]);
        }

        var mass = new TensorDefinition(n, ScalarExpression.Sum([axes[1]], SoftmaxCrossEntropy.Share(context, axes)));
        return new([max, sum, mass, new TensorDefinition(axes,
            (probability * Elementwise.Read(inputs + 2, n) - SoftmaxCrossEntropy.Share(context, axes)) * Scale(context, axes[0], 1))]);
    }
}
