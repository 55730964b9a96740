using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Each element raised to a constant power.</summary>
public sealed class PowerLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Power", new SignatureParameter("Exponent", ArgumentKind.Double));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        builder.Add(Power.Instance, "", [builder.Input], Power.Of(builder.Finite("Exponent"))).Result;
}

/// <summary>y = xᵖ; NaN for negative x unless p is an integer. Attribute exponent.</summary>
public sealed class Power : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Power Instance = new();

    private const double LargestProduct = 5;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        Raise(x[0], context.Attributes.Double("exponent"));

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) => gradient.Set(0, gradient.Add(
        PowerGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]], gradient.Node.Attributes));

    /// <summary>The attributes.</summary>
    public static Attributes Of(double exponent) => Attributes.Empty.With("exponent", exponent);

    /// <summary>xᵖ: products and square roots where they do, else by way of the logarithm.</summary>
    internal static ScalarExpression Raise(ScalarExpression x, double exponent)
    {
        // 1, of NaN too.
        if (exponent == 0)
            return ScalarExpression.Select(ComparisonFunction.Equal, x, x, 1, 1);
        var whole = Math.Floor(exponent);
        if (exponent < 0)
            return 1 / Raise(x, -exponent);
        if (exponent <= LargestProduct && exponent == whole)
            return Product(x, (int)whole);
        if (exponent <= LargestProduct && exponent == whole + 0.5)
        {
            var root = ScalarExpression.Apply(UnaryFunction.Sqrt, x);
            return whole == 0 ? root : Product(x, (int)whole) * root;
        }

        if (exponent != whole)
            return ByLogarithm(x, exponent);
        var magnitude = ScalarExpression.Apply(UnaryFunction.Abs, x);
        return exponent % 2 == 0 ? ByLogarithm(magnitude, exponent) : x * ByLogarithm(magnitude, exponent - 1);
    }

    private static ScalarExpression Product(ScalarExpression x, int factors)
    {
        var product = x;
        for (var i = 1; i < factors; i++)
            product *= x;
        return product;
    }

    private static ScalarExpression ByLogarithm(ScalarExpression x, double exponent) =>
        ScalarExpression.Apply(UnaryFunction.Exp, ScalarExpression.Apply(UnaryFunction.Log, x) * exponent);
}

/// <summary>dx = dy · p · xᵖ⁻¹. Inputs dy and x; attribute exponent.</summary>
public sealed class PowerGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly PowerGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var exponent = context.Attributes.Double("exponent");
        return exponent == 0 ? x[0] * 0 : x[0] * exponent * Power.Raise(x[1], exponent - 1);
    }
}
