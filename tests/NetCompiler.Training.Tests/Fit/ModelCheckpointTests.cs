using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Fit;

public sealed class ModelCheckpointTests : IDisposable
{
    private const int Epochs = 6;

    private static readonly double[] s_values = [3, 1, 2, 1.5, 4, 0.5];

    private readonly TestFolder _folder = new();
    private readonly InMemoryDataset _train = TinyData.Labelled(60, 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_ones_are_kept()
    {
        var checkpoint = new ModelCheckpoint(_folder.File("{epoch}.checkpoint"), keep: 2);
        Fit(Epochs, checkpoint);
        Assert.Equal(["005.checkpoint", "006.checkpoint"], Files());
        Assert.Equal([_folder.File("006.checkpoint"), _folder.File("005.checkpoint")], checkpoint.Paths);
    }

    [Fact]
    public void The_best_one_is_kept()
    {
        Fit(5, new ModelCheckpoint(_folder.File("best.checkpoint"), Script()));
        Assert.Equal(["best.checkpoint"], Files());
        Assert.Equal(2, EpochOf("best.checkpoint"));
    }

    [Theory]
    [InlineData(3, new[] { "001-3", "002-1", "003-2" })]
    [InlineData(4, new[] { "002-1", "003-2", "004-1.5" })]
    [InlineData(5, new[] { "002-1", "003-2", "004-1.5" })]
    [InlineData(6, new[] { "002-1", "004-1.5", "006-0.5" })]
    public void The_best_few_are_kept(int epochs, string[] expected)
    {
        Fit(epochs, new ModelCheckpoint(_folder.File("runs/{epoch}-{value}"), Script(), keep: 3));
        Assert.Equal(expected, Files("runs"));
    }

    [Fact]
    public void The_better_of_equals_is_the_earlier()
    {
        Fit(3, new ModelCheckpoint(_folder.File("best"), new Metric("same", _ => 1)));
        Assert.Equal(1, EpochOf("best"));
    }

    [Fact]
    public void Some_epochs_may_be_passed_over_but_not_the_last()
    {
        Fit(5, new ModelCheckpoint(_folder.File("{epoch}"), keep: 9, every: 2));
        Assert.Equal(["002", "004", "005"], Files());
    }

    [Fact]
    public void A_run_can_resume_from_any_of_them_and_ends_in_the_same_bits_and_files()
    {
        using var whole = new TinyNetwork();
        whole.Fit(_train, new Adam(), Epochs, Options(All()));
        var expected = Contents();
        Assert.Equal(["best", "last", "top-002", "top-004", "top-006"], expected.Keys);

        foreach (var from in new[] { "best", "last", "top-002", "top-003" })
        {
            Directory.Delete(_folder.Path, recursive: true);
            using (var died = new TinyNetwork())
            {
                var options = Options([Recorder.DyingAt(epoch: 4, samples: 20), .. All()]);
                Assert.Throws<InvalidOperationException>(() => died.Fit(_train, new Adam(), Epochs, options));
            }
            Assert.Equal(["best", "last", "top-001", "top-002", "top-003"], Files());

            using var resumed = new TinyNetwork(seed: 8);
            using var trainer = new Trainer(resumed, _train, new Adam(), Epochs, Options(All()));
            trainer.Restore(_folder.File(from));
            Assert.Equal(from is "best" or "top-002" ? 2 : 3, trainer.Epoch);
            trainer.Run();
            Assert.Equal(whole.Parameters.ToArray(), resumed.Parameters.ToArray());
            Assert.Equal(expected.Keys, Files());
            foreach (var (name, epoch) in expected)
                Assert.Equal(epoch, EpochOf(name));
        }

        IFitCallback[] All() =>
        [
            new ModelCheckpoint(_folder.File("last")),
            new ModelCheckpoint(_folder.File("best"), Script()),
            new ModelCheckpoint(_folder.File("top-{epoch}"), Script(), keep: 3),
        ];

        SortedDictionary<string, int> Contents() => new(Files().ToDictionary(f => f, EpochOf));
    }

    [Fact]
    public void Files_of_others_are_left_alone()
    {
        _folder.Write("001", [1]);
        _folder.Write("002", [2]);
        Directory.CreateDirectory(_folder.File("sub"));
        Fit(5, new ModelCheckpoint(_folder.File("sub/{epoch}"), keep: 1));
        Assert.Equal(["001", "002"], Files());
        Assert.Equal(["005"], Files("sub"));
    }

    [Fact]
    public void It_is_written_after_all_others_were_told()
    {
        var order = new List<bool>();
        var path = _folder.File("best");
        Fit(1, new ModelCheckpoint(path), new Recorder { EpochEnd = _ => order.Add(File.Exists(path)) });
        Assert.Equal([false], order);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void Arguments_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ModelCheckpoint("best", keep: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelCheckpoint("best", keep: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelCheckpoint("best", every: 0));
        Assert.Throws<ArgumentException>(() => new ModelCheckpoint(""));
        Assert.Throws<InvalidOperationException>(() => Fit(1, new ModelCheckpoint(_folder.File("best"), Metric.ValidationLoss)));
    }

    private static Metric Script() => new("script", e => s_values[e.Epoch - 1]);

    private static FitOptions Options(IFitCallback[] callbacks) => new() { BatchSize = 20, Seed = 3, Threads = 1, Callbacks = callbacks };

    private void Fit(int epochs, params IFitCallback[] callbacks)
    {
        using var network = new TinyNetwork();
        network.Fit(_train, new Adam(), epochs, Options(callbacks));
    }

    private string[] Files(string folder = "") =>
        [.. Directory.GetFiles(_folder.File(folder)).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    private int EpochOf(string name)
    {
        using var network = new TinyNetwork();
        using var trainer = new Trainer(network, _train, new Adam(), Epochs, Options([]));
        trainer.Restore(_folder.File(name));
        return trainer.Epoch;
    }
}
