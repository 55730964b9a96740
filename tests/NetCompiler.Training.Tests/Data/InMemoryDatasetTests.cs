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
        data.CopyInputs<byte>(s_order, samples);
        data.CopyTargets<int>(s_order, labels);
        Assert.Equal([5, 6, 1, 2, 5, 6], samples);
        Assert.Equal([9, 7, 9], labels);
        Assert.Throws<NotSupportedException>(() => data.CopyInputs<float>(s_order, new float[6]));
        Assert.Throws<NotSupportedException>(() => data.CopyTargets<float>(s_order, new float[3]));
        Assert.Throws<ArgumentException>(() => data.CopyInputs<byte>(s_order, new byte[7]));
    }

    [Fact]
    public void Values_are_copied_in_any_order()
    {
        var data = InMemoryDataset.FromFloats([1f, 2f, 3f], [1], [1f, 10f, 2f, 20f, 3f, 30f], [2]);
        var samples = new float[3];
        var targets = new float[6];
        data.CopyInputs<float>(s_order, samples);
        data.CopyTargets<float>(s_order, targets);
        Assert.Equal([3f, 1f, 3f], samples);
        Assert.Equal([3f, 30f, 1f, 10f, 3f, 30f], targets);
    }

    [Fact]
    public void Copying_allocates_nothing()
    {
        IDataset data = InMemoryDataset.FromBytes(new byte[6], [2], new int[3]);
        var batch = new SampleBatch(data, 3) { Count = 3 };
        data.Copy(s_order, batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            data.Copy(s_order, batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Samples_of_several_tensors_stay_together()
    {
        var data = new InMemoryDataset(
            [SampleArray.Of([1f, 2f, 3f, 4f], [2], "nodes"), SampleArray.Of([7, 8], [], "columns")],
            SampleArray.Of([5f, 6f], [1], "value"), SampleArray.Labels([3, 9]));
        Assert.Equal(["nodes", "columns", "value", "target"], data.Inputs.Concat(data.Targets).Select(t => t.Name));
        var batch = new SampleBatch(data, 3) { Count = 3 };
        data.Copy([1, 1], batch, 1);
        data.Copy([0], batch);
        Assert.Equal([1f, 2f, 3f, 4f, 3f, 4f], batch.Input<float>(0).ToArray());
        Assert.Equal([7, 8, 8], batch.Input<int>(1).ToArray());
        Assert.Equal([5f, 6f, 6f], batch.Target<float>(0).ToArray());
        Assert.Equal([3, 9, 9], batch.Target<int>(1).ToArray());
        Assert.Equal([8], batch.InputAt<int>(1, 2).ToArray());
        Assert.Throws<NotSupportedException>(() => batch.Input<byte>(0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Copy([2], batch));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Count = 4);
        // A batch for other tensors is refused.
        var other = new SampleBatch(InMemoryDataset.FromFloats(new float[2], [1], new int[2]), 3);
        Assert.Contains("'input': expected samples of Float32 (1)", Assert.Throws<ArgumentException>(() => data.Copy([0], other)).Message);

        var part = data.Slice(1, 1);
        Assert.Equal([3f, 4f], part.Floats.ToArray());
        Assert.Empty(part.WithoutTargets().Targets);
        Assert.Contains(
            "'b': expected 2 samples, as 'a' has, found 3",
            Assert.Throws<ArgumentException>(() => new InMemoryDataset([SampleArray.Of([1, 2], [], "a"), SampleArray.Of([1, 2, 3], [], "b")])).Message);
        Assert.Throws<ArgumentException>(() => new InMemoryDataset([]));
    }

    [Fact]
    public void Slices_and_floats_keep_labels()
    {
        var data = InMemoryDataset.FromBytes([0, 51, 102, 254], [2], [3, 4]);
        var floats = data.Slice(1, 1).ToFloat32(scale: 0.5f, offset: -1f);
        Assert.Equal(ElementType.Float32, floats.Inputs[0].Type);
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
