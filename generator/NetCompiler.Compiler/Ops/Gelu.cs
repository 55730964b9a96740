using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Gaussian error linear unit (Hendrycks, Gimpel: Gaussian Error Linear Units, 2016): x times the probability that a normal number is
/// below x, or the paper's approximation by a hyperbolic tangent.
/// </summary>
public sealed class GeluLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Gelu", new SignatureParameter("Approximate", ArgumentKind.Bool, false));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        Operator form = builder.Bool("Approximate") ? GeluTanh.Instance : Gelu.Instance;
        return builder.Add(form, "", [builder.Input]).Result;
    }
}

/// <summary>y = x · Φ(x), Φ(x) = (1 + erf(x / √2)) / 2.</summary>
public sealed class Gelu : Elementwise, IRectifier
{
    /// <summary>The operator.</summary>
    public static readonly Gelu Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] * Probability(x[0]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(GeluGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]]));

    /// <summary>Φ(x): the probability that a number of the standard normal distribution is below x.</summary>
    internal static ScalarExpression Probability(ScalarExpression x) =>
        ScalarExpression.Apply(UnaryFunction.Erf, x * Math.Sqrt(0.5)) * 0.5 + 0.5;
}

/// <summary>dx = dy · (Φ(x) + x · e^(−x²/2) / √(2π)). Inputs dy and x.</summary>
public sealed class GeluGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly GeluGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var density = ScalarExpression.Apply(UnaryFunction.Exp, x[1] * x[1] * -0.5) * (1 / Math.Sqrt(2 * Math.PI));
        return x[0] * (x[1] * density + Gelu.Probability(x[1]));
    }
}

/// <summary>y = x · (1 + t) / 2, t = tanh(√(2/π) · (x + 0.044715 · x³)).</summary>
public sealed class GeluTanh : Elementwise, IRectifier
{
    /// <summary>The operator.</summary>
    public static readonly GeluTanh Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x[0] * (ScalarExpression.Apply(UnaryFunction.Tanh, Argument(x[0])) * 0.5 + 0.5);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(GeluTanhGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]]));

    /// <summary>What the hyperbolic tangent is of.</summary>
    internal static ScalarExpression Argument(ScalarExpression x) => x * (x * x * (Scale * Cubic) + Scale);

    /// <summary>√(2/π).</summary>
    internal static readonly double Scale = Math.Sqrt(2 / Math.PI);

    /// <summary>The factor of x³.</summary>
    internal const double Cubic = 0.044715;
}

/// <summary>dx = dy · ((1 + t) / 2 + x · (1 − t²) / 2 · √(2/π) · (1 + 3 · 0.044715 · x²)); see <see cref="GeluTanh"/>. Inputs dy and x.</summary>
public sealed class GeluTanhGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly GeluTanhGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression? Share(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Apply(UnaryFunction.Tanh, GeluTanh.Argument(x[1]));

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var t = x[2];
        var slope = x[1] * x[1] * (3 * GeluTanh.Cubic * GeluTanh.Scale) + GeluTanh.Scale;
        return x[0] * (x[1] * (1 - t * t) * slope * 0.5 + (t * 0.5 + 0.5));
    }
}
