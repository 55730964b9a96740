using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The smaller of two tensors, element by element.</summary>
public sealed class MinimumLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("Minimum", [], Inputs: 2);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Minimum.Instance, "", Broadcasting.Inputs(builder)).Result;
}

/// <summary>y = min(a, b). Where they are equal, each gets half of the gradient, as PyTorch has it.</summary>
public sealed class Minimum : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Minimum Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => ScalarExpression.Min(x[0], x[1]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        ExtremeGradient.Differentiate(gradient, ComparisonFunction.Less);
}
