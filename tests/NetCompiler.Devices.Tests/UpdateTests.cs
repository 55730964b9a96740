using System.Globalization;
using NetCompiler.Compiler.Tests.Devices;
using NetCompiler.Training;
using NetCompiler.Training.Data;

namespace NetCompiler.Devices.Tests;

/// <summary>Training whose parameters stay on a device: what the optimiser does there, and who sees it.</summary>
public class UpdateTests
{
    private const int Samples = 22;

    public static TheoryData<string> Rules => [.. s_optimizers.Keys];

    // One for each rule that the compiler makes a kernel of.
    private static readonly Dictionary<string, Func<IOptimizer>> s_optimizers = new()
    {
        ["Sgd"] = () => new Sgd(0.1f, weightDecay: 0.01f),
        ["Momentum"] = () => new Sgd(0.05f, momentum: 0.9f, weightDecay: 0.01f),
        ["Nesterov"] = () => new Sgd(0.05f, momentum: 0.9f, nesterov: true),
        ["Adam"] = () => new Adam(0.02f, weightDecay: 0.01f),
        ["Adam, decoupled"] = () => new AdamW(0.02f, weightDecay: 0.1f),
        ["Adagrad"] = () => new Adagrad(0.05f, learningRateDecay: 0.1f, initialAccumulator: 0.5f),
        ["RmsProp"] = () => new RmsProp(0.005f, weightDecay: 0.01f),
        ["RmsPropMomentum"] = () => new RmsProp(0.005f, momentum: 0.9f),
        ["CenteredRmsProp"] = () => new RmsProp(0.005f, centered: true),
        ["CenteredRmsPropMomentum"] = () => new RmsProp(0.002f, momentum: 0.9f, centered: true),
    };

    [Fact]
    public void EveryRuleIsTried() => Assert.Equal(
        Compiler.Updates.UpdateKernels.Rules().Select(r => r.Name).Order(StringComparer.Ordinal),
        s_optimizers.Keys.Select(k => k.Split(',')[0]).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Rules))]
    public void ADeviceMovesParametersAsTheProcessorDoes(string rule) =>
        Compare(s_optimizers[rule](), new FitOptions { BatchSize = 8, Threads = 1, Seed = 3, Validation = Data(9, 2) }, epochs: 2);

    [Fact]
    public void GroupsClippingAccumulationAndSchedulesAreTheSameOnADevice()
    {
        var options = new FitOptions
        {
            BatchSize = 4,
            Threads = 1,
            Seed = 3,
            AccumulationSteps = 2,
            GradientClipping = GradientClipping.ByNorm(0.5f),
            Schedule = LearningRateSchedule.Cosine(),
            ParameterGroups =
            [
                new ParameterGroup("conv1.weight") { IsFrozen = true },
                new ParameterGroup("dense1.weight") { WeightDecay = 0.2f },
                ParameterGroup.Vectors with { LearningRateFactor = 3f, WeightDecay = 0f },
            ],
        };
        var (before, after) = Compare(new AdamW(0.02f), options, epochs: 2);
        Assert.Equal(before["conv1.weight"], after["conv1.weight"]);
        Assert.NotEqual(before["dense1.weight"], after["dense1.weight"]);
        Compare(new Sgd(0.1f, momentum: 0.9f), options with { GradientClipping = GradientClipping.ByValue(0.02f) }, epochs: 1);
    }

    [Fact]
    public void OnlyInputsGoUpAndOnlyResultsComeDown()
    {
        var device = new InterpretedDevice();
        using var net = new Pictures(seed: 1).On(device.Device);
        using var trainer = new Trainer(net, Data(32, 1), new Adam(0.02f), 1, new FitOptions { BatchSize = 8, Threads = 1 });
        trainer.TrainStep();
        var driver = Assert.Single(device.Drivers);
        var (up, down) = (driver.Uploaded, driver.Downloaded);
        trainer.TrainStep();
        // Pictures, labels, and the numbers of one group beside the weight of a batch; predictions, losses, and the norm.
        Assert.Equal((8 * 64 + 8 + 2 * 16) * sizeof(float), driver.Uploaded - up);
        Assert.Equal((8 * 5 + 8 + 1) * sizeof(float), driver.Downloaded - down);
    }

    [Fact]
    public void WhoeverLooksSeesTheNewestParameters()
    {
        var device = new InterpretedDevice();
        using var net = new Pictures(seed: 1).On(device.Device);
        using var trainer = new Trainer(net, Data(32, 1), new Sgd(0.1f), 1, new FitOptions { BatchSize = 8, Threads = 1 });
        var view = net.Dense1.Weight;
        var stale = net.Parameters;
        var first = view.Values.ToArray();
        trainer.TrainStep();
        // What was taken before is not what it was: writing to it would be lost.
        stale[0] = 1;
        Assert.Contains("write to what Parameters gives now",
            Assert.Throws<InvalidOperationException>(net.ParametersChanged).Message, StringComparison.Ordinal);
        Assert.NotEqual(first, view.Values.ToArray());

        var images = Images(2, 4);
        trainer.TrainStep();
        var onDevice = net.Predict(images);
        trainer.TrainStep();
        using var stream = new MemoryStream();
        net.Save(stream);
        using var copy = new Pictures(seed: 2);
        copy.LoadWeights(stream.ToArray());
        Assert.Equal(net.Parameters.ToArray(), copy.Parameters.ToArray());
        Assert.NotEqual(onDevice, net.Predict(images));
        Assert.Equal(copy.Predict(images), net.Predict(images), (x, y) => Math.Abs(x - y) < 1e-4f);

        // And what is written here, the next step begins with.
        net.Dense1.Weight.Fill(0f);
        net.Dense1.Bias.Fill(0f);
        var report = trainer.TrainStep();
        Assert.Equal(Math.Log(5), report.BatchLoss, 1e-5);
    }

    [Fact]
    public void WhatIsLostWithADeviceIsSaidOnce()
    {
        var device = new InterpretedDevice();
        using var net = new Pictures(seed: 1).On(device.Device);
        var first = net.Parameters.ToArray();
        var trainer = new Trainer(net, Data(32, 1), new Sgd(0.1f), 1, new FitOptions { BatchSize = 8, Threads = 1 });
        trainer.TrainStep();
        device.IsLost = true;
        trainer.Dispose();
        using var stream = new MemoryStream();
        Assert.Equal("Pictures: what was trained since the parameters were last asked for is lost: the device is lost.",
            Assert.Throws<DeviceException>(() => net.Save(stream)).Message);
        Assert.Equal(first, net.Parameters.ToArray());
        Assert.Equal(0, device.Held);
    }

    [Fact]
    public void WeightsOfOtherLayersLeaveWhatADeviceHasTrained()
    {
        using var net = new Pictures(seed: 1).On(new InterpretedDevice().Device);
        using var trainer = new Trainer(net, Data(32, 1), new Sgd(0.1f), 1, new FitOptions { BatchSize = 8, Threads = 1 });
        var first = net.Parameters.ToArray();
        trainer.TrainStep();
        using var other = new Autoencoder(seed: 1);
        using var stream = new MemoryStream();
        other.Save(stream);
        net.LoadWeights(stream.ToArray(), new WeightLoadOptions { Partial = true, Rename = name => $"other.{name}" });
        Assert.NotEqual(first, net.Parameters.ToArray());
    }

    [Fact]
    public void ACheckpointGoesOnAsIfNothingHadEnded()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("netcompiler-device-").FullName, "run");
        var options = new FitOptions { BatchSize = 8, Threads = 1, Seed = 3 };
        using var whole = new Pictures(seed: 1).On(new InterpretedDevice().Device);
        using (var trainer = new Trainer(whole, Data(32, 1), new Adam(0.02f), 1, options))
        {
            trainer.TrainStep();
            trainer.TrainStep();
            trainer.SaveCheckpoint(path);
            trainer.TrainStep();
        }

        // Parameters are here when the session has gone, although nobody has looked at them.
        using var resumed = new Pictures(seed: 9).On(new InterpretedDevice().Device);
        using (var trainer = new Trainer(resumed, Data(32, 1), new Adam(0.02f), 1, options))
        {
            trainer.Restore(path);
            trainer.TrainStep();
        }

        Assert.Equal(whole.Parameters.ToArray(), resumed.Parameters.ToArray());
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void AStepThatIsNotFiniteLeavesEverythingAsItWas()
    {
        using var net = new Pictures(seed: 1).On(new InterpretedDevice().Device);
        var images = Images(16, 1);
        images[8 * 64] = float.NaN;
        var data = InMemoryDataset.FromFloats(images, [1, 8, 8], new int[16]);
        using var trainer = new Trainer(net, data, new Sgd(0.1f), 1, new FitOptions { BatchSize = 8, Threads = 1, Shuffle = false });
        trainer.TrainStep();
        var before = net.Parameters.ToArray();
        Assert.Contains("training sample 8", Assert.Throws<NonFiniteException>(() => trainer.TrainStep()).Message, StringComparison.Ordinal);
        Assert.Equal(before, net.Parameters.ToArray());
    }

    [Fact]
    public void GradientsWhoseSquaresAreBeyondAFloatAreClippedAllTheSame()
    {
        using var expected = new Wide(seed: 1);
        using var net = new Wide(seed: 1).On(new InterpretedDevice().Device);
        var data = InMemoryDataset.FromFloats([1e20f, 2e20f, 3e20f], [3], new float[1], [1]);
        var options = new FitOptions { BatchSize = 1, Threads = 1, GradientClipping = GradientClipping.ByNorm(1f) };
        var norms = new[] { expected, net }.Select(n =>
        {
            n.Dense1.Weight.Fill(1e-21f);
            using var trainer = new Trainer(n, data, new Sgd(0.1f), 1, options);
            return trainer.TrainStep().GradientNorm;
        }).ToArray();
        Assert.True(norms[0] > 1e20 && double.IsFinite(norms[0]), norms[0].ToString(CultureInfo.InvariantCulture));
        Assert.Equal(norms[0], norms[1], norms[0] * 1e-6);
        Assert.Equal(expected.Parameters.ToArray(), net.Parameters.ToArray(), (x, y) => Math.Abs(x - y) < 1e-6f);
    }

    [Fact]
    public void WhatHasNoKernelRunsOnTheProcessor()
    {
        var (options, device) = (new FitOptions { BatchSize = 8, Threads = 1, Seed = 3 }, new InterpretedDevice());
        using var plain = new Pictures(seed: 1).On(device.Device);
        plain.Fit(Data(16, 1), new Sgd(0.1f), 1, options);
        using var own = new Pictures(seed: 1).On(device.Device);
        own.Fit(Data(16, 1), new OwnRule(), 1, options);
        Assert.Equal(plain.Parameters.ToArray(), own.Parameters.ToArray(), (x, y) => Math.Abs(x - y) < 1e-5f);
        using var clipped = new Pictures(seed: 1).On(device.Device);
        clipped.Fit(Data(16, 1), new Sgd(0.1f), 1, options with { GradientClipping = new OwnClipping() });
        Assert.Equal(plain.Parameters.ToArray(), clipped.Parameters.ToArray(), (x, y) => Math.Abs(x - y) < 1e-5f);
        using var averaged = new Pictures(seed: 1).On(device.Device);
        averaged.Fit(Data(16, 1), new Sgd(0.1f), 1, options with { WeightAveraging = new WeightAveraging(0f) });
        Assert.Equal(plain.Parameters.ToArray(), averaged.Parameters.ToArray(), (x, y) => Math.Abs(x - y) < 1e-5f);
        Assert.Equal(0, device.Held);
    }

    [Fact]
    public void SessionsOfADeviceShareParameters()
    {
        var device = new InterpretedDevice();
        using var net = new Pictures(seed: 1).On(device.Device);
        var images = Images(1, 4);
        var outputs = new float[5];
        using (var one = net.CreateSession())
        using (var two = net.CreateSession())
        {
            one.Predict(images, outputs);
            var up = device.Drivers.Sum(d => d.Uploaded);
            two.Predict(images, outputs);
            // The second one's picture alone.
            Assert.Equal(64 * sizeof(float), device.Drivers.Sum(d => d.Uploaded) - up);
            net.Dense1.Bias.Fill(1f);
            up = device.Drivers.Sum(d => d.Uploaded);
            one.Predict(images, outputs);
            var expected = outputs.ToArray();
            two.Predict(images, outputs);
            Assert.Equal(expected, outputs);
            Assert.Equal(net.Parameters.Length + 2 * 64, (device.Drivers.Sum(d => d.Uploaded) - up) / sizeof(float));

            // Who made them may go.
            one.Dispose();
            two.Predict(images, outputs);
            Assert.Equal(expected, outputs);
        }

        Assert.Equal(0, device.Held);
    }

    private static (Dictionary<string, float[]> Before, Dictionary<string, float[]> After) Compare(
        IOptimizer optimizer, FitOptions options, int epochs)
    {
        var device = new InterpretedDevice();
        using var expected = new Pictures(seed: 1);
        using var net = new Pictures(seed: 1).On(device.Device);
        var before = Named(net);
        var onProcessor = expected.Fit(Data(Samples, 1), optimizer, epochs, options);
        var onDevice = net.Fit(Data(Samples, 1), optimizer, epochs, options);
        var after = Named(net);
        foreach (var (name, values) in Named(expected))
            Assert.Equal(values, after[name], (x, y) => Math.Abs(x - y) <= 2e-3 * Math.Max(1, Math.Abs(x)));
        Assert.Equal(onProcessor.Epochs.Select(e => e.GradientNorm), onDevice.Epochs.Select(e => e.GradientNorm), (x, y) => Math.Abs(x - y) < 1e-2);
        Assert.Equal(0, device.Held);
        return (before, after);
    }

    private static Dictionary<string, float[]> Named(Network network) => network.Definition.Parameters
        .ToDictionary(p => p.Name, p => network.Parameter(p.Name).Values.ToArray());

    private static float[] Images(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count * 64).Select(_ => (float)random.NextDouble())];
    }

    private static InMemoryDataset Data(int count, int seed) =>
        InMemoryDataset.FromFloats(Images(count, seed), [1, 8, 8], [.. Enumerable.Range(0, count).Select(i => i * 7 % 5)]);

    /// <summary>Descent, as a user might write it.</summary>
    private sealed class OwnRule : IOptimizer
    {
        public string Name => "own";

        public float LearningRate => 0.1f;

        public int SlotCount => 0;

        public void Update(Span<float> parameters, ReadOnlySpan<float> gradients, OptimizerSlots slots, float learningRate, long step)
        {
            for (var i = 0; i < parameters.Length; i++)
                parameters[i] -= learningRate * gradients[i];
        }
    }

    /// <summary>Clipping, as a user might write it, that clips nothing.</summary>
    private sealed class OwnClipping : IGradientClipping
    {
        public void Clip(Span<float> gradients, double norm)
        {
            // Nothing.
        }
    }
}
