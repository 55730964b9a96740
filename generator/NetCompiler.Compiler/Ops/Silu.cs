using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Sigmoid linear unit, also called swish (Ramachandran, Zoph, Le: Searching for Activation Functions, 2017).</summary>
public sealed class SiluLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Silu");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Silu.Instance, "", [builder.Input]).Result;
}

/// <summary>y = x / (1 + e⁻ˣ).</summary>
public sealed class Silu : Elementwise, IRectifier
{
    /// <summary>The operator.</summary>
    public static readonly Silu Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x[0] * ScalarExpression.Apply(UnaryFunction.Sigmoid, x[0]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(SiluGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]]));
}

/// <summary>dx = dy · s · (1 + x · (1 − s)), s = 1 / (1 + e⁻ˣ). Inputs dy and x.</summary>
public sealed class SiluGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly SiluGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression? Share(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Apply(UnaryFunction.Sigmoid, x[1]);

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x[0] * x[2] * (x[1] * (1 - x[2]) + 1);
}
