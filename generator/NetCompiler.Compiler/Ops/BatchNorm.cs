using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Batch normalisation over the channels of an image or a signal (C, L) or the elements of a vector, as PyTorch has it: training normalises with the
/// statistics of the batch and moves the running ones by momentum; prediction normalises with the running ones.
/// </summary>
public sealed class BatchNormLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("BatchNorm",
        new("Momentum", ArgumentKind.Double, 0.1), new("Epsilon", ArgumentKind.Double, 1e-5));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        builder.RequireFeatures(builder.Input);
        var input = builder.Input.Type.Rank == 3 ? builder.AsImage() : builder.Input;
        var attributes = Attributes.Empty
            .With("momentum", builder.Double("Momentum", 0, 1))
            .With("epsilon", builder.Double("Epsilon", 1e-12, 1));
        var channels = input.Type.Shape[input.Type.FeatureDimension];
        return builder.AddResult(BatchNorm.Instance,
            [input,
             builder.AddParameter("weight", [channels], ParameterInitializer.Ones),
             builder.AddParameter("bias", [channels], ParameterInitializer.Zeros),
             builder.AddParameter("running_mean", [channels], ParameterInitializer.Zeros, isTrainable: false),
             builder.AddParameter("running_var", [channels], ParameterInitializer.Ones, isTrainable: false)],
            attributes);
    }
}

/// <summary>
/// y = (x − mean[c]) · γ[c] / √(var[c] + ε) + β[c]. Inputs x, γ, β, and the running mean and variance; attributes momentum and
/// epsilon. Training replaces it by <see cref="BatchNormalize"/> (pass LowerBatchNorm), prediction by a scale and a shift
/// (pass FoldBatchNorm).
/// </summary>
public sealed class BatchNorm : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly BatchNorm Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        (x[0] - x[3]) * (x[1] / ScalarExpression.Apply(UnaryFunction.Sqrt, x[4] + context.Attributes.Double("epsilon"))) + x[2];
}

/// <summary>scale[c] = γ[c] / √(var[c] + ε). Inputs γ and var; attribute epsilon.</summary>
public sealed class BatchNormScale : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly BatchNormScale Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x[0] / ScalarExpression.Apply(UnaryFunction.Sqrt, x[1] + context.Attributes.Double("epsilon"));
}

/// <summary>
/// shift[c] = (bias[c] − mean[c]) · scale[c] + β[c]. Inputs β, mean and scale, and the bias before the normalisation if there is one.
/// </summary>
public sealed class BatchNormShift : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly BatchNormShift Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x.Length == 4 ? (x[3] - x[1]) * x[2] + x[0] : x[0] - x[1] * x[2];
}

/// <summary>y[n, c, …] = x[n, c, …] · scale[c] + shift[c]. Inputs x, scale and shift.</summary>
public sealed class ScaleShift : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly ScaleShift Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x.Length == 2 ? x[0] * x[1] : x[0] * x[1] + x[2];

    /// <inheritdoc/>
    /// <remarks>Only networks that are not trained have it: scale and shift need no gradients.</remarks>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[1]]));
}

/// <summary>
/// y[o, …] = w[o, …] · scale[o]: the weights of a convolution or dense layer that does the scaling too. Inputs w and scale.
/// </summary>
public sealed class ScaleRows : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ScaleRows Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition(axes, Elementwise.Read(0, axes) * new ScalarRead(1, [axes[0]]))]);
    }
}

/// <summary>
/// mean[c] = sum[c] / (batch size · count): what follows a sum over the batch. Attribute count, the elements of a channel.
/// </summary>
public sealed class ChannelMean : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly ChannelMean Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x[0] / BatchNormalize.Count(context.Attributes);
}

/// <summary>sum[c] = Σ (x[n, c, …] − mean[c])² over everything but the channels. Inputs x and mean.</summary>
public sealed class SquaredDeviationSum : Operator
{
    /// <summary>The operator.</summary>
    public static readonly SquaredDeviationSum Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0)[context.Inputs[0].FeatureDimension])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var deviation = Elementwise.Read(0, axes) - new ScalarRead(1, [Elementwise.Feature(axes)]);
        return new([new TensorDefinition([Elementwise.Feature(axes)],
            ScalarExpression.Sum(Elementwise.Places(axes), deviation * deviation))]);
    }
}

/// <summary>1 / √(var[c] + ε). Attribute epsilon.</summary>
public sealed class ReciprocalDeviation : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly ReciprocalDeviation Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        1 / ScalarExpression.Apply(UnaryFunction.Sqrt, x[0] + context.Attributes.Double("epsilon"));
}

/// <summary>
/// y = (x − mean[c]) · rstd[c] · γ[c] + β[c] in training, where mean and rstd (1 / √(var + ε)) are those of x itself. Inputs x,
/// mean, rstd, γ, β; attribute count, the elements of a channel.
/// </summary>
/// <remarks>
/// Its gradient with respect to x contains the way through the statistics, so none flows to the inputs mean and rstd. With
/// x̂ = (x − mean) · rstd, M = batch size · count, s₁ = Σ dy, s₂ = Σ dy · x̂ (sums over all but the channels):
/// dx = γ · rstd · (dy − s₁/M − x̂ · s₂/M), dγ = s₂, dβ = s₁.
/// </remarks>
public sealed class BatchNormalize : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly BatchNormalize Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        (x[0] - x[1]) * (x[2] * x[3]) + x[4];

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var node = gradient.Node;
        var (x, mean, rstd, weight, dy) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Inputs[3], gradient.ResultGradient);
        var biasGradient = gradient.Add(ChannelSum.Instance, "bias", [dy]);
        var weightGradient = gradient.Add(BatchNormWeightGradient.Instance, "weight", [dy, x, mean, rstd]);
        if (gradient.Needs(0))
        {
            gradient.Set(0, gradient.Add(BatchNormInputGradient.Instance, "input",
                [dy, x, mean, rstd, weight, biasGradient, weightGradient], node.Attributes));
        }

        if (gradient.Needs(3))
            gradient.Set(3, weightGradient);
        if (gradient.Needs(4))
            gradient.Set(4, biasGradient);
    }

    /// <summary>The numbers that the statistics are taken over: batch size · elements of a channel.</summary>
    internal static ScalarExpression Count(Attributes attributes) =>
        new ScalarPassConstant(PassConstant.BatchSize) * attributes.Int("count");
}

/// <summary>dγ[c] = Σ dy · (x − mean[c]) · rstd[c] over everything but the channels. Inputs dy, x, mean and rstd.</summary>
public sealed class BatchNormWeightGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly BatchNormWeightGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0)[context.Inputs[0].FeatureDimension])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        ImmutableArray<IndexExpression> channel = [Elementwise.Feature(axes)];
        var normalized = (Elementwise.Read(1, axes) - new ScalarRead(2, channel)) * new ScalarRead(3, channel);
        return new([new TensorDefinition([Elementwise.Feature(axes)],
            ScalarExpression.Sum(Elementwise.Places(axes), Elementwise.Read(0, axes) * normalized))]);
    }
}

/// <summary>
/// dx = γ · rstd · (dy − s₁/M − x̂ · s₂/M); see <see cref="BatchNormalize"/>. Inputs dy, x, mean, rstd, γ, s₁, s₂; attribute count.
/// </summary>
public sealed class BatchNormInputGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly BatchNormInputGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var normalized = (x[1] - x[2]) * x[3];
        return x[4] * x[3] * (x[0] - (x[5] + normalized * x[6]) / BatchNormalize.Count(context.Attributes));
    }
}

/// <summary>(1 − momentum) · running[c] + momentum · mean[c]. Inputs running and mean; attribute momentum.</summary>
public sealed class RunningMean : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly RunningMean Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var momentum = context.Attributes.Double("momentum");
        return x[0] * (1 - momentum) + x[1] * momentum;
    }
}

/// <summary>
/// (1 − momentum) · running[c] + momentum · var[c] · M / (M − 1): the variance of the batch without bias, M = batch size · count.
/// A batch of a single number (M = 1) has no such variance; var[c], which is 0, is taken as it is. Inputs running and var;
/// attributes momentum and count.
/// </summary>
public sealed class RunningVariance : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly RunningVariance Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var momentum = context.Attributes.Double("momentum");
        var count = BatchNormalize.Count(context.Attributes);
        return x[0] * (1 - momentum) + x[1] * (momentum * (count / ScalarExpression.Max(count - 1, 1)));
    }
}
