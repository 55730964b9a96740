using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Exponential linear unit (Clevert, Unterthiner, Hochreiter: Fast and Accurate Deep Network Learning by ELUs, 2015).</summary>
public sealed class EluLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Elu", new SignatureParameter("Alpha", ArgumentKind.Double, 1.0));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        builder.Add(Elu.Instance, "", [builder.Input], Attributes.Empty.With("alpha", builder.Double("Alpha", 0))).Result;
}

/// <summary>y = x &gt; 0 ? x : α · (eˣ − 1). Attribute alpha, not negative.</summary>
public sealed class Elu : Elementwise, IRectifier
{
    /// <summary>The operator.</summary>
    public static readonly Elu Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression? Share(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        Half(x[0]);

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        Of(x[0], x[1], context.Attributes.Double("alpha"));

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(EluGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result], gradient.Node.Attributes));

    /// <summary>tanh(x / 2), with which eˣ − 1 keeps its digits near zero.</summary>
    internal static ScalarExpression Half(ScalarExpression x) => ScalarExpression.Apply(UnaryFunction.Tanh, x * 0.5);

    /// <summary>scale · (x &gt; 0 ? x : α · (eˣ − 1)), where eˣ − 1 = 2t / (1 − t) with t = tanh(x / 2).</summary>
    internal static ScalarExpression Of(ScalarExpression x, ScalarExpression t, double alpha, double scale = 1) =>
        ScalarExpression.Select(ComparisonFunction.Greater, x, 0, scale == 1 ? x : x * scale, t * (2 * alpha * scale) / (1 - t));
}

/// <summary>dx = y &gt; 0 ? scale · dy : dy · (y + scale · α). Inputs dy and y; attributes alpha and scale, 1 if none is given.</summary>
public sealed class EluGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly EluGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x)
    {
        var (alpha, scale) = (context.Attributes.Double("alpha"), context.Attributes.Double("scale", 1));
        return ScalarExpression.Select(
            ComparisonFunction.Greater, x[1], 0, scale == 1 ? x[0] : x[0] * scale, x[0] * (x[1] + alpha * scale));
    }
}
