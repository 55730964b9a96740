using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Logistic function.</summary>
public sealed class SigmoidLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Sigmoid");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(Sigmoid.Instance, "", [builder.Input]).Result;
}

/// <summary>y = 1 / (1 + e⁻ˣ).</summary>
public sealed class Sigmoid : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly Sigmoid Instance = new();

    /// <inheritdoc/>
    public override bool IsIncreasing(Attributes attributes) => true;

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) =>
        ScalarExpression.Apply(UnaryFunction.Sigmoid, x[0]);

    /// <inheritdoc/>
    /// <remarks>x = log y − log (1 − y).</remarks>
    public override Value Invert(Graph graph, Node node, Value result)
    {
        var opposite = graph.Add(Affine.Instance, $"{node.Name}.opposite", [result], Affine.Of(-1, 1), node.Layer);
        // Nearer to 1 than half a unit in the last place is 1.
        const double HalfUnit = 1.0 / (1 << 25);
        var yes = Softmax.LogProbability(graph, node, "yes", result);
        var no = Softmax.LogProbability(graph, node, "no", opposite.Result, HalfUnit);
        return graph.Add(Subtract.Instance, $"{node.Name}.logits", [yes, no], Attributes.Empty, node.Layer).Result;
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(SigmoidGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result]));
}

/// <summary>dx = dy · y · (1 − y). Inputs dy and y.</summary>
public sealed class SigmoidGradient : Elementwise
{
    /// <summary>The operator.</summary>
    public static readonly SigmoidGradient Instance = new();

    /// <inheritdoc/>
    protected override ScalarExpression Apply(OperatorContext context, ImmutableArray<ScalarExpression> x) => x[0] * x[1] * (1 - x[1]);
}
