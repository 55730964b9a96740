using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>A piecewise linear sigmoid (Howard et al.: Searching for MobileNetV3, 2019).</summary>
public sealed class HardSigmoidLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("HardSigmoid");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(HardSigmoid.Instance, "", [builder.Input]).Result;
}

/// <summary>y = min(max(x + 3, 0), 6) / 6.</summary>
public sealed class HardSigmoid : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly HardSigmoid Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => Of(x[0]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(HardSigmoidGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result]));

    /// <summary>The function of a number.</summary>
    internal static ScalarExpression Of(ScalarExpression x) => ScalarExpression.Min(ScalarExpression.Max(x * (1.0 / 6) + 0.5, 0), 1);
}

/// <summary>dx = dy / 6 where 0 &lt; y &lt; 1, else 0. Inputs dy and y.</summary>
public sealed class HardSigmoidGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly HardSigmoidGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.Greater, x[1], 0,
            ScalarExpression.Select(ComparisonFunction.Less, x[1], 1, x[0] * (1.0 / 6), 0), 0);
}
