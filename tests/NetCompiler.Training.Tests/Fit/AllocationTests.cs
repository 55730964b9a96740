using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Fit;

[Collection(Alone.Name)]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public void Loaders_allocate_nothing_for_a_batch(int threads, int queue)
    {
        var source = InMemoryDataset.FromBytes(new byte[400 * 48], [3, 4, 4], new int[400]);
        IAugmentation[] augmentations =
            [new Flip(), new Rotate(9), new RandomCrop(4, 4, 1), new ColorJitter(0.1, 0.1, 0.1, 0.1), new Cutout(2)];
        using var loader = new DataLoader(
            source, new DataLoaderOptions { Augmentations = augmentations, Threads = threads, QueueLength = queue });
        int[] order = [.. Enumerable.Range(0, 400)];
        var batch = new SampleBatch(loader, 4) { Count = 4 };
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 20 && least > 0; attempt++)
        {
            loader.BeginPass(order, 4, seed: 1);
            loader.Copy(order.AsSpan(0, 4), batch);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 1; i < 100; i++)
                loader.Copy(order.AsSpan(i * 4, 4), batch);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Steps_allocate_nothing_on_any_thread(int threads)
    {
        using var network = new TinyNetwork();
        using var trainer = new Trainer(
            network,
            TinyData.Labelled(2 * 64 * 8, 1),
            new AdamW(),
            epochs: 100,
            new FitOptions
            {
                BatchSize = 8,
                Threads = threads,
                Schedule = LearningRateSchedule.Cosine(),
                GradientClipping = GradientClipping.ByNorm(0.1f),
                AccumulationSteps = 2,
                WeightAveraging = new WeightAveraging(),
                ParameterGroups = [ParameterGroup.Vectors with { WeightDecay = 0f }, new ParameterGroup("*") { IsFrozen = true }],
            });
        // The whole process is measured, and the runtime may have something of its own to do now and then, but not every time.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 20 && least > 0; attempt++)
        {
            if (trainer.StepInEpoch + 10 > trainer.StepsPerEpoch)
            {
                while (trainer.StepInEpoch < trainer.StepsPerEpoch)
                    trainer.TrainStep();
                trainer.FinishEpoch();
            }
            trainer.TrainStep();
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < 9; i++)
                trainer.TrainStep();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        Assert.Equal(0, least);
    }
}
