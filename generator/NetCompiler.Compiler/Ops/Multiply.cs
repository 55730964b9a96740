using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The product of two tensors, element by element: a gate.</summary>
public sealed class MultiplyLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("Multiply", [], Inputs: 2);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Multiply.Instance, "", Broadcasting.Inputs(builder)).Result;
}

/// <summary>y = a · b.</summary>
public sealed class Multiply : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Multiply Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] * x[1];

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        for (var input = 0; input < 2; input++)
        {
            if (gradient.Needs(input))
            {
                Broadcasting.Set(gradient, input, gradient.Add(
                    Instance, input == 0 ? "left" : "right", [gradient.ResultGradient, gradient.Node.Inputs[1 - input]]));
            }
        }
    }
}
