using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>The quotient of two tensors, element by element.</summary>
public sealed class DivideLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("Divide", [], Inputs: 2);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Divide.Instance, "", Broadcasting.Inputs(builder)).Result;
}

/// <summary>y = a / b.</summary>
public sealed class Divide : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Divide Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] / x[1];

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var divisor = gradient.Node.Inputs[1];
        if (gradient.Needs(0))
            Broadcasting.Set(gradient, 0, gradient.Add(Instance, "left", [gradient.ResultGradient, divisor]));
        if (gradient.Needs(1))
        {
            // ∂(a / b) / ∂b = −(a / b) / b
            Broadcasting.Set(gradient, 1, gradient.Add(
                DivisorGradient.Instance, "right", [gradient.ResultGradient, gradient.Node.Result, divisor]));
        }
    }
}

/// <summary>db = −dy · y / b, before it is summed up where b was broadcast. Inputs dy, y and b.</summary>
public sealed class DivisorGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly DivisorGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => -(x[0] * x[1] / x[2]);
}
