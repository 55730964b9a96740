using NetCompiler.Training.Data;

namespace NetCompiler.Training.Tests.Support;

/// <summary>A data set that notes which samples are asked for.</summary>
internal sealed class RecordingDataset(IDataset inner) : IDataset
{
    public List<int> Indices { get; } = [];

    public List<int> BatchSizes { get; } = [];

    public int Count => inner.Count;

    public IReadOnlyList<int> SampleShape => inner.SampleShape;

    public ElementType SampleType => inner.SampleType;

    public IReadOnlyList<int> TargetShape => inner.TargetShape;

    public ElementType TargetType => inner.TargetType;

    public void CopySamples(ReadOnlySpan<int> indices, Span<float> destination)
    {
        Indices.AddRange(indices);
        BatchSizes.Add(indices.Length);
        inner.CopySamples(indices, destination);
    }

    public void CopyLabels(ReadOnlySpan<int> indices, Span<int> destination) => inner.CopyLabels(indices, destination);
}
