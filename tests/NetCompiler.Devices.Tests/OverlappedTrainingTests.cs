using NetCompiler.Compiler.Tests.Devices;
using NetCompiler.Training;
using NetCompiler.Training.Data;

namespace NetCompiler.Devices.Tests;

/// <summary>
/// Training on a device that copies while it computes, whose driver does nothing before somebody waits for it: the next batch is read and goes
/// up while one is computed, and nobody sees a difference.
/// </summary>
public class OverlappedTrainingTests
{
    private static readonly FitOptions s_options = new() { BatchSize = 2, Threads = 1, Seed = 3 };

    [Theory]
    [InlineData(false, int.MaxValue)]
    [InlineData(true, int.MaxValue)]
    [InlineData(false, 0)]
    public void FitGivesTheBitsOfOneBatchAfterTheOther(bool early, int locked)
    {
        var options = s_options with { BatchSize = 4, AccumulationSteps = 2 };
        var (expected, before) = Fit(new InterpretedDevice { Overlaps = false });
        var device = new InterpretedDevice { UploadsEarly = early, LargestLocked = locked };
        var (found, data) = Fit(device);
        Assert.Equal(expected, found);
        var driver = Assert.IsType<InterpretedOverlappingDriver>(Assert.Single(device.Drivers));
        // Pictures and labels of six batches in each of two epochs, but for those that epochs begin with.
        Assert.Equal(2 * 5 * 2, driver.CopiesAside);
        Assert.Equal(0, device.Held);
        // In the order of the epoch.
        Assert.Equal(before.Asked, data.Asked);
        Assert.Equal(2 * 6, data.Asked.Count(a => a.StartsWith("batch", StringComparison.Ordinal)));

        (List<double> Found, ToldData Data) Fit(InterpretedDevice on)
        {
            var random = new Random(1);
            float[] images = [.. Enumerable.Range(0, 22 * 64).Select(_ => (float)random.NextDouble())];
            var told = new ToldData(InMemoryDataset.FromFloats(images, [1, 8, 8], [.. Enumerable.Range(0, 22).Select(i => i * 7 % 5)]));
            using var net = new Pictures(seed: 1).On(on.Device);
            var history = net.Fit(told, new Adam(0.02f), 2, options);
            return ([.. history.Epochs.Select(e => e.Loss), .. history.Epochs.Select(e => e.GradientNorm), .. net.Parameters.ToArray()], told);
        }
    }

    [Fact]
    public void EachWaitIsNeeded()
    {
        var expected = Train(new InterpretedDevice { Overlaps = false });
        Assert.Equal(expected, Train(new InterpretedDevice()));
        // Five steps wait for their results, and all but the first one for what was uploaded beside the one before.
        const int Waits = 5 + 4;
        for (var wait = 1; wait <= Waits; wait++)
        {
            var device = new InterpretedDevice { IgnoredWait = wait };
            try
            {
                Assert.True(!expected.SequenceEqual(Train(device)), $"nothing waits for wait {wait}");
            }
            catch (NonFiniteException)
            {
                // What nothing has written is no number.
            }
        }

        var all = new InterpretedDevice { IgnoredWait = Waits + 1 };
        Assert.Equal(expected, Train(all));
        Assert.Equal(Waits, all.Waits);

        static List<double> Train(InterpretedDevice device)
        {
            using var net = Line(device);
            using var trainer = new Trainer(net, Points(), new Sgd(0.05f), 1, s_options);
            var found = new List<double>();
            while (trainer.StepInEpoch < trainer.StepsPerEpoch)
            {
                var report = trainer.TrainStep();
                found.AddRange([report.BatchLoss, report.GradientNorm]);
            }

            return [.. found, .. net.Parameters.ToArray()];
        }
    }

    [Fact]
    public void ABatchThatCannotBeReadIsTheFaultOfItsStep()
    {
        var expected = Parameters(new ToldData(Points()));
        var data = new ToldData(Points()) { FailingBatch = 3 };
        using var net = Line(new InterpretedDevice());
        using var trainer = new Trainer(net, data, new Sgd(0.05f), 1, s_options);
        trainer.TrainStep();
        trainer.TrainStep();
        Assert.Equal(2, trainer.StepInEpoch);
        Assert.Equal("no such file", Assert.Throws<IOException>(() => trainer.TrainStep()).Message);
        Assert.Equal(2, trainer.StepInEpoch);
        trainer.TrainStep();
        trainer.TrainStep();
        trainer.TrainStep();
        Assert.Equal(expected, net.Parameters.ToArray());

        static float[] Parameters(IDataset data)
        {
            using var net = Line(new InterpretedDevice { Overlaps = false });
            net.Fit(data, new Sgd(0.05f), 1, s_options);
            return net.Parameters.ToArray();
        }
    }

    [Fact]
    public void WhatWasReadAheadIsForgottenWhereARunGoesOnElsewhere()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("netcompiler-device-").FullName, "run");
        using var expected = Line(new InterpretedDevice { Overlaps = false });
        expected.Fit(Points(), new Sgd(0.05f), 2, s_options);
        using var net = Line(new InterpretedDevice());
        using (var trainer = new Trainer(net, Points(), new Sgd(0.05f), 2, s_options))
        {
            trainer.TrainStep();
            trainer.SaveCheckpoint(path);
            trainer.TrainStep();
            trainer.TrainStep();
            // The fourth batch has been read, and the second one is next.
            trainer.Restore(path);
            trainer.Run();
        }

        Assert.Equal(expected.Parameters.ToArray(), net.Parameters.ToArray());
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void AStepThatIsNotFiniteLeavesEverythingAsItWasThoughTheNextBatchWasRead()
    {
        using var net = Line(new InterpretedDevice());
        using var trainer = new Trainer(net, Points(notFinite: 3), new Sgd(0.05f), 1, s_options with { Shuffle = false });
        trainer.TrainStep();
        var before = net.Parameters.ToArray();
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("training sample 3", Assert.Throws<NonFiniteException>(() => trainer.TrainStep()).Message, StringComparison.Ordinal);
            Assert.Equal(before, net.Parameters.ToArray());
        }
    }

    [Fact]
    public void WhatADriverRefusesInAStepLeavesTheTrainerUsable()
    {
        // Three steps, so that there are not too many of them.
        var options = s_options with { BatchSize = 4 };
        var calls = 0;
        for (var call = 1; call <= Math.Max(calls, 1); call++)
        {
            var device = new InterpretedDevice();
            using (var net = Line(device))
            using (var trainer = new Trainer(net, Points(), new Sgd(0.05f), 1, options))
            {
                trainer.TrainStep();
                device.RefusedCall = calls == 0 ? 0 : call;
                var refused = 0;
                for (var step = 1; step < trainer.StepsPerEpoch; step++)
                {
                    try
                    {
                        trainer.TrainStep();
                    }
                    catch (DeviceException exception)
                    {
                        Assert.Contains("this one is refused", exception.Message, StringComparison.Ordinal);
                        refused++;
                        Assert.True(double.IsFinite(trainer.TrainStep().BatchLoss));
                    }
                }

                Assert.Equal(calls == 0 ? 0 : 1, refused);
                (calls, call) = calls == 0 ? (device.Calls, 0) : (calls, call);
            }

            Assert.Equal(0, device.Held);
        }

        Assert.InRange(calls, 12, 100);
    }

    private static Wide Line(InterpretedDevice device)
    {
        var net = new Wide(seed: 1).On(device.Device);
        net.Dense1.Weight.Fill(0.5f);
        return net;
    }

    private static InMemoryDataset Points(int notFinite = -1)
    {
        const int Count = 9;
        float[] points = [.. Enumerable.Range(0, Count * 3).Select(i => i * 5 % 13 / 13f)];
        if (notFinite >= 0)
            points[notFinite * 3] = float.NaN;
        return InMemoryDataset.FromFloats(points, [3], [.. Enumerable.Range(0, Count).Select(i => i / 4f)], [1]);
    }

    /// <summary>Samples that are told what they will be asked for, and note what they are.</summary>
    private sealed class ToldData(IDataset data) : IPrefetchingDataset
    {
        // Batches of the pass that has begun; null between two passes.
        private int? _batches;

        /// <summary>What was asked for.</summary>
        public List<string> Asked { get; } = [];

        /// <summary>The batch of a pass, counted from 1, that cannot be read the first time it is asked for.</summary>
        public int FailingBatch { get; init; }

        public int Count => data.Count;

        public IReadOnlyList<NetCompiler.Runtime.TensorInfo> Inputs => data.Inputs;

        public IReadOnlyList<NetCompiler.Runtime.TensorInfo> Targets => data.Targets;

        public string SampleName(int index) => data.SampleName(index);

        public void BeginPass(ReadOnlySpan<int> order, int batchSize, ulong? seed)
        {
            Asked.Add($"begin {string.Join(' ', order.ToArray())}");
            _batches = 0;
        }

        public void EndPass()
        {
            Asked.Add("end");
            _batches = null;
        }

        public void Copy(ReadOnlySpan<int> indices, SampleBatch batch, int first = 0)
        {
            Asked.Add($"{(_batches is null ? "samples" : "batch")} {string.Join(' ', indices.ToArray())}");
            if (++_batches == FailingBatch)
                throw new IOException("no such file");
            data.Copy(indices, batch, first);
        }
    }
}
