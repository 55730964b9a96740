using NetCompiler.Runtime;
using NetCompiler.Training.Data;

namespace Gallery.Data;

/// <summary>Samples that are made when they are asked for, anew in each epoch.</summary>
/// <param name="count">Samples of an epoch.</param>
/// <param name="inputs">The tensors that a network reads.</param>
/// <param name="targets">Those that its loss compares with.</param>
/// <param name="draw">Writes a sample, by its index, to a place of a batch.</param>
internal sealed class DrawnDataset(
    int count, IReadOnlyList<TensorInfo> inputs, IReadOnlyList<TensorInfo> targets, Action<int, SampleBatch, int> draw) : IDataset
{
    public int Count => count;

    public IReadOnlyList<TensorInfo> Inputs => inputs;

    public IReadOnlyList<TensorInfo> Targets => targets;

    public void Copy(ReadOnlySpan<int> indices, SampleBatch batch, int first = 0)
    {
        for (var i = 0; i < indices.Length; i++)
            draw(indices[i], batch, first + i);
    }
}
