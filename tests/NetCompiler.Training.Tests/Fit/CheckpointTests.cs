using System.Buffers.Binary;
using System.Security.Cryptography;
using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Fit;

public sealed class CheckpointTests : IDisposable
{
    private const int Epochs = 4;
    private const int HeaderBytes = 20;

    private readonly TestFolder _folder = new();
    private readonly InMemoryDataset _train = TinyData.Labelled(100, 1);
    private readonly InMemoryDataset _test = TinyData.Labelled(40, 2);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<IOptimizer> Optimizers =>
    [
        new Adam(0.01f), new AdamW(0.01f), new Sgd(0.1f, momentum: 0.9f), new Sgd(0.1f), new RmsProp(centered: true, momentum: 0.9f),
        new Adagrad(initialAccumulator: 0.1f),
    ];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_run_that_died_in_a_later_epoch_ends_in_the_same_bits(IOptimizer optimizer)
    {
        using var whole = new TinyNetwork();
        var expected = whole.Fit(_train, optimizer, Epochs, Options());

        // Dies in the third step of epoch 3; the checkpoint is that of epoch 2.
        using (var died = new TinyNetwork())
        {
            var options = Options() with { Callbacks = [Recorder.DyingAt(epoch: 3, samples: 24)], CheckpointPath = Path };
            Assert.Throws<InvalidOperationException>(() => died.Fit(_train, optimizer, Epochs, options));
        }
        using var resumed = new TinyNetwork(seed: 99);
        var steps = 0;
        var history = resumed.Fit(_train, optimizer, Epochs, Options() with
        {
            CheckpointPath = Path,
            Resume = true,
            Threads = 2,
            Callbacks = [new Recorder { StepEnd = _ => steps++ }],
        });

        Assert.Equal(whole.Parameters.ToArray(), resumed.Parameters.ToArray());
        Assert.Equal(2 * 13, steps);
        Assert.Equal(expected.Epochs.Select(e => e with { Seconds = 0 }), history.Epochs.Select(e => e with { Seconds = 0 }));
        whole.Save(_folder.File("whole.safetensors"));
        resumed.Save(_folder.File("resumed.safetensors"));
        Assert.Equal(File.ReadAllBytes(_folder.File("whole.safetensors")), File.ReadAllBytes(_folder.File("resumed.safetensors")));
        // The checkpoint and these two; no temporary file stays behind.
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void A_checkpoint_in_the_middle_of_an_epoch_goes_on_there()
    {
        using var whole = new TinyNetwork();
        var expected = whole.Fit(_train, new Adam(), Epochs, Options());

        using (var first = new TinyNetwork())
        {
            using var trainer = new Trainer(first, _train, new Adam(), Epochs, Options());
            for (var i = 0; i < 5; i++)
                trainer.TrainStep();
            trainer.SaveCheckpoint(Path);
        }
        using var second = new TinyNetwork();
        using var resumed = new Trainer(second, _train, new Adam(), Epochs, Options());
        resumed.Restore(Path);
        Assert.Equal((0, 5), (resumed.Epoch, resumed.StepInEpoch));
        var history = resumed.Run();
        Assert.Equal(whole.Parameters.ToArray(), second.Parameters.ToArray());
        Assert.Equal(expected.Epochs.Select(e => e.Loss), history.Epochs.Select(e => e.Loss));
        Assert.Equal(expected.Epochs.Select(e => e.Accuracy), history.Epochs.Select(e => e.Accuracy));
    }

    [Fact]
    public void Resuming_without_a_checkpoint_begins_at_the_beginning()
    {
        using var network = new TinyNetwork();
        Assert.Equal(2, network.Fit(_train, new Adam(), 2, Options() with { CheckpointPath = Path, Resume = true }).Epochs.Count);
        Assert.True(File.Exists(Path));
    }

    [Fact]
    public void A_finished_run_has_nothing_to_resume_but_more_epochs_go_on()
    {
        using var network = new TinyNetwork();
        network.Fit(_train, new Adam(), 2, Options() with { CheckpointPath = Path });
        var parameters = network.Parameters.ToArray();
        using var again = new TinyNetwork(seed: 7);
        Assert.Equal(2, again.Fit(_train, new Adam(), 2, Options() with { CheckpointPath = Path, Resume = true }).Epochs.Count);
        Assert.Equal(parameters, again.Parameters.ToArray());
        Assert.Equal(3, again.Fit(_train, new Adam(), 3, Options() with { CheckpointPath = Path, Resume = true }).Epochs.Count);
        Assert.NotEqual(parameters, again.Parameters.ToArray());
    }

    [Fact]
    public void Checkpoints_come_as_often_as_asked_and_after_the_last_epoch()
    {
        // Written after callbacks were told, so that they see the file of the epoch before.
        var written = new List<int>();
        using var network = new TinyNetwork();
        network.Fit(_train, new Adam(), 5, Options() with
        {
            CheckpointPath = Path,
            CheckpointEvery = 2,
            Callbacks =
            [
                new Recorder
                {
                    EpochEnd = r =>
                    {
                        if (File.Exists(Path))
                            written.Add(r.Epoch - 1);
                        File.Delete(Path);
                    },
                    FitEnd = () => Assert.True(File.Exists(Path)),
                },
            ],
        });
        Assert.Equal([2, 4], written);
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("batch size")]
    [InlineData("accumulation steps")]
    [InlineData("shuffle")]
    [InlineData("training samples")]
    [InlineData("training data")]
    [InlineData("optimizer")]
    [InlineData("optimizer slots")]
    [InlineData("network")]
    public void Another_run_is_refused(string field)
    {
        Save();
        var options = Options() with
        {
            Seed = field == "seed" ? 8UL : 3UL,
            BatchSize = field == "batch size" ? 9 : 8,
            AccumulationSteps = field == "accumulation steps" ? 2 : 1,
            Shuffle = field != "shuffle",
            Validation = null,
        };
        var data = field switch
        {
            "training samples" => _train.Slice(0, 99),
            "training data" => TinyData.Labelled(100, seed: 77),
            "network" => TinyData.Labelled(100, 1, inputs: 7),
            _ => _train,
        };
        IOptimizer optimizer = field == "optimizer" ? new Adam() : new Sgd(0.1f, momentum: field == "optimizer slots" ? 0f : 0.9f);
        using var network = new TinyNetwork(inputs: field == "network" ? 7 : 6);
        using var trainer = new Trainer(network, data, optimizer, Epochs, options);

        var before = network.Parameters.ToArray();
        var refused = Assert.Throws<MalformedFileException>(() => trainer.Restore(Path));
        Assert.Equal(field, refused.Field);
        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        Assert.NotEqual(refused.Expected, refused.Found);
        Assert.Equal(before, network.Parameters.ToArray());
        Assert.Equal(0, trainer.Epoch);
    }

    [Fact]
    public void A_file_cut_short_is_refused_wherever_it_is_cut()
    {
        var whole = Save();
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            Assert.Throws<MalformedFileException>(Restore);
        }
        File.WriteAllBytes(Path, [.. whole, 0]);
        Assert.Equal("payload length", Assert.Throws<MalformedFileException>(Restore).Field);
    }

    [Fact]
    public void Every_flipped_byte_is_noticed()
    {
        var whole = Save();
        for (var i = 0; i < whole.Length; i++)
        {
            var damaged = whole.ToArray();
            damaged[i] ^= 0x10;
            File.WriteAllBytes(Path, damaged);
            var expected = i < 8 ? "magic" : i < 12 ? "version" : i < HeaderBytes ? "payload length" : "SHA-256";
            Assert.Equal(expected, Assert.Throws<MalformedFileException>(Restore).Field);
        }
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(64 * 4 + 1L)]
    [InlineData(long.MaxValue)]
    public void A_callback_state_that_lies_about_its_length_is_refused(long length)
    {
        using (var network = new TinyNetwork())
        {
            var stopping = new EarlyStopping(Metric.Loss, restoreBestWeights: true);
            network.Fit(_train, new Sgd(0.1f, momentum: 0.9f), 1, Options() with { CheckpointPath = Path, Callbacks = [stopping] });
        }
        Restore();
        var bytes = File.ReadAllBytes(Path);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(bytes.Length - 32 - 64 * 4 - 8), length);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        File.WriteAllBytes(Path, bytes);
        Refuse(out var allocated, out var refused);
        Assert.Equal("callback state length", refused.Field);
        Assert.InRange(allocated, 0, 1_000_000);
    }

    [Fact]
    public void Foreign_files_are_refused()
    {
        File.WriteAllText(Path, "this is no checkpoint, but it is long enough to be one, as far as the number of its bytes goes");
        var refused = Assert.Throws<MalformedFileException>(Restore);
        Assert.Equal("magic", refused.Field);
        Assert.Contains("expected 4E43434B50540D0A, found 7468697320697320", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, int.MaxValue, "network length")]
    [InlineData(0, -1, "network length")]
    [InlineData(PayloadOfEpoch, -1, "epoch")]
    [InlineData(PayloadOfEpoch + 4, 14, "step in epoch")]
    [InlineData(PayloadOfHistory, int.MaxValue, "history length")]
    [InlineData(PayloadOfHistory, 1, "history length")]
    [InlineData(PayloadOfParameters, int.MaxValue, "parameters count")]
    [InlineData(PayloadOfParameters, 0, "parameters count")]
    [InlineData(PayloadOfStates, -1, "callback states")]
    [InlineData(PayloadOfStates, int.MaxValue, "callback states")]
    [InlineData(PayloadOfStates, 1, "callback name length")]
    public void Sizes_that_lie_are_refused_before_memory_is_asked_for(int offset, int value, string field)
    {
        var bytes = Save();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(HeaderBytes + offset), value);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        File.WriteAllBytes(Path, bytes);
        Refuse(out var allocated, out var refused);
        Assert.Equal(field, refused.Field);
        Assert.InRange(allocated, 0, 1_000_000);
    }

    // Text (4 + 16), seed 8, shuffle 4, batch size 4, accumulation 4, samples 4, text (4 + 16), text (4 + 3), slots 4.
    private const int PayloadOfEpoch = 4 + 16 + 8 + 4 + 4 + 4 + 4 + 4 + 16 + 4 + 3 + 4;

    // Epoch 4, step 4, three means of 16, seconds 8.
    private const int PayloadOfHistory = PayloadOfEpoch + 4 + 4 + 48 + 8;

    // No epochs.
    private const int PayloadOfParameters = PayloadOfHistory + 4;

    // The network's 64 floats and one slot of as many, each after their count.
    private const int PayloadOfStates = PayloadOfParameters + 2 * (8 + 64 * 4);

    private string Path => _folder.File("run.checkpoint");

    private FitOptions Options() =>
        new() { BatchSize = 8, Seed = 3, Validation = _test, Threads = 1, Schedule = LearningRateSchedule.Cosine() };

    private byte[] Save()
    {
        using var network = new TinyNetwork();
        using var trainer = new Trainer(network, _train, new Sgd(0.1f, momentum: 0.9f), Epochs, Options());
        trainer.TrainStep();
        trainer.SaveCheckpoint(Path);
        return File.ReadAllBytes(Path);
    }

    private void Restore()
    {
        using var network = new TinyNetwork();
        using var trainer = new Trainer(network, _train, new Sgd(0.1f, momentum: 0.9f), Epochs, Options());
        trainer.Restore(Path);
    }

    private void Refuse(out long allocated, out MalformedFileException refused)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        refused = Assert.Throws<MalformedFileException>(Restore);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
