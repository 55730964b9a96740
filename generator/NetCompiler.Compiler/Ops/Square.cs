using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The square of each element.</summary>
public sealed class SquareLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Square");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Square.Instance, "", [builder.Input]).Result;
}

/// <summary>y = x².</summary>
public sealed class Square : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Square Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] * x[0];

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(SquareGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[0]]));
}

/// <summary>dx = 2 · dy · x. Inputs dy and x.</summary>
public sealed class SquareGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly SquareGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] * x[1] * 2;
}
