using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops.Losses;

/// <summary>
/// Operators that hold a prediction (input 0) against a target (input 1): the result, shape (N), is the loss of each sample. No gradient
/// passes into the target, unless the loss is the same when the two change places.
/// </summary>
public abstract class LossOperator : Operator
{
    /// <summary>
    /// The gradient with respect to the prediction; reads what the loss reads and, behind it, the gradient of each sample's loss. Where
    /// that is left out, it is of the mean of the losses over the batch, which is what training minimises.
    /// </summary>
    protected abstract Operator Gradient { get; }

    /// <summary>True for a loss that depends on the difference of prediction and target alone, and not on its sign.</summary>
    protected virtual bool IsSymmetric => false;

    /// <inheritdoc/>
    public sealed override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0)[0])];

    /// <inheritdoc/>
    public sealed override void Differentiate(GradientContext gradient)
    {
        var node = gradient.Node;
        var result = gradient.Add(Gradient, "input", gradient.IsMeanLoss ? node.Inputs : node.Inputs.Add(gradient.ResultGradient), node.Attributes);
        gradient.Set(0, result);
        if (IsSymmetric && gradient.Needs(1))
            gradient.Set(1, gradient.Add(Affine.Instance, "target", [result], Affine.Of(-1, 0)));
    }
}

/// <summary>
/// The gradients of losses with respect to the prediction. Inputs prediction, target and, unless it is of the mean over the batch, the
/// gradient of each sample's loss.
/// </summary>
public abstract class LossGradientOperator : Operator
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0))];

    /// <summary>1 / (batch size · elements).</summary>
    internal static ScalarExpression Share(long elements)
    {
        ScalarExpression batch = new ScalarPassConstant(PassConstant.BatchSize);
        return 1 / (elements == 1 ? batch : batch * elements);
    }

    /// <summary>What the gradient of a sample's loss is multiplied with: a share of the mean, or what is read.</summary>
    /// <param name="context">The node.</param>
    /// <param name="batch">The axis of the batch.</param>
    /// <param name="elements">By how many the loss of a sample is divided.</param>
    private protected static ScalarExpression Scale(OperatorContext context, Axis batch, long elements)
    {
        if (context.Inputs.Length == 2)
            return Share(elements);
        ScalarExpression given = new ScalarRead(2, [batch]);
        return elements == 1 ? given : given * (1.0 / elements);
    }
}
