using NetCompiler.Runtime;
using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Data;

public sealed class DataLoaderTests
{
    private const int Channels = 3;
    private const int Height = 8;
    private const int Width = 6;
    private const int Length = Channels * Height * Width;

    private static readonly IAugmentation[] s_augmentations =
        [new Flip(0.5, 0.5), new Rotate(20), new RandomCrop(5, 6, padding: 1), new ColorJitter(0.4, 0.4, 0.4, 0.1), new Cutout(2)];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    [InlineData(4, 8)]
    public void Samples_do_not_depend_on_threads_nor_on_the_queue(int threads, int queue)
    {
        var source = Pictures(50);
        var order = Enumerable.Range(0, 50).Select(i => i * 7 % 50).ToArray();
        using var loader = new DataLoader(source, Options(s_augmentations, threads, queue));
        Assert.Equal([3, 5, 6], loader.Inputs[0].Shape);
        foreach (var seed in new ulong[] { 1, 2, 1 })
        {
            // Pass after pass, in batches of 8 and a last one of 2, held against one sample after the other.
            loader.BeginPass(order, 8, seed);
            var found = Read(loader, order, 8);
            var pipeline = new SamplePipeline(source, s_augmentations);
            var expected = new SampleBatch(loader, order.Length) { Count = order.Length };
            for (var i = 0; i < order.Length; i++)
                pipeline.Load(order[i], seed, expected, i);
            Assert.Equal(expected.Input<byte>(0).ToArray(), found);
        }
    }

    [Fact]
    public void Passes_differ_by_their_seed_and_samples_by_their_index()
    {
        var picture = Pictures(1).Bytes.ToArray();
        var same = InMemoryDataset.FromBytes([.. Enumerable.Repeat(picture, 20).SelectMany(b => b)], [3, 8, 6], new int[20]);
        using var loader = new DataLoader(same, Options(s_augmentations));
        var order = Enumerable.Range(0, 20).ToArray();
        loader.BeginPass(order, 4, 1);
        var first = Read(loader, order, 4);
        Assert.InRange(first.Chunk(90).Select(Convert.ToHexString).Distinct().Count(), 15, 20);
        loader.BeginPass(order, 4, 2);
        Assert.NotEqual(first, Read(loader, order, 4));
    }

    [Fact]
    public void Outside_of_a_pass_samples_are_as_they_are()
    {
        var source = Pictures(10);
        using var loader = new DataLoader(source, Options([new Flip(1), new ColorJitter(0.5)]));
        var order = Enumerable.Range(0, 10).ToArray();
        Assert.Equal(source.Bytes.ToArray(), Read(loader, order, 3));
        loader.BeginPass(order, 3, seed: null);
        Assert.Equal(source.Bytes.ToArray(), Read(loader, order, 3));
        loader.BeginPass(order, 3, seed: 5);
        Assert.NotEqual(source.Bytes.ToArray(), Read(loader, order, 3));
        loader.EndPass();
        Assert.Equal(source.Bytes.ToArray(), Read(loader, order, 3));
    }

    [Fact]
    public void Other_batches_than_those_announced_are_the_same_samples()
    {
        using var loader = new DataLoader(Pictures(12), Options(s_augmentations));
        var order = Enumerable.Range(0, 12).ToArray();
        loader.BeginPass(order, 4, 1);
        var expected = Read(loader, order, 4);
        loader.BeginPass(order, 4, 1);
        Assert.Equal(expected, Read(loader, order, 5));
        // In between, the announced ones are still there.
        loader.BeginPass(order, 4, 1);
        var one = new byte[90];
        loader.CopyInputs<byte>([11], one);
        Assert.Equal(expected[^90..], one);
        Assert.Equal(expected, Read(loader, order, 4));
    }

    [Fact]
    public void Floats_labels_and_targets_come_through()
    {
        var source = TinyData.YesNo(20, 3);
        using var loader = new DataLoader(source);
        var order = Enumerable.Range(0, 20).Reverse().ToArray();
        loader.BeginPass(order, 6, 1);
        var samples = new float[6 * 6];
        var targets = new float[6 * 3];
        loader.CopyInputs<float>(order.AsSpan(0, 6), samples);
        loader.CopyTargets<float>(order.AsSpan(0, 6), targets);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(source.Floats.Slice(order[i] * 6, 6), samples.AsSpan(i * 6, 6));
            var one = new float[3];
            source.CopyTargets<float>([order[i]], one);
            Assert.Equal(one, targets[(i * 3)..(i * 3 + 3)]);
        }
        Assert.Throws<NotSupportedException>(() => loader.CopyInputs<byte>([0], new byte[6]));
        Assert.Throws<ArgumentException>(() => loader.CopyInputs<float>([0], new float[7]));
        Assert.Throws<NotSupportedException>(() => loader.CopyTargets<int>([0], new int[1]));
    }

    [Fact]
    public void The_queue_is_bounded()
    {
        var source = new CountingDataset(Pictures(100));
        using var loader = new DataLoader(source, Options([], threads: 3, queue: 2));
        var order = Enumerable.Range(0, 100).ToArray();
        loader.BeginPass(order, 5, 1);
        var batch = new byte[5 * Length];
        for (var i = 0; i < 20; i++)
        {
            loader.CopyInputs<byte>(order.AsSpan(i * 5, 5), batch);
            Assert.InRange(source.Loaded, (i + 1) * 5, (i + 3) * 5);
        }
        Assert.Equal(100, source.Loaded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_a_worker_throws_reaches_the_caller_with_the_name_of_the_sample(int threads)
    {
        var source = new CountingDataset(Pictures(30)) { Broken = 13 };
        using var loader = new DataLoader(source, Options(s_augmentations, threads));
        var order = Enumerable.Range(0, 30).ToArray();
        loader.BeginPass(order, 4, 1);
        var batch = new byte[4 * 90];
        for (var i = 0; i < 3; i++)
            loader.CopyInputs<byte>(order.AsSpan(i * 4, 4), batch);
        for (var again = 0; again < 2; again++)
        {
            var thrown = Assert.Throws<SampleLoadException>(() => loader.CopyInputs<byte>(order.AsSpan(12, 4), batch));
            Assert.Equal((13, "picture-13.png"), (thrown.Index, thrown.SampleName));
            Assert.Equal("picture-13.png cannot be loaded: it is broken", thrown.Message);
            Assert.IsType<InvalidDataException>(thrown.InnerException);
        }
        // Also where it is asked for out of order; and the others can still be had.
        loader.EndPass();
        Assert.Throws<SampleLoadException>(() => loader.CopyInputs<byte>([13], new byte[90]));
        loader.CopyInputs<byte>([14], new byte[90]);
        source.Broken = -1;
        loader.BeginPass(order, 4, 1);
        Assert.Equal(30 * 90, Read(loader, order, 4).Length);
    }

    [Fact]
    public void Training_gets_the_same_bits_whatever_the_number_of_threads()
    {
        var expected = Train(1, 1, resumes: false);
        Assert.Equal(expected, Train(3, 4, resumes: false));
        Assert.Equal(expected, Train(2, 2, resumes: true));

        static float[] Train(int threads, int queue, bool resumes)
        {
            using var folder = new TestFolder();
            using var loader = new DataLoader(Inputs(60), Options([new Cutout(1), new Flip()], threads, queue));
            using var network = new TinyNetwork(inputShape: [1, 2, 3]);
            var options = new FitOptions { BatchSize = 8, AccumulationSteps = 2, Seed = 4, Validation = Inputs(20) };
            if (resumes)
            {
                using var first = new Trainer(network, loader, new Adam(0.01f), 3, options);
                for (var i = 0; i < 4; i++)
                    first.TrainStep();
                first.FinishEpoch();
                first.TrainStep();
                first.TrainStep();
                first.SaveCheckpoint(folder.File("run"));
                // What comes after is forgotten.
                first.TrainStep();
                first.Restore(folder.File("run"));
                first.TrainStep();
            }
            using var trainer = new Trainer(network, loader, new Adam(0.01f), 3, options);
            if (resumes)
                trainer.Restore(folder.File("run"));
            trainer.Run();
            return network.Parameters.ToArray();
        }
    }

    [Fact]
    public void Augmentation_changes_what_is_learned_but_not_what_it_is_tried_on()
    {
        using var plain = new TinyNetwork(inputShape: [1, 2, 3]);
        using var augmented = new TinyNetwork(inputShape: [1, 2, 3]);
        using var loader = new DataLoader(Inputs(60), Options([new Flip(1)]));
        var options = new FitOptions { BatchSize = 8, Seed = 4, Validation = loader };
        var expected = plain.Fit(Inputs(60), new Adam(0.01f), 1, options);
        augmented.Fit(loader, new Adam(0.01f), 1, options);
        Assert.NotEqual(plain.Parameters.ToArray(), augmented.Parameters.ToArray());
        Assert.Equal(plain.Evaluate(Inputs(60)).Loss, expected.Last!.ValidationLoss);
    }

    [Fact]
    public void A_loader_that_is_disposed_in_the_middle_ends_its_threads()
    {
        var loader = new DataLoader(Pictures(100), Options(s_augmentations, threads: 3, queue: 2));
        loader.BeginPass(Enumerable.Range(0, 100).ToArray(), 4, 1);
        loader.Dispose();
        loader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => loader.BeginPass([0], 1, 1));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader(Pictures(1), new DataLoaderOptions { Threads = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader(Pictures(1), new DataLoaderOptions { QueueLength = 0 }));
        var thrown = Assert.Throws<ArgumentException>(() => new DataLoader(Pictures(1), Options([new RandomCrop(9, 6)])));
        Assert.Contains("expected pictures of at least 9 × 6 with a padding of 0, found (3, 8, 6)", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new DataLoader(TinyData.Labelled(3, 1), Options([new Flip()])));
    }

    private static DataLoaderOptions Options(IReadOnlyList<IAugmentation> augmentations, int threads = 2, int queue = 2) =>
        new() { Augmentations = augmentations, Threads = threads, QueueLength = queue };

    private static byte[] Read(DataLoader loader, int[] order, int batchSize)
    {
        var length = loader.Inputs[0].Shape.Aggregate(1, (a, b) => a * b);
        var all = new byte[order.Length * length];
        for (var first = 0; first < order.Length; first += batchSize)
        {
            var count = Math.Min(batchSize, order.Length - first);
            loader.CopyInputs<byte>(order.AsSpan(first, count), all.AsSpan(first * length, count * length));
        }
        return all;
    }

    private static InMemoryDataset Pictures(int count)
    {
        var random = new RandomStream(5);
        var bytes = new byte[count * Length];
        foreach (ref var b in bytes.AsSpan())
            b = (byte)random.NextInt32(256);
        return InMemoryDataset.FromBytes(bytes, [Channels, Height, Width], new int[count]);
    }

    // Pictures of 2 × 3 whose classes are those of TinyData.
    private static InMemoryDataset Inputs(int count)
    {
        var data = TinyData.Labelled(count, 1);
        return InMemoryDataset.FromFloats(data.Floats.ToArray(), [1, 2, 3], data.Labels.ToArray());
    }

    /// <summary>Names its samples, counts those that are loaded, and cannot load one.</summary>
    private sealed class CountingDataset(InMemoryDataset inner) : IDataset
    {
        private int _loaded;

        public int Broken { get; set; } = -1;

        public int Loaded => Volatile.Read(ref _loaded);

        public int Count => inner.Count;

        public IReadOnlyList<TensorInfo> Inputs => inner.Inputs;

        public IReadOnlyList<TensorInfo> Targets => inner.Targets;

        public string SampleName(int index) => $"picture-{index}.png";

        public void Copy(ReadOnlySpan<int> indices, SampleBatch batch, int first = 0)
        {
            if (indices.Contains(Broken))
                throw new InvalidDataException("it is broken");
            inner.Copy(indices, batch, first);
            Interlocked.Add(ref _loaded, indices.Length);
        }
    }
}
