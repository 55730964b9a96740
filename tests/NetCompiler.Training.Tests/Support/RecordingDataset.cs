using NetCompiler.Runtime;
using NetCompiler.Training.Data;

namespace NetCompiler.Training.Tests.Support;

/// <summary>A data set that notes which samples are asked for.</summary>
internal sealed class RecordingDataset(IDataset inner) : IDataset
{
    public List<int> Indices { get; } = [];

    public List<int> BatchSizes { get; } = [];

    public int Count => inner.Count;

    public IReadOnlyList<TensorInfo> Inputs => inner.Inputs;

    public IReadOnlyList<TensorInfo> Targets => inner.Targets;

    public void Copy(ReadOnlySpan<int> indices, SampleBatch batch, int first = 0)
    {
        Indices.AddRange(indices);
        BatchSizes.Add(indices.Length);
        inner.Copy(indices, batch, first);
    }
}
