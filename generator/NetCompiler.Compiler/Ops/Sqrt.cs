using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The square root of each element.</summary>
public sealed class SqrtLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Sqrt");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Sqrt.Instance, "", [builder.Input]).Result;
}

/// <summary>y = √x.</summary>
public sealed class Sqrt : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Sqrt Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Apply(UnaryFunction.Sqrt, x[0]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(SqrtGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result]));
}

/// <summary>dx = dy / (2 · y). Inputs dy and y.</summary>
public sealed class SqrtGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly SqrtGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] * 0.5 / x[1];
}
