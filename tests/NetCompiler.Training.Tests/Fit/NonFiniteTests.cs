using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Fit;

public sealed class NonFiniteTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_layer_whose_output_overflows_is_named()
    {
        // Sample 2 becomes 10³⁰, then more than a float holds.
        using var network = new ScaleNetwork(1f, 1e15f, 1e15f, 1f);
        var stopped = Train(network, Data([0f, 1e-30f, 1e15f, 0f]));
        Assert.Equal("scale3", stopped.Layer);
        Assert.Equal((1, 1), (stopped.Epoch, stopped.Step));
        Assert.Equal(
            "ScaleNetwork: epoch 1, step 1: the loss is Infinity. It began with layer 'scale3' (Scale): "
            + "its output for training sample 2 holds Infinity.",
            stopped.Message);
    }

    [Fact]
    public void The_layer_with_a_broken_parameter_is_named_rather_than_those_behind_it()
    {
        using var network = new ScaleNetwork(1f, float.NaN, 1f);
        var stopped = Train(network, Data([1f]));
        Assert.Equal("scale2", stopped.Layer);
        Assert.Contains("its scale2.weight holds NaN", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_of_a_batch_that_overflow_are_told_by_their_layer()
    {
        // Every output is finite; the sum of scale2's over the batch is not.
        using var network = new ScaleNetwork(1f, 1e38f, 1e-38f) { TrainingFactor = 1e30f };
        var stopped = Train(network, Data([1f, 2f, 3f]));
        Assert.Equal("scale2", stopped.Layer);
        Assert.Contains("its scale2.seen holds Infinity", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(0, network.Seen(2));
    }

    [Fact]
    public void An_overflow_among_gradients_is_noticed_before_they_are_used()
    {
        // Forward is 10³⁰ · 10⁻³⁰, small again; backward, the gradient of scale1 is 2 · 10³⁰ · 10¹⁰.
        using var network = new ScaleNetwork(1e-30f, 1e30f, 1f);
        var stopped = Train(network, Data([1e10f]));
        Assert.Equal("scale1", stopped.Layer);
        Assert.Contains("a gradient is not finite", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("the gradient of scale1.weight holds Infinity", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Data_that_are_not_finite_are_told_by_their_sample(bool isInput)
    {
        float[] broken = [0f, 0f, float.NaN, 0f, 0f];
        using var network = new ScaleNetwork(1f, 1f);
        var stopped = Train(network, isInput ? Data(broken) : Data(new float[5], broken), batchSize: 2);
        Assert.Null(stopped.Layer);
        Assert.Equal(2, stopped.Step);
        Assert.Equal($"training sample 2, whose {(isInput ? "input" : "target")} holds what is not finite", stopped.Origin);
    }

    [Fact]
    public void A_loss_that_is_alone_to_overflow_is_told_as_such()
    {
        using var network = new ScaleNetwork(1f) { TrainingFactor = 1e30f };
        var stopped = Train(network, Data([0f, 1f]));
        Assert.Null(stopped.Layer);
        Assert.StartsWith("the loss of training sample 1, Infinity", stopped.Origin, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_is_as_before_the_step()
    {
        using var network = new ScaleNetwork(1f, 1f);
        using var trainer = new Trainer(network, Data([1f, 2f, 1e30f]), new Adam(), 1, new FitOptions { BatchSize = 1, Shuffle = false });
        trainer.TrainStep();
        trainer.TrainStep();
        var before = network.Parameters.ToArray();
        var version = network.ParameterVersion;
        Assert.Throws<NonFiniteException>(() => trainer.TrainStep());
        Assert.Equal(before, network.Parameters.ToArray());
        Assert.NotEqual(0, network.Seen(1));
        Assert.NotEqual(version, network.ParameterVersion);
        Assert.Equal((0, 2), (trainer.Epoch, trainer.StepInEpoch));
    }

    [Fact]
    public void A_profile_of_training_leaves_running_values_alone()
    {
        using var network = new ScaleNetwork(1f, 2f);
        using var session = new TrainingSession(network, maxBatch: 4);
        session.Profile(runs: 2);
        Assert.Equal((0f, 0f), (network.Seen(1), network.Seen(2)));
        session.Step([1f], [1f], seed: 0);
        Assert.Equal((1f, 2f), (network.Seen(1), network.Seen(2)));
    }

    [Fact]
    public void Checkpoints_stay_as_they_were()
    {
        var path = _folder.File("run.checkpoint");
        var ended = 0;
        var spoil = new Recorder
        {
            EpochEndOf = (trainer, result) =>
            {
                if (result.Epoch == 2)
                    trainer.Network.Parameter("scale1.weight").Fill(1e30f);
            },
            FitEnd = () => ended++,
        };
        using var network = new ScaleNetwork(1f);
        var options = new FitOptions { CheckpointPath = path, Callbacks = [spoil], Threads = 1 };
        var stopped = Assert.Throws<NonFiniteException>(() => network.Fit(Data([1f]), new Sgd(0.1f), 5, options));
        Assert.Equal(3, stopped.Epoch);
        Assert.Equal(1, ended);
        // That of epoch 1 or 2, written before.
        using var resumed = new ScaleNetwork(1f);
        using var trainer = new Trainer(resumed, Data([1f]), new Sgd(0.1f), 5, options);
        trainer.Restore(path);
        Assert.InRange(trainer.Epoch, 1, 2);
    }

    [Fact]
    public void An_update_that_leaves_the_floats_at_the_end_of_an_epoch_is_noticed_before_the_checkpoint()
    {
        var path = _folder.File("run.checkpoint");
        using var network = new ScaleNetwork(1f);
        var options = new FitOptions { CheckpointPath = path, Threads = 1 };
        var stopped = Assert.Throws<NonFiniteException>(() => network.Fit(Data([1e10f]), new Sgd(1e30f), 5, options));
        Assert.Equal((1, 1, "scale1"), (stopped.Epoch, stopped.Step, stopped.Layer));
        Assert.False(File.Exists(path));
    }

    private static InMemoryDataset Data(float[] inputs, float[]? targets = null) =>
        InMemoryDataset.FromFloats(inputs, [1], targets ?? new float[inputs.Length], [1]);

    private static NonFiniteException Train(Network network, InMemoryDataset data, int batchSize = 64)
    {
        var options = new FitOptions { BatchSize = batchSize, Shuffle = false, Threads = 1 };
        return Assert.Throws<NonFiniteException>(() => network.Fit(data, new Sgd(0.1f), 1, options));
    }
}
