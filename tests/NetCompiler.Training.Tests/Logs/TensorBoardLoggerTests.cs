using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Logs;

public sealed class TensorBoardLoggerTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly InMemoryDataset _train = TinyData.Labelled(60, 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_check_of_the_reader_is_that_of_the_standard() =>
        // RFC 3720, B.4, and the usual check value.
        Assert.Equal((0x8A9136AAu, 0xE3069283u), (EventReader.Crc32C(new byte[32]), EventReader.Crc32C("123456789"u8)));

    [Fact]
    public void Scalars_are_named_and_placed_as_Keras_does()
    {
        var history = Fit(3, resume: false);
        var train = Single("train");
        Assert.Equal(("brain.Event:2", 0L), (train[0].Version, train[0].Step));
        Assert.All(train, e => Assert.InRange(DateTime.UnixEpoch.AddSeconds(e.WallTime), DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow));
        Assert.Equal(
            ["epoch_loss", "epoch_accuracy", "epoch_learning_rate", "epoch_gradient_norm", "epoch_seconds", "epoch_samples_per_second"],
            train.Where(e => e is { Step: 2, Tag: not null }).Select(e => e.Tag!));
        AssertCurve(history, Metric.Loss, train, "epoch_loss");
        AssertCurve(history, Metric.LearningRate, train, "epoch_learning_rate");
        AssertCurve(history, Metric.GradientNorm, train, "epoch_gradient_norm");

        var validation = Single("validation");
        Assert.Equal(["epoch_loss", "epoch_accuracy"], validation.Where(e => e is { Step: 3, Tag: not null }).Select(e => e.Tag!));
        AssertCurve(history, Metric.ValidationLoss, validation, "epoch_loss");
        AssertCurve(history, Metric.ValidationAccuracy, validation, "epoch_accuracy");
    }

    [Fact]
    public void An_epoch_is_in_the_file_when_it_ends()
    {
        var epochs = new List<long>();
        var recorder = new Recorder { EpochEnd = _ => epochs.Add(Single("train").Max(e => e.Step)) };
        using var network = new TinyNetwork();
        network.Fit(_train, new Adam(), 2, new FitOptions { Callbacks = [new TensorBoardLogger(_folder.Path), recorder] });
        Assert.Equal([1, 2], epochs);
        // No validation, no run.
        Assert.Equal([_folder.File("train")], Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void A_run_that_resumes_adds_a_file_that_takes_the_place_of_what_is_done_again()
    {
        Fit(2, resume: false);
        var history = Fit(4, resume: true);
        var files = Directory.GetFiles(_folder.File("train")).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(2, files.Length);
        var events = EventReader.Read(files[1]);
        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.Equal((true, 3L), (events[1].IsRestart, events[1].Step));
        Assert.Equal([3, 4], events.Where(e => e.Tag == "epoch_loss").Select(e => (int)e.Step));
        Assert.Equal((float)history.Last!.Loss, events.Last(e => e.Tag == "epoch_loss").Value);
    }

    private static void AssertCurve(History history, Metric metric, IReadOnlyList<LoggedEvent> events, string tag)
    {
        var curve = events.Where(e => e.Tag == tag).ToArray();
        Assert.Equal(history.Epochs.Select(e => (long)e.Epoch), curve.Select(e => e.Step));
        Assert.Equal(history.Values(metric).Select(v => (float)v), curve.Select(e => e.Value));
    }

    private IReadOnlyList<LoggedEvent> Single(string run)
    {
        var path = Assert.Single(Directory.GetFiles(_folder.File(run)));
        Assert.Contains(".tfevents.", path, StringComparison.Ordinal);
        return EventReader.Read(path);
    }

    private History Fit(int epochs, bool resume)
    {
        using var network = new TinyNetwork();
        return network.Fit(_train, new Adam(), epochs, new FitOptions
        {
            BatchSize = 20,
            Threads = 1,
            Validation = TinyData.Labelled(30, 2),
            Schedule = LearningRateSchedule.Exponential(0.5f),
            CheckpointPath = _folder.File("run.checkpoint"),
            Resume = resume,
            Callbacks = [new TensorBoardLogger(_folder.Path)],
        });
    }
}
