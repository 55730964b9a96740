using NetCompiler.Training.Data;

namespace NetCompiler.Training.Tests.Data;

public sealed class InMemoryDatasetTests
{
    private static readonly int[] s_order = [2, 0, 2];

    [Fact]
    public void Samples_and_labels_are_copied_in_any_order()
    {
        IDataset data = InMemoryDataset.FromBytes([1, 2, 3, 4, 5, 6], [1, 2], [7, 8, 9]);
        var samples = new byte[6];
        var labels = new int[3];
        data.CopySamples(s_order, samples);
        data.CopyLabels(s_order, labels);
        Assert.Equal([5, 6, 1, 2, 5, 6], samples);
        Assert.Equal([9, 7, 9], labels);
        Assert.Throws<NotSupportedException>(() => data.CopySamples(s_order, new float[6]));
        Assert.Throws<NotSupportedException>(() => data.CopyTargets(s_order, new float[3]));
        Assert.Throws<ArgumentException>(() => data.CopySamples(s_order, new byte[7]));
    }

    [Fact]
    public void Values_are_copied_in_any_order()
    {
        var data = InMemoryDataset.FromFloats([1f, 2f, 3f], [1], [1f, 10f, 2f, 20f, 3f, 30f], [2]);
        var samples = new float[3];
        var targets = new float[6];
        data.CopySamples(s_order, samples);
        data.CopyTargets(s_order, targets);
        Assert.Equal([3f, 1f, 3f], samples);
        Assert.Equal([3f, 30f, 1f, 10f, 3f, 30f], targets);
    }

    [Fact]
    public void Copying_allocates_nothing()
    {
        IDataset data = InMemoryDataset.FromBytes(new byte[6], [2], new int[3]);
        var samples = new byte[6];
        var labels = new int[3];
        data.CopySamples(s_order, samples);
        data.CopyLabels(s_order, labels);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            data.CopySamples(s_order, samples);
            data.CopyLabels(s_order, labels);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Slices_and_floats_keep_labels()
    {
        var data = InMemoryDataset.FromBytes([0, 51, 102, 254], [2], [3, 4]);
        var floats = data.Slice(1, 1).ToFloat32(scale: 0.5f, offset: -1f);
        Assert.Equal(ElementType.Float32, floats.SampleType);
        Assert.Equal([50f, 126f], floats.Floats.ToArray());
        Assert.Equal([4], floats.Labels.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Slice(1, 2));
    }

    [Fact]
    public void Lengths_have_to_fit()
    {
        Assert.Throws<ArgumentException>(() => InMemoryDataset.FromBytes(new byte[5], [2], [0, 0]));
        Assert.Throws<ArgumentException>(() => InMemoryDataset.FromBytes(new byte[4], [2], [0]));
        Assert.Throws<ArgumentException>(() => InMemoryDataset.FromFloats(new float[4], [2], new float[3], [2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => InMemoryDataset.FromBytes([], [0], []));
    }
}
