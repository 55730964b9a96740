using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>
/// Operators that hold a prediction (input 0) against a target (input 1): the result, shape (N), is the loss of each sample.
/// </summary>
/// <remarks>
/// What training minimises is the mean over the batch, so the rule of <see cref="Differentiate"/> gives ∂(mean of the losses) /
/// ∂prediction and does not ask for a gradient of the result: a loss is where gradients begin.
/// </remarks>
public abstract class LossOperator : Operator
{
    /// <summary>∂(mean of the losses over the batch) / ∂prediction; reads what the loss reads.</summary>
    protected abstract Operator Gradient { get; }

    /// <inheritdoc/>
    public sealed override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0)[0])];

    /// <inheritdoc/>
    public sealed override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(Gradient, "input", gradient.Node.Inputs));
}

/// <summary>The gradients of losses: ∂(mean of the losses over the batch) / ∂prediction. Inputs prediction and target.</summary>
public abstract class LossGradientOperator : Operator
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <summary>1 / (batch size · elements).</summary>
    private protected static ScalarExpression Share(long elements)
    {
        ScalarExpression batch = new ScalarPassConstant(PassConstant.BatchSize);
        return 1 / (elements == 1 ? batch : batch * elements);
    }
}
