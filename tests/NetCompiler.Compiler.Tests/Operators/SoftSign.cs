using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>SoftSign(Sharpness): x / (1 + sharpness · |x|). The operator of docs/adding-an-operator.md, which shows this file.</summary>
public sealed class SoftSignLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("SoftSign", new SignatureParameter("Sharpness", ArgumentKind.Double, 1.0));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(SoftSign.Instance, "", [builder.Input],
        Attributes.Empty.With("sharpness", builder.Double("Sharpness", min: 0))).Result;
}

/// <summary>y = x / (1 + s · |x|); attribute sharpness s.</summary>
public sealed class SoftSign : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly SoftSign Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        x[0] / Denominator(context, x[0]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) => gradient.Set(0, gradient.Add(
        SoftSignGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]], gradient.Node.Attributes));

    /// <summary>1 + s · |x|.</summary>
    internal static ScalarExpression Denominator(OperatorContext context, ScalarExpression x) =>
        1 + ScalarExpression.Apply(UnaryFunction.Abs, x) * context.Attributes.Double("sharpness");
}

/// <summary>dx = dy / (1 + s · |x|)². Inputs dy and x; attribute sharpness s.</summary>
public sealed class SoftSignGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly SoftSignGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var denominator = SoftSign.Denominator(context, x[1]);
        return x[0] / (denominator * denominator);
    }
}
