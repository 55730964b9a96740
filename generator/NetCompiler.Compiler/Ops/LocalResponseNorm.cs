using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Each element divided by a power of the squares of its neighbours in other channels (Krizhevsky et al., "ImageNet classification with
/// deep convolutional neural networks", 2012), with the mean over the window as PyTorch and ONNX have it. PyTorch: LocalResponseNorm.
/// </summary>
public sealed class LocalResponseNormLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("LocalResponseNorm",
        new("Size", ArgumentKind.Int), new("Alpha", ArgumentKind.Double, 1e-4), new("Beta", ArgumentKind.Double, 0.75),
        new("Bias", ArgumentKind.Double, 1.0));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        builder.RequireFeatures(input);
        // The logarithm of the denominator has to exist.
        var attributes = Attributes.Empty.With("size", builder.Int("Size", 1, LayerBuilder.MaxWindow))
            .With("alpha", builder.Double("Alpha", 0, 1e6)).With("bias", builder.Double("Bias", 1e-6, 1e6));
        var denominator = builder.Add(LocalSquares.Instance, "squares", [input], attributes).Result;
        return builder.Add(DivideByPower.Instance, "", [input, denominator],
            Attributes.Empty.With("exponent", builder.Double("Beta", 0, 1e3))).Result;
    }
}

/// <summary>
/// d[n, c, …] = bias + alpha / size · Σ x[n, c + k − ⌊size / 2⌋, …]² over k &lt; size, 0 outside; attributes size, alpha and bias.
/// </summary>
public sealed class LocalSquares : Operator
{
    /// <summary>The operator.</summary>
    public static readonly LocalSquares Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var size = context.Attributes.Int("size");
        var k = new Axis("k", size);
        var x = new ScalarRead(0, [.. axes.Select((axis, d) => d == context.Inputs[0].FeatureDimension ? (IndexExpression)axis + k + -(size / 2) : axis)], 0);
        var scale = context.Attributes.Double("alpha") / size;
        return new([new TensorDefinition(axes, ScalarExpression.Sum([k], x * x) * scale + context.Attributes.Double("bias"))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(LocalSquaresGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]],
            gradient.Node.Attributes));
}

/// <summary>
/// dx[n, c, …] = 2 · alpha / size · x[n, c, …] · Σ dd[n, c − k + ⌊size / 2⌋, …] over k &lt; size. Inputs dd and x; attributes of
/// <see cref="LocalSquares"/>.
/// </summary>
public sealed class LocalSquaresGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly LocalSquaresGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var size = context.Attributes.Int("size");
        var k = new Axis("k", size);
        var dy = new ScalarRead(0, [.. axes.Select((axis, d) => d == context.Inputs[0].FeatureDimension ? (IndexExpression)axis - k + size / 2 : axis)], 0);
        var scale = 2 * context.Attributes.Double("alpha") / size;
        return new([new TensorDefinition(axes, ScalarExpression.Sum([k], dy) * Elementwise.Read(1, axes) * scale)]);
    }
}

/// <summary>y = x · d^−exponent, for d above 0. Inputs x and d; attribute exponent.</summary>
public sealed class DivideByPower : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly DivideByPower Instance = new();

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (x, d, dy) = (gradient.Node.Inputs[0], gradient.Node.Inputs[1], gradient.ResultGradient);
        if (gradient.Needs(0))
            gradient.Set(0, gradient.Add(Instance, "input", [dy, d], gradient.Node.Attributes));
        if (gradient.Needs(1))
            gradient.Set(1, gradient.Add(DivideByPowerGradient.Instance, "power", [dy, x, d], gradient.Node.Attributes));
    }

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x[0] * Power(x[1], -context.Attributes.Double("exponent"));

    /// <summary>xᵉ for x above 0.</summary>
    internal static ScalarExpression Power(ScalarExpression x, double exponent) =>
        ScalarExpression.Apply(UnaryFunction.Exp, ScalarExpression.Apply(UnaryFunction.Log, x) * exponent);
}

/// <summary>dd = −exponent · dy · x · d^(−exponent − 1). Inputs dy, x and d; attribute exponent.</summary>
public sealed class DivideByPowerGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly DivideByPowerGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var exponent = context.Attributes.Double("exponent");
        return x[0] * x[1] * (DivideByPower.Power(x[2], -exponent - 1) * -exponent);
    }
}
