using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Hyperbolic tangent.</summary>
public sealed class TanhLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Tanh");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Tanh.Instance, "", [builder.Input]).Result;
}

/// <summary>y = tanh x.</summary>
public sealed class Tanh : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Tanh Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Apply(UnaryFunction.Tanh, x[0]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(TanhGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result]));
}

/// <summary>dx = dy · (1 − y²). Inputs dy and y.</summary>
public sealed class TanhGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly TanhGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] * (1 - x[1] * x[1]);
}
