using NetCompiler.Runtime;
using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Fit;

public sealed class AccumulationTests
{
    [Theory]
    [InlineData(24, 3)]
    // Steps of 8, 8, 8, 8, 5, the last of them of batches of 4 and 1.
    [InlineData(37, 2)]
    // More than there is.
    [InlineData(37, 100)]
    public void A_step_is_that_of_a_batch_so_many_times_larger(int count, int accumulation)
    {
        var (expected, expectedSteps) = Train(count, 4 * accumulation, 1);
        var (found, steps) = Train(count, 4, accumulation);
        Assert.Equal(expectedSteps.Length, steps.Length);
        for (var i = 0; i < steps.Length; i++)
        {
            Assert.Equal(expectedSteps[i].Samples, steps[i].Samples);
            Assert.Equal(expectedSteps[i].LearningRate, steps[i].LearningRate);
            Assert.Equal(expectedSteps[i].BatchLoss, steps[i].BatchLoss, 1e-5);
            Assert.Equal(expectedSteps[i].GradientNorm, steps[i].GradientNorm, 1e-4);
        }
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-5 * (1 + Math.Abs(expected[i])));
        Assert.NotEqual(Train(count, 4, 1).Parameters[0], found[0], 1e-4f);
    }

    private static (float[] Parameters, StepReport[] Steps) Train(int count, int batchSize, int accumulation)
    {
        var steps = new List<StepReport>();
        using var network = new ScaleNetwork(0.8f, 1.2f);
        network.Fit(Data(count), new Adam(0.01f), 2, new FitOptions
        {
            BatchSize = batchSize,
            AccumulationSteps = accumulation,
            Seed = 5,
            Schedule = LearningRateSchedule.Cosine(),
            GradientClipping = GradientClipping.ByNorm(0.5f),
            Callbacks = [new Recorder { StepEnd = r => steps.Add(r with { Seconds = 0 }) }],
        });
        return (network.Parameters.ToArray(), [.. steps]);
    }

    [Fact]
    public void A_run_of_accumulated_steps_resumes_to_the_same_bits()
    {
        using var folder = new TestFolder();
        var options = new FitOptions { BatchSize = 8, AccumulationSteps = 3, Seed = 3 };
        var train = TinyData.Labelled(100, 1);
        using var whole = new TinyNetwork();
        whole.Fit(train, new Adam(0.01f), 3, options);
        using (var first = new TinyNetwork())
        {
            using var trainer = new Trainer(first, train, new Adam(0.01f), 3, options);
            Assert.Equal(5, trainer.StepsPerEpoch);
            for (var i = 0; i < 3; i++)
                trainer.TrainStep();
            trainer.SaveCheckpoint(folder.File("run"));
        }
        using var second = new TinyNetwork();
        using var resumed = new Trainer(second, train, new Adam(0.01f), 3, options);
        resumed.Restore(folder.File("run"));
        resumed.Run();
        Assert.Equal(whole.Parameters.ToArray(), second.Parameters.ToArray());
    }

    [Fact]
    public void What_is_not_finite_is_found_in_the_batch_that_has_it_and_nothing_has_moved()
    {
        var samples = new float[8];
        samples[6] = float.NaN;
        using var network = new ScaleNetwork(1f, 1f);
        using var trainer = new Trainer(
            network,
            InMemoryDataset.FromFloats(samples, [1], new float[8], [1]),
            new Sgd(0.1f),
            1,
            new FitOptions { BatchSize = 2, AccumulationSteps = 4, Shuffle = false });
        var before = network.Parameters.ToArray();
        var thrown = Assert.Throws<NonFiniteException>(() => trainer.TrainStep());
        Assert.Contains("training sample 6", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(before, network.Parameters.ToArray());
        Assert.Equal(0, trainer.StepInEpoch);
    }

    [Fact]
    public void Less_than_one_batch_is_refused()
    {
        using var network = new TinyNetwork();
        var options = new FitOptions { AccumulationSteps = 0 };
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Fit(TinyData.Labelled(9, 1), new Adam(), 1, options));
    }

    private static InMemoryDataset Data(int count)
    {
        var random = new RandomStream(9);
        var inputs = new float[count];
        var targets = new float[count];
        for (var i = 0; i < count; i++)
        {
            inputs[i] = (float)random.NextNormal();
            targets[i] = 3 * inputs[i] + 0.1f * (float)random.NextNormal();
        }
        return InMemoryDataset.FromFloats(inputs, [1], targets, [1]);
    }
}
