using System.Globalization;
using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Logs;

public sealed class CsvLoggerTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly InMemoryDataset _train = TinyData.Labelled(60, 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_epoch_is_a_row_that_reads_back_to_the_same_bits()
    {
        var seen = new List<int>();
        var before = CultureInfo.CurrentCulture;
        History history;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = comma;
            history = Fit(3, new CsvLogger(Path), new Recorder { EpochEnd = _ => seen.Add(File.ReadAllLines(Path).Length) });
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal([2, 3, 4], seen);
        var lines = File.ReadAllText(Path).TrimEnd('\n').Split('\n');
        Assert.Equal(
            "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,gradient_norm,seconds,samples_per_second", lines[0]);
        Assert.Equal(4, lines.Length);
        for (var i = 0; i < 3; i++)
        {
            var epoch = history.Epochs[i];
            double[] expected =
            [
                i + 1, epoch.Loss, epoch.Accuracy, epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.LearningRate,
                epoch.GradientNorm, epoch.Seconds, 60 / epoch.Seconds,
            ];
            Assert.Equal(expected, lines[i + 1].Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void What_an_epoch_lacks_is_empty()
    {
        using var network = new TinyNetwork(Loss.MeanSquaredError);
        Metric[] columns = [Metric.Accuracy, Metric.ValidationLoss, new Metric("a,\"b\"", e => e.Epoch / 2.0)];
        var options = new FitOptions { Callbacks = [new CsvLogger(Path, columns)] };
        network.Fit(TinyData.YesNo(20, 1), new Sgd(0.1f), 2, options);
        Assert.Equal("epoch,accuracy,val_loss,\"a,\"\"b\"\"\"\n1,,,0.5\n2,,,1\n", File.ReadAllText(Path));
    }

    [Fact]
    public void A_run_that_resumes_goes_on_where_its_checkpoint_is()
    {
        Metric[] columns = [Metric.Loss, Metric.LearningRate, Metric.GradientNorm];
        Fit(4, new CsvLogger(Path, columns));
        var whole = File.ReadAllText(Path);

        // The log has epochs 1 to 3 when the run dies, the checkpoint only 1 and 2.
        var checkpoint = _folder.File("run.checkpoint");
        using (var died = new TinyNetwork())
        {
            var options = Options(new CsvLogger(Path, columns), Recorder.DyingAt(epoch: 4, samples: 20));
            Assert.Throws<InvalidOperationException>(
                () => died.Fit(_train, new Adam(), 4, options with { CheckpointPath = checkpoint, CheckpointEvery = 2 }));
        }
        Assert.Equal(1 + 3, File.ReadAllLines(Path).Length);
        using var resumed = new TinyNetwork();
        resumed.Fit(
            _train, new Adam(), 4, Options(new CsvLogger(Path, columns)) with { CheckpointPath = checkpoint, Resume = true });
        Assert.Equal(whole, File.ReadAllText(Path));

        // A new run does not go on from an old log.
        Fit(1, new CsvLogger(Path, columns));
        Assert.Equal(2, File.ReadAllLines(Path).Length);
    }

    private string Path => _folder.File("logs/training.csv");

    private FitOptions Options(params IFitCallback[] callbacks) =>
        new() { BatchSize = 20, Seed = 3, Threads = 1, Validation = _train, Callbacks = callbacks };

    private History Fit(int epochs, params IFitCallback[] callbacks)
    {
        using var network = new TinyNetwork();
        return network.Fit(_train, new Adam(), epochs, Options(callbacks));
    }
}
