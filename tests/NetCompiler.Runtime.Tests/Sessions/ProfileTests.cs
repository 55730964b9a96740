using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Sessions;

public sealed class ProfileTests
{
    [Theory]
    [InlineData(1, 0, 12)]
    [InlineData(3, 0, 12)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 100, 100)] // more than there is room for, in groups
    public void Prediction_is_measured_by_stage(int threads, int asked, int samples)
    {
        using var network = new DenseNetwork(seed: 1);
        using var session = network.CreateSession(maxBatch: 12, threads);
        var profile = session.Profile(asked, runs: 5);

        Assert.Equal(("DenseNetwork", "prediction"), (profile.Network, profile.Pass));
        Assert.Equal((samples, threads, 5), (profile.Samples, profile.Threads, profile.Runs));
        Assert.Equal(session.VectorBits, profile.VectorBits);
        Assert.Equal(["dense1", "relu1"], profile.Stages.Select(s => s.Stage.Name));
        Assert.Equal([samples * 15L, 0], profile.Stages.Select(s => s.MultiplyAdds));
        // Laps lie within the run, whoever does them.
        Assert.True(profile.Stages.Sum(s => s.Seconds) <= profile.Seconds * threads);
        Assert.Equal(profile.Seconds * threads, profile.Stages.Sum(s => s.Seconds) + profile.OtherSeconds, 1e-12);
        Assert.Equal(0, profile.Stages[1].GigaflopsPerSecond);
        // What depends on parameters only was prepared once, by the session itself.
        Assert.Equal(1, network.Prepared);
    }

    [Fact]
    public void Predictions_are_the_same_before_and_after()
    {
        using var network = new DenseNetwork(seed: 1);
        using var session = network.CreateSession(maxBatch: 3);
        var samples = Numbers.Random(7 * DenseNetwork.In, seed: 2);
        var (before, after) = (new float[7 * DenseNetwork.Out], new float[7 * DenseNetwork.Out]);
        session.Predict(samples, before);
        session.Profile(runs: 1);
        session.Predict(samples, after);
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_step_is_measured_and_leaves_everything_as_it_is(int threads)
    {
        using var network = new DenseNetwork(seed: 1);
        using var session = new TrainingSession(network, maxBatch: 8, threads);
        session.Step(Numbers.Random(6 * DenseNetwork.In, seed: 2), Numbers.Random(6 * DenseNetwork.Out, seed: 3), seed: 0);
        float[] State() => [.. network.Parameters, .. session.Gradients.Values, .. session.Predictions, .. session.Losses];
        var before = State();

        var profile = session.Profile(runs: 3);
        Assert.Equal(("training step", 8), (profile.Pass, profile.Samples));
        // A stage that never ran has no row.
        Assert.Equal(["pack", "forward", "backward"], profile.Stages.Select(s => s.Stage.Name));
        Assert.Equal(2 * 8 * 15, profile.MultiplyAdds);
        Assert.Equal(before, State());
        Assert.Equal(5, session.Profile(samples: 5, runs: 1).Samples);
    }

    [Fact]
    public void A_pass_that_knows_of_no_stages_has_a_total()
    {
        using var network = new ClassifierNetwork();
        using var session = network.CreateSession(maxBatch: 2);
        var profile = session.Profile(runs: 1);
        Assert.Empty(profile.Stages);
        Assert.Equal(profile.Seconds, profile.OtherSeconds);
    }

    [Fact]
    public void Operations_a_second_count_two_for_each_multiply_add()
    {
        var stage = new StageProfile(new StageInfo("dense1", "Dense", 1_000_000), Seconds: 0.001, MultiplyAdds: 50_000_000);
        Assert.Equal(100, stage.GigaflopsPerSecond, 1e-9);
        Assert.Equal(0, (stage with { Seconds = 0 }).GigaflopsPerSecond);
        Assert.Equal(50, new PassProfile("n", "p", 128, 50, 4, 1, Seconds: 0.002, [stage]).GigaflopsPerSecond, 1e-9);
    }

    [Fact]
    public void It_reads_as_a_table()
    {
        var profile = new PassProfile("DigitNet", "prediction", 512, Samples: 32, Threads: 1, Runs: 20, Seconds: 600.04e-6,
        [
            new StageProfile(new StageInfo("conv1", "Conv → MaxPool → BiasAdd → Relu", 152_100), 150e-6, 4_867_200),
            new StageProfile(new StageInfo("softmax1", "Softmax", 0), 1.26e-6, 0),
        ]);
        Assert.Equal(
            """
            DigitNet, prediction: 32 samples, 1 thread, 512-bit vectors, 600.0 µs (median of 20)
            ────────────────────────────────────────────────────────────────────────────────────
            Stage     Operators                        Time (µs)   Share  Multiply-adds  GFLOP/s
            ────────────────────────────────────────────────────────────────────────────────────
            conv1     Conv → MaxPool → BiasAdd → Relu      150.0   25.0%      4,867,200     64.9
            softmax1  Softmax                                1.3    0.2%
            (other)                                        448.8   74.8%
            ────────────────────────────────────────────────────────────────────────────────────
            Total                                          600.0  100.0%      4,867,200     16.2
            ────────────────────────────────────────────────────────────────────────────────────

            """.ReplaceLineEndings("\n"),
            profile.ToString());
        Assert.Contains("2 threads, whose times are added up", (profile with { Threads = 2 }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        using var network = new DenseNetwork();
        var session = network.CreateSession(maxBatch: 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Profile(samples: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Profile(runs: 0));
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Profile());
        var training = new TrainingSession(network, maxBatch: 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => training.Profile(samples: 3));
        training.Dispose();
        Assert.Throws<ObjectDisposedException>(() => training.Profile());
    }
}
