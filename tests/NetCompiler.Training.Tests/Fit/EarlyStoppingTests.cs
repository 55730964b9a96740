using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Fit;

public sealed class EarlyStoppingTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly InMemoryDataset _train = TinyData.Labelled(60, 1);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 0.0, 3)] // 3 is not better than 2
    [InlineData(1, 0.0, 3)]
    [InlineData(2, 0.0, 6)] // 4 is better again, then 5 and 6 are not
    [InlineData(3, 0.0, 7)]
    [InlineData(4, 0.0, 9)] // never five in a row
    [InlineData(2, 0.25, 4)] // 4 is better than 2 by less than that
    [InlineData(3, 0.25, 9)] // 5 is the first to be better than 2 by so much, just in time
    public void Training_ends_when_patience_does(int patience, double minDelta, int epochs)
    {
        double[] losses = minDelta == 0 ? [5, 4, 4, 3.9, 4, 3.9, 4, 3, 2] : [5, 4, 4, 3.9, 3.7, 3.5, 3, 2, 1];
        using var network = new TinyNetwork();
        var stopping = new EarlyStopping(Script(losses), patience, minDelta);
        var history = network.Fit(_train, new Sgd(0.1f), 9, Options(stopping));
        Assert.Equal(epochs, history.Epochs.Count);
        Assert.Equal(epochs < 9 ? epochs : 0, stopping.StoppedEpoch);
    }

    [Fact]
    public void A_metric_may_be_one_that_grows_and_may_lack_values()
    {
        using var network = new TinyNetwork();
        var up = new EarlyStopping(Script([double.NaN, 1, 3, 2, double.NaN, 9], largerIsBetter: true), patience: 2);
        Assert.Equal(5, network.Fit(_train, new Sgd(0.1f), 6, Options(up)).Epochs.Count);
        Assert.Equal(3, up.Best!.Epoch);
        Assert.Equal(2, up.Wait);
        var never = new EarlyStopping(Script([double.NaN, double.NaN, 1]), patience: 2);
        Assert.Equal(2, network.Fit(_train, new Sgd(0.1f), 3, Options(never)).Epochs.Count);
        Assert.Null(never.Best);
    }

    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, 5)]
    [InlineData(true, 3)] // patience does not end: the best is given back all the same
    public void The_best_parameters_come_back_if_asked_for(bool restore, int epochs)
    {
        var after = new Dictionary<int, float[]>();
        var recorder = new Recorder { EpochEndOf = (t, r) => after[r.Epoch] = t.Network.Parameters.ToArray() };
        using var network = new TinyNetwork();
        var stopping = new EarlyStopping(Script([5, 4, 4.5, 4.5, 4.5]), patience: 2, restoreBestWeights: restore);
        var history = network.Fit(_train, new Adam(), epochs, Options(stopping, recorder));
        Assert.Equal(Math.Min(epochs, 4), history.Epochs.Count);
        Assert.Equal(after[restore ? 2 : history.Epochs.Count], network.Parameters.ToArray());
    }

    [Fact]
    public void An_exception_leaves_parameters_as_they_are()
    {
        using var network = new TinyNetwork();
        var dying = Recorder.DyingAt(epoch: 3, samples: 60);
        var options = Options(new EarlyStopping(Script([4, 5, 6]), patience: 3, restoreBestWeights: true), dying);
        float[] best = [];
        var recorder = new Recorder { EpochEndOf = (t, r) => best = r.Epoch == 1 ? t.Network.Parameters.ToArray() : best };
        options = options with { Callbacks = [.. options.Callbacks, recorder] };
        Assert.Throws<InvalidOperationException>(() => network.Fit(_train, new Adam(), 5, options));
        Assert.NotEqual(best, network.Parameters.ToArray());
    }

    [Theory]
    [InlineData(3)] // between the best epoch and the end of patience
    [InlineData(4)] // just when patience ended, before the best came back
    public void A_run_that_resumes_ends_in_the_same_bits(int epoch)
    {
        double[] losses = [5, 4, 4.5, 4.5, 4.5, 1];
        using var whole = new TinyNetwork();
        whole.Fit(_train, new Adam(), 6, Options(Stopping()));

        var path = _folder.File("{epoch}.checkpoint");
        using (var first = new TinyNetwork())
            first.Fit(_train, new Adam(), 6, Options(new ModelCheckpoint(path, keep: 9), Stopping()));
        using var resumed = new TinyNetwork(seed: 9);
        var stopping = Stopping();
        var messages = new StringWriter();
        var options = Options(stopping) with { Progress = new PlainProgress(messages) };
        using var trainer = new Trainer(resumed, _train, new Adam(), 6, options);
        trainer.Restore(_folder.File($"00{epoch}.checkpoint"));
        var history = trainer.Run();

        Assert.Equal(4, history.Epochs.Count);
        Assert.Equal(4, stopping.StoppedEpoch);
        Assert.Equal(whole.Parameters.ToArray(), resumed.Parameters.ToArray());
        Assert.EndsWith($"stopped: script was best, 4, after epoch 2{Environment.NewLine}", messages.ToString(), StringComparison.Ordinal);

        EarlyStopping Stopping() => new(Script(losses), patience: 2, restoreBestWeights: true);
    }

    [Fact]
    public void A_used_one_begins_anew()
    {
        var stopping = new EarlyStopping(Script([1, 2, 3]), patience: 2, restoreBestWeights: true);
        float[] first;
        using (var network = new TinyNetwork())
        {
            network.Fit(_train, new Adam(), 3, Options(stopping));
            first = network.Parameters.ToArray();
        }
        using var other = new TinyNetwork(seed: 5);
        Assert.Equal(3, other.Fit(_train, new Adam(), 3, Options(stopping)).Epochs.Count);
        Assert.NotEqual(first, other.Parameters.ToArray());
        Assert.Equal((1, 2, 3), (stopping.Best!.Epoch, stopping.Wait, stopping.StoppedEpoch));
    }

    [Fact]
    public void What_cannot_be_monitored_is_refused_before_the_first_step()
    {
        using var network = new TinyNetwork();
        var refused = Assert.Throws<InvalidOperationException>(
            () => network.Fit(_train, new Adam(), 1, Options(new EarlyStopping())));
        Assert.Contains("val_loss", refused.Message, StringComparison.Ordinal);
        using var regression = new TinyNetwork(Loss.MeanSquaredError);
        refused = Assert.Throws<InvalidOperationException>(
            () => regression.Fit(TinyData.YesNo(9, 1), new Adam(), 1, Options(new EarlyStopping(Metric.Accuracy))));
        Assert.Contains("MeanSquaredError", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, network.Seen);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(patience: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(minDelta: -1));
    }

    private static Metric Script(double[] values, bool largerIsBetter = false) =>
        new("script", e => values[e.Epoch - 1], largerIsBetter);

    private static FitOptions Options(params IFitCallback[] callbacks) =>
        new() { BatchSize = 20, Seed = 3, Threads = 1, Callbacks = callbacks };
}
