using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Fit;

public sealed class TrainerTests
{
    [Theory]
    [InlineData(Loss.CrossEntropy, 0.35)]
    [InlineData(Loss.BinaryCrossEntropy, 0.35)]
    [InlineData(Loss.MeanSquaredError, 0.12)]
    public void Every_loss_is_made_small(Loss loss, double limit)
    {
        var train = loss == Loss.CrossEntropy ? TinyData.Labelled(300, 1) : TinyData.YesNo(300, 1);
        var test = loss == Loss.CrossEntropy ? TinyData.Labelled(100, 2) : TinyData.YesNo(100, 2);
        using var network = new TinyNetwork(loss);
        var before = network.Evaluate(test);

        var history = network.Fit(train, new Adam(0.02f), epochs: 15, new FitOptions { BatchSize = 16, Validation = test });

        Assert.Equal(15, history.Epochs.Count);
        Assert.Equal(Enumerable.Range(1, 15), history.Epochs.Select(e => e.Epoch));
        Assert.True(history.Last!.Loss < history.Epochs[0].Loss);
        Assert.InRange(history.Last.ValidationLoss, 0, limit);
        Assert.True(history.Last.ValidationLoss < before.Loss);
        Assert.Equal(loss == Loss.MeanSquaredError, double.IsNaN(history.Last.Accuracy));
        if (loss != Loss.MeanSquaredError)
            Assert.InRange(history.Last.ValidationAccuracy, 0.85, 1);
        Assert.Equal(network.Evaluate(test).Loss, history.Last.ValidationLoss);
        Assert.True(history.Seconds > 0);
    }

    [Theory]
    [InlineData(Loss.CrossEntropy)]
    [InlineData(Loss.BinaryCrossEntropy)]
    [InlineData(Loss.MeanSquaredError)]
    public void Evaluation_computes_the_loss_that_training_reports(Loss loss)
    {
        // Plain steps with inputs of zero, which dropout does not change: the pass's own losses are the reference.
        var targets = new float[12 * 3];
        var labels = new int[12];
        for (var i = 0; i < labels.Length; i++)
            targets[i * 3 + (labels[i] = i % 3)] = 1;
        var data = loss == Loss.CrossEntropy
            ? InMemoryDataset.FromFloats(new float[12 * 6], [6], labels)
            : InMemoryDataset.FromFloats(new float[12 * 6], [6], targets, [3]);
        using var network = new TinyNetwork(loss);
        network.Parameter("dense1.bias").CopyFrom([0.5f, -1f, 2f]);
        using var session = new TrainingSession(network, 12);
        var expected = loss == Loss.CrossEntropy ? session.Step(new float[12 * 6], labels, 0) : session.Step(new float[12 * 6], targets, 0);
        Assert.Equal(expected.Loss, network.Evaluate(data).Loss, 1e-6);
    }

    [Fact]
    public void Bytes_are_learned_as_well()
    {
        using var network = new TinyNetwork(type: ElementType.UInt8);
        var history = network.Fit(TinyData.Bytes(300, 1), new Sgd(0.5f, momentum: 0.9f, nesterov: true), epochs: 20);
        Assert.True(history.Last!.Loss < history.Epochs[0].Loss);
        var evaluation = network.Evaluate(TinyData.Bytes(100, 2), batchSize: 7, classNames: ["a", "b", "c"]);
        Assert.Equal(100, evaluation.Confusion!.Total);
        Assert.Equal(evaluation.Accuracy, evaluation.Confusion.Accuracy);
        Assert.InRange(evaluation.Accuracy, 0.85, 1);
    }

    [Fact]
    public void Threads_do_not_change_the_bits()
    {
        var expected = Train(threads: 1);
        Assert.Equal(expected, Train(threads: 2));
        Assert.Equal(expected, Train(threads: 3));

        static float[] Train(int threads)
        {
            using var network = new TinyNetwork();
            network.Fit(TinyData.Labelled(150, 1), new Adam(), epochs: 2, new FitOptions { BatchSize = 32, Threads = threads, Seed = 3 });
            return network.Parameters.ToArray();
        }
    }

    [Fact]
    public void The_seed_decides_on_order_and_dropout()
    {
        Assert.Equal(Train(seed: 1, shuffle: true), Train(seed: 1, shuffle: true));
        Assert.NotEqual(Train(seed: 1, shuffle: true), Train(seed: 2, shuffle: true));
        Assert.NotEqual(Train(seed: 1, shuffle: false), Train(seed: 2, shuffle: false));
        Assert.NotEqual(Train(seed: 1, shuffle: false), Train(seed: 1, shuffle: true));

        static float[] Train(ulong seed, bool shuffle)
        {
            using var network = new TinyNetwork();
            var options = new FitOptions { BatchSize = 25, Seed = seed, Shuffle = shuffle };
            network.Fit(TinyData.Labelled(100, 1), new Sgd(0.1f), epochs: 1, options);
            return network.Parameters.ToArray();
        }
    }

    [Fact]
    public void Every_sample_is_seen_once_an_epoch_in_another_order()
    {
        var data = new RecordingDataset(TinyData.Labelled(10, 1));
        using var network = new TinyNetwork();
        network.Fit(data, new Sgd(0.1f), epochs: 2, new FitOptions { BatchSize = 4 });
        Assert.Equal([4, 4, 2, 4, 4, 2], data.BatchSizes);
        Assert.Equal(Enumerable.Range(0, 10), data.Indices[..10].Order());
        Assert.Equal(Enumerable.Range(0, 10), data.Indices[10..].Order());
        Assert.NotEqual(data.Indices[..10], data.Indices[10..]);
        // Worked out apart from this code: checkpoints rest on an order that no version changes.
        Assert.Equal([5, 1, 7, 6, 8, 4, 0, 3, 9, 2], data.Indices[..10]);
    }

    [Fact]
    public void What_is_not_trainable_is_left_to_the_network()
    {
        using var network = new TinyNetwork();
        network.Fit(TinyData.Labelled(50, 1), new Adam(0.1f, weightDecay: 0.5f), epochs: 3, new FitOptions { BatchSize = 16 });
        Assert.Equal(1 + 150, network.Seen);
        // Nor is the gap between parameters.
        Assert.Equal(0, network.Parameters[network.Parameter("dense1.weight").Info.Length]);
    }

    [Fact]
    public void The_schedule_sets_the_rate_of_every_step()
    {
        var rates = new List<float>();
        using var network = new TinyNetwork();
        var history = network.Fit(TinyData.Labelled(20, 1), new Sgd(0.2f), epochs: 2, new FitOptions
        {
            BatchSize = 10,
            Schedule = LearningRateSchedule.FromDelegate((in p) => 1f / (1 + p.Step)),
            Callbacks = [new Recorder { StepEnd = r => rates.Add(r.LearningRate) }],
        });
        Assert.Equal([0.2f, 0.2f * (1f / 2), 0.2f * (1f / 3), 0.2f * (1f / 4)], rates);
        Assert.Equal([rates[1], rates[3]], history.Epochs.Select(e => e.LearningRate));
    }

    [Fact]
    public void The_norm_of_the_gradients_is_reported_before_it_is_clipped()
    {
        var norms = new List<double>();
        var data = TinyData.Labelled(20, 1);
        using var network = new TinyNetwork();
        using var plain = new Trainer(network, data, new Sgd(1f), 1, new FitOptions { BatchSize = 20, Shuffle = false });
        var before = network.Parameters.ToArray();
        var expected = plain.TrainStep().GradientNorm;
        Assert.Equal(expected, Distance(network, before), 1e-6);

        using var other = new TinyNetwork();
        var history = other.Fit(data, new Sgd(1f), 1, new FitOptions
        {
            BatchSize = 20,
            Shuffle = false,
            GradientClipping = GradientClipping.ByNorm(0.01f),
            Callbacks = [new Recorder { StepEnd = r => norms.Add(r.GradientNorm) }],
        });
        Assert.Equal([expected], norms);
        Assert.Equal(expected, history.Last!.GradientNorm);
        Assert.Equal(20, history.Last.Samples);
        // The step went as far as clipping allowed.
        Assert.Equal(0.01, Distance(other, before), 1e-6);

        static double Distance(TinyNetwork network, float[] before)
        {
            var sum = 0.0;
            foreach (var name in new[] { "dense1.weight", "dense1.bias" })
            {
                var parameter = network.Parameter(name);
                for (var i = 0; i < parameter.Info.Length; i++)
                    sum += Math.Pow(parameter.Values[i] - before[parameter.Info.Offset + i], 2);
            }
            return Math.Sqrt(sum);
        }
    }

    [Fact]
    public void Callbacks_hear_of_everything_in_order()
    {
        var events = new List<string>();
        var recorder = new Recorder
        {
            FitBegin = () => events.Add("begin"),
            StepEnd = r => events.Add($"step {r.Epoch}: {r.Samples}/{r.SamplesPerEpoch}"),
            EpochEnd = r => events.Add($"epoch {r.Epoch}"),
            FitEnd = () => events.Add("end"),
        };
        using var network = new TinyNetwork();
        network.Fit(TinyData.Labelled(10, 1), new Sgd(0.1f), epochs: 2, new FitOptions { BatchSize = 8, Callbacks = [recorder] });
        Assert.Equal(["begin", "step 1: 8/10", "step 1: 10/10", "epoch 1", "step 2: 8/10", "step 2: 10/10", "epoch 2", "end"], events);
    }

    [Fact]
    public void A_callback_can_stop_after_an_epoch()
    {
        using var network = new TinyNetwork();
        var stop = new Recorder { EpochEndOf = (trainer, result) => { if (result.Epoch == 2) trainer.Stop(); } };
        var history = network.Fit(TinyData.Labelled(10, 1), new Sgd(0.1f), epochs: 9, new FitOptions { Callbacks = [stop] });
        Assert.Equal(2, history.Epochs.Count);
    }

    [Fact]
    public void The_end_is_told_also_after_an_exception()
    {
        var ended = 0;
        using var source = new CancellationTokenSource();
        var recorder = new Recorder { StepEnd = _ => source.Cancel(), FitEnd = () => ended++ };
        using var network = new TinyNetwork();
        var options = new FitOptions { Callbacks = [recorder], CancellationToken = source.Token, BatchSize = 10 };
        Assert.Throws<OperationCanceledException>(() => network.Fit(TinyData.Labelled(100, 1), new Sgd(0.1f), 1, options));
        Assert.Equal(1, ended);
        Assert.Equal(1 + 10, network.Seen);
    }

    [Fact]
    public void A_data_set_that_does_not_fit_is_refused()
    {
        using var network = new TinyNetwork();
        Refuse(TinyData.Labelled(4, 1, inputs: 5), "the network's input 'input' is Float32 (6), the data set's samples are Float32 (5)");
        Refuse(TinyData.Bytes(4, 1), "the data set's samples are UInt8 (6)");
        Refuse(TinyData.YesNo(4, 1), "the data set's targets are Float32 (3)");
        Refuse(InMemoryDataset.FromFloats(new float[6], [6], [3]), "Label of sample 0: expected 0 to 2, found 3");
        var four = TinyData.Labelled(4, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Fit(TinyData.Labelled(0, 1), new Adam(), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Fit(four, new Adam(), 1, new FitOptions { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Fit(four, new Adam(), 1, new FitOptions { Threads = 0 }));
        Assert.Throws<ArgumentException>(() => network.Evaluate(four, classNames: ["a"]));

        void Refuse(IDataset data, string message)
        {
            var refused = Assert.Throws<ArgumentException>(() => network.Fit(data, new Adam(), 1));
            Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_network_without_a_loss_is_refused()
    {
        using var network = new TinyNetwork(loss: null);
        var refused = Assert.Throws<InvalidOperationException>(() => network.Fit(TinyData.Labelled(4, 1), new Adam(), 1));
        Assert.Contains("TinyNetwork", refused.Message, StringComparison.Ordinal);
        // It can be tried all the same.
        Assert.True(double.IsNaN(network.Evaluate(TinyData.Labelled(4, 1)).Loss));
    }

    [Fact]
    public void Epochs_are_finished_in_their_turn()
    {
        using var network = new TinyNetwork();
        using var trainer = new Trainer(network, TinyData.Labelled(10, 1), new Adam(), 1, new FitOptions { BatchSize = 5 });
        Assert.Throws<InvalidOperationException>(() => trainer.FinishEpoch());
        trainer.TrainStep();
        trainer.TrainStep();
        Assert.Throws<InvalidOperationException>(() => trainer.TrainStep());
        trainer.FinishEpoch();
        Assert.Equal((1, 0, 2L), (trainer.Epoch, trainer.StepInEpoch, trainer.Step));
    }

    [Fact]
    public void No_epochs_change_nothing()
    {
        using var network = new TinyNetwork();
        var before = network.Parameters.ToArray();
        Assert.Null(network.Fit(TinyData.Labelled(10, 1), new Adam(), epochs: 0).Last);
        Assert.Equal(before, network.Parameters.ToArray());
    }
}
