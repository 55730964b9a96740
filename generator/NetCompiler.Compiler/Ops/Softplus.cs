using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>A smooth ReLU.</summary>
public sealed class SoftplusLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Softplus", new SignatureParameter("Beta", ArgumentKind.Double, 1.0));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        builder.Add(Softplus.Instance, "", [builder.Input], Attributes.Empty.With("beta", builder.Double("Beta", 1e-6, 1e6))).Result;
}

/// <summary>y = ln(1 + e^(β·x)) / β, computed as max(x, 0) + ln(1 + e^(−|β·x|)) / β, which cannot overflow. Attribute beta.</summary>
public sealed class Softplus : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Softplus Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var beta = context.Attributes.Double("beta");
        var magnitude = ScalarExpression.Apply(UnaryFunction.Abs, x[0]);
        var logarithm = ScalarExpression.Apply(UnaryFunction.Log, 1 + ScalarExpression.Apply(UnaryFunction.Exp, magnitude * -beta));
        return (beta == 1 ? logarithm : logarithm * (1 / beta)) + ScalarExpression.Max(x[0], 0);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(SoftplusGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]], gradient.Node.Attributes));
}

/// <summary>dx = dy / (1 + e^(−β·x)). Inputs dy and x; attribute beta.</summary>
public sealed class SoftplusGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly SoftplusGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x[0] * ScalarExpression.Apply(UnaryFunction.Sigmoid, x[1] * context.Attributes.Double("beta"));
}
