using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Makes probabilities of a vector, of the channels at each place of an image, or of the last extent of anything else.</summary>
public sealed class SoftmaxLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Softmax");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        builder.RequireFeatures(builder.Input);
        return builder.Add(Softmax.Instance, "", [builder.Input]).Result;
    }
}

/// <summary>y[n, c, …] = exp(x[n, c, …] − max) / Σ exp(x[n, ·, …] − max), over the channels or features.</summary>
public sealed class Softmax : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Softmax Instance = new();

    private const double SmallestNormal = 1.1754943508222875e-38;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (max, sum) = Sum(axes, inputs: 1);
        return new([max, sum, new TensorDefinition(axes, Exponential(axes, inputs: 1) / Elementwise.Read(2, Elementwise.Places(axes)))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(SoftmaxGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result]));

    /// <inheritdoc/>
    /// <remarks>log y = x − log Σ eˣ, which gives the same probabilities.</remarks>
    public override Value Invert(Graph graph, Node node, Value result) => LogProbability(graph, node, "logits", result);

    /// <summary>The logarithm of probabilities; of those that rounding took to 0, that of the smallest that there can be.</summary>
    internal static Value LogProbability(
        Graph graph, Node node, string suffix, Value probabilities, double smallest = SmallestNormal)
    {
        var clipped = graph.Add(Clip.Instance, $"{node.Name}.{suffix}.clipped", [probabilities],
            Attributes.Empty.With("min", smallest).With("max", double.PositiveInfinity), node.Layer);
        return graph.Add(Log.Instance, $"{node.Name}.{suffix}", [clipped.Result], Attributes.Empty, node.Layer).Result;
    }

    /// <summary>
    /// The first two definitions of an expression over input 0: the largest of the channels, and the sum of the exponentials of
    /// what they lie below it, which cannot overflow.
    /// </summary>
    /// <param name="axes">The axes of input 0.</param>
    /// <param name="inputs">The inputs of the node, after which definitions are numbered.</param>
    internal static (TensorDefinition Max, TensorDefinition Sum) Sum(ImmutableArray<Axis> axes, int inputs)
    {
        var (others, feature) = (Elementwise.Places(axes), Elementwise.Feature(axes));
        return (new TensorDefinition(others, new ScalarReduction(ReductionKind.Max, [feature], Elementwise.Read(0, axes))),
            new TensorDefinition(others, ScalarExpression.Sum([feature], Exponential(axes, inputs))));
    }

    /// <summary>exp(x − max) of an element of input 0.</summary>
    internal static ScalarExpression Exponential(ImmutableArray<Axis> axes, int inputs) =>
        ScalarExpression.Apply(UnaryFunction.Exp, Elementwise.Read(0, axes) - Elementwise.Read(inputs, Elementwise.Places(axes)));
}

/// <summary>dx = y · (dy − Σ dy · y), the sum over the channels. Inputs dy and y.</summary>
public sealed class SoftmaxGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly SoftmaxGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var (others, feature) = (Elementwise.Places(axes), Elementwise.Feature(axes));
        var (dy, y) = (Elementwise.Read(0, axes), Elementwise.Read(1, axes));
        return new(
            [new TensorDefinition(others, ScalarExpression.Sum([feature], dy * y)),
             new TensorDefinition(axes, y * (dy - Elementwise.Read(2, others)))]);
    }
}
