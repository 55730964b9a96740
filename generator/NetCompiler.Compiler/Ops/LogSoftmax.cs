using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>Logarithms of the probabilities of a vector, or of the channels at each place of an image.</summary>
public sealed class LogSoftmaxLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("LogSoftmax");

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder) => builder.Add(LogSoftmax.Instance, "", [builder.Input]).Result;
}

/// <summary>y[n, c, …] = x[n, c, …] − max − log Σ exp(x[n, ·, …] − max), over the channels or features.</summary>
public sealed class LogSoftmax : Operator
{
    /// <summary>The operator.</summary>
    public static readonly LogSoftmax Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var others = Elementwise.Places(axes);
        var (max, sum) = Softmax.Sum(axes, inputs: 1);
        var log = new TensorDefinition(others, ScalarExpression.Apply(UnaryFunction.Log, Elementwise.Read(2, others)));
        return new([max, sum, log, new TensorDefinition(axes,
            Elementwise.Read(0, axes) - Elementwise.Read(1, others) - Elementwise.Read(3, others))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(LogSoftmaxGradient.Instance, "input", [gradient.ResultGradient, gradient.Node.Result]));
}

/// <summary>dx = dy − exp(y) · Σ dy, the sum over the channels or features. Inputs dy and y.</summary>
public sealed class LogSoftmaxGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly LogSoftmaxGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var others = Elementwise.Places(axes);
        var probability = ScalarExpression.Apply(UnaryFunction.Exp, Elementwise.Read(1, axes));
        return new(
            [new TensorDefinition(others, ScalarExpression.Sum([Elementwise.Feature(axes)], Elementwise.Read(0, axes))),
             new TensorDefinition(axes, Elementwise.Read(0, axes) - probability * Elementwise.Read(2, others))]);
    }
}
