using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>
/// Samples in any order, copied into memory that the caller owns. A sample is one tensor or several (pictures, sequences, graphs), the
/// inputs, with what is to be learned of them, the targets.
/// </summary>
/// <remarks>Copying allocates nothing, and is safe from several threads at once.</remarks>
public interface IDataset
{
    /// <summary>The number of samples.</summary>
    int Count { get; }

    /// <summary>
    /// The tensors that a sample's inputs are, without the batch: (C, H, W) for pictures. Networks read them in this order; their names are
    /// for messages.
    /// </summary>
    IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>
    /// The tensors that a sample's targets are: <see cref="ElementType.Int32"/> of no extents for class labels. Empty for samples that are
    /// to be learned as they are: a loss that compares takes the first input for its target, as auto-encoders do.
    /// </summary>
    IReadOnlyList<TensorInfo> Targets { get; }

    /// <summary>What messages call a sample.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    string SampleName(int index) => FormattableString.Invariant($"sample {index}");

    /// <summary>Copies samples into a batch of such tensors.</summary>
    /// <param name="indices">Which samples, each from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="batch">Where they go.</param>
    /// <param name="first">The place in the batch of the first of them; the others follow it.</param>
    void Copy(ReadOnlySpan<int> indices, SampleBatch batch, int first = 0);
}
