using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Scale · x + Shift with two constants; what x + 1, 2 · x and 1 − x are in a graph. Keras: Rescaling.</summary>
public sealed class AffineLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Affine",
        new("Scale", ArgumentKind.Double), new("Shift", ArgumentKind.Double, 0.0));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        builder.Add(Affine.Instance, "", [builder.Input], Affine.Of(builder.Finite("Scale"), builder.Finite("Shift"))).Result;
}

/// <summary>y = scale · x + shift; attributes scale and shift.</summary>
public sealed class Affine : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Affine Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(double scale, double shift) => Attributes.Empty.With("scale", scale).With("shift", shift);

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => attributes.Double("scale") >= 0;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var (scale, shift) = (context.Attributes.Double("scale"), context.Attributes.Double("shift"));
        var scaled = scale == 1 ? x[0] : x[0] * scale;
        return shift == 0 ? scaled : scaled + shift;
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) => gradient.Set(0, gradient.Node.Attributes.Double("scale") == 1
        ? gradient.ResultGradient
        : gradient.Add(Instance, "input", [gradient.ResultGradient], Of(gradient.Node.Attributes.Double("scale"), 0)));
}
