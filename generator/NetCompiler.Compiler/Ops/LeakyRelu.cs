using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Rectified linear unit that lets a part of negative numbers through.</summary>
public sealed class LeakyReluLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("LeakyRelu", new SignatureParameter("Slope", ArgumentKind.Double, 0.01));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) =>
        builder.Add(LeakyRelu.Instance, "", [builder.Input], Attributes.Empty.With("slope", builder.Finite("Slope"))).Result;
}

/// <summary>y = x &gt; 0 ? x : slope · x.</summary>
public sealed class LeakyRelu : Elementwise, IRectifier
{
    /// <summary>The operator.</summary>
    public static readonly LeakyRelu Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => attributes.Double("slope") >= 0;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.Greater, x[0], 0, x[0], x[0] * context.Attributes.Double("slope"));

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // The result has the argument's sign unless the slope turns it round; reading the result lets the argument be forgotten.
        var node = gradient.Node;
        var sign = IsIncreasing(node.Attributes) ? node.Result : node.Inputs[0];
        gradient.Set(0, gradient.Add(LeakyReluGradient.Instance, "input", [gradient.ResultGradient, sign], node.Attributes));
    }
}

/// <summary>dx = s &gt; 0 ? dy : slope · dy. Inputs dy and s, which has the argument's sign.</summary>
public sealed class LeakyReluGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly LeakyReluGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.Greater, x[1], 0, x[0], x[0] * context.Attributes.Double("slope"));
}
