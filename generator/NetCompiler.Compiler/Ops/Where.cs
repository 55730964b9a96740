using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>One of two tensors, element by element, chosen by a third.</summary>
public sealed class WhereLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("Where", [], Inputs: 3);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Where.Instance, "", Broadcasting.Inputs(builder)).Result;
}

/// <summary>y = c ≠ 0 ? a : b. Inputs c, which gets no gradient, a and b.</summary>
public sealed class Where : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Where Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(ComparisonFunction.NotEqual, x[0], 0, x[1], x[2]);

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        foreach (var (input, chosen) in new[] { (1, ComparisonFunction.NotEqual), (2, ComparisonFunction.Equal) })
        {
            if (gradient.Needs(input))
            {
                Broadcasting.Set(gradient, input, gradient.Add(WhereGradient.Instance, input == 1 ? "left" : "right",
                    [gradient.ResultGradient, gradient.Node.Inputs[0]], Compare.Of(chosen)));
            }
        }
    }
}

/// <summary>dy where c ? 0 with a comparison, else 0. Inputs dy and c; attribute function.</summary>
public sealed class WhereGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly WhereGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Select(Compare.FunctionOf(context.Attributes), x[1], 0, x[0], 0);
}
