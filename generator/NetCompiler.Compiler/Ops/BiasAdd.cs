using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>y[n, c, …] = x[n, c, …] + b[c], over the channels of images, the last extent of anything else.</summary>
public sealed class BiasAdd : Operator
{
    /// <summary>The operator.</summary>
    public static readonly BiasAdd Instance = new();

    /// <inheritdoc/>
    public override bool IsElementwise => true;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition(axes, Elementwise.Read(0, axes) + new ScalarRead(1, [Elementwise.Feature(axes)]))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        if (gradient.Needs(0))
            gradient.Set(0, gradient.ResultGradient);
        if (gradient.Needs(1))
            gradient.Set(1, gradient.Add(ChannelSum.Instance, "bias", [gradient.ResultGradient]));
    }
}

/// <summary>s[c] = Σ x[n, c, …] over everything but the channels or features.</summary>
public sealed class ChannelSum : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ChannelSum Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0)[context.Inputs[0].FeatureDimension])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        return new([new TensorDefinition([Elementwise.Feature(axes)],
            ScalarExpression.Sum(Elementwise.Places(axes), Elementwise.Read(0, axes)))]);
    }
}
