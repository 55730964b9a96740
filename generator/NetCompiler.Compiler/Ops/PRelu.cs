using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Rectified linear unit with a trained slope for negative numbers (He, Zhang, Ren, Sun: Delving Deep into Rectifiers, ICCV 2015).
/// </summary>
public sealed class PReluLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("PRelu",
        new("PerChannel", ArgumentKind.Bool, false), new("Slope", ArgumentKind.Double, 0.25));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var isPerChannel = builder.Bool("PerChannel");
        if (isPerChannel)
            builder.RequireFeatures(builder.Input);
        var input = isPerChannel && builder.Input.Type.Rank == 3 ? builder.AsImage() : builder.Input;
        var slopes = isPerChannel ? input.Type.Shape[input.Type.FeatureDimension] : 1;
        var weight = builder.AddParameter("weight", [slopes], ParameterInitializer.Constant, initialValue: builder.Finite("Slope"));
        return builder.AddResult(PRelu.Instance, [input, weight]);
    }
}

/// <summary>y[n, c, …] = x &gt; 0 ? x : slope[c] · x. Inputs x and slope, one number for each channel or one for all of them.</summary>
public sealed class PRelu : Elementwise, IRectifier
{
    /// <summary>The operator.</summary>
    public static readonly PRelu Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.Greater, x[0], 0, x[0], x[0] * x[1]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (x, slope, dy) = (gradient.Node.Inputs[0], gradient.Node.Inputs[1], gradient.ResultGradient);
        if (gradient.Needs(0))
            gradient.Set(0, gradient.Add(PReluGradient.Instance, "input", [dy, x, slope]));
        if (!gradient.Needs(1))
            return;
        // Channel by channel first, whatever is shared: channels lie side by side, so that these are sums of vectors.
        var channels = gradient.Add(PReluSlopeGradient.Instance, "slope", [dy, x]);
        gradient.Set(1, channels.Type.Equals(slope.Type) ? channels : gradient.Add(VectorSum.Instance, "shared", [channels]));
    }
}

/// <summary>dx = x &gt; 0 ? dy : slope[c] · dy. Inputs dy, x and slope.</summary>
public sealed class PReluGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly PReluGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.Greater, x[1], 0, x[0], x[0] * x[2]);
}

/// <summary>dslope[c] = Σ dy · min(x, 0) over everything but the channels. Inputs dy and x.</summary>
public sealed class PReluSlopeGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly PReluSlopeGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0)[context.Inputs[0].FeatureDimension])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var negative = ScalarExpression.Min(Elementwise.Read(1, axes), 0);
        return new([new TensorDefinition([Elementwise.Feature(axes)],
            ScalarExpression.Sum(Elementwise.Places(axes), Elementwise.Read(0, axes) * negative))]);
    }
}

/// <summary>s = Σ x over all elements of a vector that belongs to no sample.</summary>
public sealed class VectorSum : Operator
{
    /// <summary>The operator.</summary>
    public static readonly VectorSum Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(1)];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition([new Axis("i", 1)], ScalarExpression.Sum(axes, Elementwise.Read(0, axes)))]);
    }
}
