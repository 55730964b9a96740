using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Fit;

[Collection(Alone.Name)]
public sealed class AllocationTests
{
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
