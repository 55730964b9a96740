using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Rectified linear unit.</summary>
public sealed class ReluLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Relu");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Relu.Instance, "", [builder.Input]).Result;
}

/// <summary>y = max(x, 0).</summary>
public sealed class Relu : Elementwise, IRectifier
{
    /// <summary>The operator.</summary>
    public static readonly Relu Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => ScalarExpression.Max(x[0], 0);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(ReluGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result]));
}

/// <summary>dx = y &gt; 0 ? dy : 0. Inputs dy and y.</summary>
public sealed class ReluGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly ReluGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.Greater, x[1], 0, x[0], 0);
}

/// <summary>
/// index where y &gt; 0, else 255, which is the index of no tap: one byte that says both where a gradient goes and whether it does.
/// Inputs index and y.
/// </summary>
public sealed class ReluMask : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly ReluMask Instance = new();

    /// <summary>No tap.</summary>
    public const int Off = 255;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.Greater, x[1], 0, x[0], Off);
}
