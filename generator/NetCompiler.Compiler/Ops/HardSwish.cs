using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>A piecewise quadratic SiLU (Howard et al.: Searching for MobileNetV3, 2019).</summary>
public sealed class HardSwishLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("HardSwish");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(HardSwish.Instance, "", [builder.Input]).Result;
}

/// <summary>y = x · min(max(x + 3, 0), 6) / 6.</summary>
public sealed class HardSwish : Elementwise, IRectifier
{
    /// <summary>The operator.</summary>
    public static readonly HardSwish Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] * HardSigmoid.Of(x[0]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(HardSwishGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]]));
}

/// <summary>dx = dy · (x / 3 + 1/2) where −3 &lt; x &lt; 3; 0 below and dy above. Inputs dy and x.</summary>
public sealed class HardSwishGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly HardSwishGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.GreaterOrEqual, x[1], 3, x[0],
            ScalarExpression.Select(ComparisonFunction.Greater, x[1], -3, x[0] * (x[1] * (1.0 / 3) + 0.5), 0));
}
