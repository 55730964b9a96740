using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Fit;

public sealed class WeightAveragingTests : IDisposable
{
    private const int Epochs = 3;

    private readonly TestFolder _folder = new();
    private readonly InMemoryDataset _train = TinyData.Labelled(100, 1);
    private readonly InMemoryDataset _test = TinyData.Labelled(40, 2);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0.9f, false)]
    [InlineData(0.9f, true)]
    public void Averages_are_what_is_evaluated_and_left_behind(float decay, bool warmup)
    {
        using var plain = new TinyNetwork();
        var weights = new List<float[]>();
        plain.Fit(_train, new Adam(0.02f), Epochs, Options(null) with
        {
            Callbacks = [new Recorder { StepEnd = _ => weights.Add(plain.Parameters.ToArray()) }],
        });

        using var network = new TinyNetwork();
        var step = 0;
        double[]? average = null;
        var history = network.Fit(_train, new Adam(0.02f), Epochs, Options(new WeightAveraging(decay, warmup)) with
        {
            Callbacks =
            [
                new Recorder
                {
                    StepEnd = _ =>
                    {
                        // Steps go the way that they go without.
                        Assert.Equal(weights[step], network.Parameters.ToArray());
                        var d = warmup ? Math.Min(decay, (1.0 + step + 1) / (10 + step + 1)) : decay;
                        average = average is null
                            ? [.. weights[step].Select(w => (double)w)]
                            : [.. average.Zip(weights[step], (a, w) => d * a + (1 - d) * w)];
                        average[CounterAt] = weights[step][CounterAt];
                        step++;
                    },
                    EpochEnd = result =>
                    {
                        AssertEqual(average!, network.Parameters);
                        Assert.Equal(network.Evaluate(_test).Loss, result.ValidationLoss);
                    },
                },
            ],
        });
        Assert.Equal(39, step);
        AssertEqual(average!, network.Parameters);
        Assert.NotEqual(plain.Evaluate(_test).Loss, history.Last!.ValidationLoss);
        Assert.Equal(plain.Seen, network.Seen);
    }

    [Theory]
    [InlineData(2, 8)]
    [InlineData(2, 56)]
    [InlineData(3, 100)]
    public void A_run_that_died_ends_in_the_same_bits(int epoch, int samples)
    {
        var averaging = new WeightAveraging(0.95f);
        using var whole = new TinyNetwork();
        var expected = whole.Fit(_train, new Adam(0.02f), Epochs, Options(averaging));
        using (var died = new TinyNetwork())
        {
            var options = Options(averaging) with
            {
                Callbacks = [Recorder.DyingAt(epoch, samples)],
                CheckpointPath = _folder.File("run"),
            };
            Assert.Throws<InvalidOperationException>(() => died.Fit(_train, new Adam(0.02f), Epochs, options));
        }
        using var resumed = new TinyNetwork(seed: 99);
        var history = resumed.Fit(
            _train, new Adam(0.02f), Epochs, Options(averaging) with { CheckpointPath = _folder.File("run"), Resume = true });
        Assert.Equal(whole.Parameters.ToArray(), resumed.Parameters.ToArray());
        Assert.Equal(expected.Epochs.Select(e => e with { Seconds = 0 }), history.Epochs.Select(e => e with { Seconds = 0 }));
        // A run that is over has nothing to do, and gives the averages.
        using var again = new TinyNetwork(seed: 98);
        again.Fit(_train, new Adam(0.02f), Epochs, Options(averaging) with { CheckpointPath = _folder.File("run"), Resume = true });
        Assert.Equal(whole.Parameters.ToArray(), again.Parameters.ToArray());
    }

    [Fact]
    public void A_checkpoint_in_the_middle_of_an_epoch_goes_on_there()
    {
        var options = Options(new WeightAveraging(0.95f));
        using var whole = new TinyNetwork();
        whole.Fit(_train, new Adam(0.02f), Epochs, options);
        using (var first = new TinyNetwork())
        {
            using var trainer = new Trainer(first, _train, new Adam(0.02f), Epochs, options);
            for (var i = 0; i < 5; i++)
                trainer.TrainStep();
            trainer.SaveCheckpoint(_folder.File("run"));
        }
        using var second = new TinyNetwork();
        using var resumed = new Trainer(second, _train, new Adam(0.02f), Epochs, options);
        // What the trainer did before is of no account.
        for (var i = 0; i < resumed.StepsPerEpoch; i++)
            resumed.TrainStep();
        resumed.FinishEpoch();
        resumed.Restore(_folder.File("run"));
        resumed.Run();
        Assert.Equal(whole.Parameters.ToArray(), second.Parameters.ToArray());
    }

    [Fact]
    public void The_best_weights_that_come_back_are_averages()
    {
        using var network = new TinyNetwork();
        var byEpoch = new List<float[]>();
        var stopping = new EarlyStopping(new Metric("first", e => e.Epoch), patience: 2, restoreBestWeights: true);
        network.Fit(_train, new Adam(0.02f), Epochs, Options(new WeightAveraging(0.95f)) with
        {
            Callbacks = [new Recorder { EpochEnd = _ => byEpoch.Add(network.Parameters.ToArray()) }, stopping],
        });
        Assert.Equal(1, stopping.Best!.Epoch);
        Assert.Equal(byEpoch[0], network.Parameters.ToArray());
        Assert.NotEqual(byEpoch[2], network.Parameters.ToArray());
    }

    [Fact]
    public void What_does_not_move_is_its_own_average()
    {
        using var network = new TinyNetwork();
        var before = network.Parameter("dense1.weight").Values.ToArray();
        network.Fit(_train, new Adam(0.02f), Epochs, Options(new WeightAveraging(0.999f)) with
        {
            ParameterGroups = [new ParameterGroup("dense1.weight") { IsFrozen = true }],
        });
        Assert.Equal(before, network.Parameter("dense1.weight").Values.ToArray());
    }

    [Fact]
    public void Decays_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAveraging(1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAveraging(-0.1f));
    }

    private static int CounterAt { get; } = CounterOffset();

    private static int CounterOffset()
    {
        using var network = new TinyNetwork();
        return network.Definition.Parameters.Single(p => p.Name == "counter.seen").Offset;
    }

    private static void AssertEqual(double[] expected, ReadOnlySpan<float> found)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-5 * (1 + Math.Abs(expected[i])));
    }

    private FitOptions Options(WeightAveraging? averaging) =>
        new() { BatchSize = 8, Seed = 3, Validation = _test, Threads = 1, WeightAveraging = averaging };
}
