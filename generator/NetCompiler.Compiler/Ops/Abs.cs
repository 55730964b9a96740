using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The magnitude of each element.</summary>
public sealed class AbsLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Abs");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Abs.Instance, "", [builder.Input]).Result;
}

/// <summary>y = |x|.</summary>
public sealed class Abs : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Abs Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Apply(UnaryFunction.Abs, x[0]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(AbsGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]]));
}

/// <summary>dx = dy with the sign of x; 0 where x is 0, as PyTorch has it. Inputs dy and x.</summary>
public sealed class AbsGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly AbsGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.Greater, x[1], 0, x[0],
            ScalarExpression.Select(ComparisonFunction.Less, x[1], 0, -x[0], 0));
}
