using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The larger of two tensors, element by element.</summary>
public sealed class MaximumLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("Maximum", [], Inputs: 2);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Maximum.Instance, "", Broadcasting.Inputs(builder)).Result;
}

/// <summary>y = max(a, b). Where they are equal, each gets half of the gradient, as PyTorch has it.</summary>
public sealed class Maximum : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Maximum Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => ScalarExpression.Max(x[0], x[1]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        ExtremeGradient.Differentiate(gradient, ComparisonFunction.Greater);
}
