using NetCompiler.Compiler.Tests.Emitted;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>How networks are run on a device: replays, memory, failures, and what is not there.</summary>
public class DeviceExecutionTests
{
    private const int Batch = 7;
    private const int Steps = 4;

    [Theory]
    [InlineData("LeNet5")]
    [InlineData("Residual")]
    [InlineData("Lstm")]
    public void ReplayedLaunchesGiveTheBitsOfDirectOnes(string name)
    {
        var @case = DeviceCases.Of(name, Batch);
        var numbers = DeviceCases.Numbers(@case);
        var (noted, direct) = (new InterpretedDevice(), new InterpretedDevice { CanCapture = false });
        Assert.Equal(Train(direct), Train(noted));
        // The first step is launched, the others are replayed, and so is what prepares the parameters where anything does.
        Assert.True(noted.Drivers[0].Replays is Steps - 1 or 2 * (Steps - 1), $"{noted.Drivers[0].Replays} replays");
        Assert.Equal(0, direct.Drivers[0].Replays);
        Assert.Equal(direct.Drivers[0].Launches, noted.Drivers[0].Launches);

        List<float> Train(InterpretedDevice device)
        {
            using var network = DeviceCases.Create(@case).On(device.Device);
            CaseRunner.SetParameters(network, numbers);
            using var session = new TrainingSession(network, Batch);
            var found = new List<float>();
            for (var step = 0; step < Steps; step++)
            {
                CaseRunner.Step(@case, session, numbers, 0, Batch);
                found.AddRange(session.Losses);
                found.AddRange(session.Predictions);
                found.AddRange(session.Gradients.Values);
                // Another step has other parameters.
                for (var i = 0; i < network.Parameters.Length; i++)
                    network.Parameters[i] -= 0.01f * session.Gradients.Values[i];
                network.ParametersChanged();
                found.AddRange(network.Parameters);
            }

            return found;
        }
    }

    [Fact]
    public void WhatIsRandomIsLaunchedAnewWithTheSeedOfTheCall()
    {
        var @case = DeviceCases.Of("Random", Batch);
        var (numbers, device) = (DeviceCases.Numbers(@case), new InterpretedDevice());
        using var network = DeviceCases.Create(@case).On(device.Device);
        CaseRunner.SetParameters(network, numbers);
        using var session = new TrainingSession(network, Batch);
        var input = Enumerable.Range(0, Batch * 12).Select(i => i % 5 * 0.25f).ToArray();
        var target = new float[Batch * 5];
        var (first, other, again) = (Gradients(1), Gradients(2), Gradients(1));
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        float[] Gradients(uint seed)
        {
            session.Step(input, target, seed);
            return session.Gradients.Values.ToArray();
        }
    }

    [Fact]
    public void TheRoomForABatchChangesNoBitOfPredictions()
    {
        var @case = DeviceCases.Of("LeNet5", Batch);
        var device = new InterpretedDevice();
        using var network = DeviceCases.Create(@case).On(device.Device);
        CaseRunner.SetParameters(network, DeviceCases.Numbers(@case));
        var samples = Enumerable.Range(0, Batch * 256).Select(i => i * 37 % 101 / 101f).ToArray();
        var expected = Predict(Batch);
        Assert.All(expected, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(expected, Predict(1));
        Assert.Equal(expected, Predict(4));
        Assert.Equal(expected, network.Predict(samples));
        // Nothing to compute is no error.
        Assert.Empty(network.Predict(ReadOnlySpan<float>.Empty));

        float[] Predict(int room)
        {
            using var session = network.CreateSession(room);
            var outputs = new float[Batch * 10];
            session.Predict(samples, outputs);
            return outputs;
        }
    }

    [Fact]
    public void ParametersAreCopiedAgainWhenTheyHaveChanged()
    {
        var @case = DeviceCases.Of("Lstm", 1);
        var device = new InterpretedDevice();
        using var network = DeviceCases.Create(@case).On(device.Device);
        CaseRunner.SetParameters(network, DeviceCases.Numbers(@case));
        using var session = network.CreateSession();
        float[] samples = [.. Enumerable.Range(0, 15).Select(i => i * 0.1f)];
        var (before, after, back) = (new float[4], new float[4], new float[4]);
        session.Predict(samples, before);
        network.Parameter("dense1.bias").Values[2] += 1;
        network.ParametersChanged();
        session.Predict(samples, after);
        Assert.Equal(before[2] + 1, after[2], 1e-5);
        Assert.Equal((before[0], before[1], before[3]), (after[0], after[1], after[3]));

        // On the processor again: what began on the device stays there.
        network.On(Device.Cpu);
        using var other = network.CreateSession();
        other.Predict(samples, back);
        Assert.Equal((device.Device, Device.Cpu), (session.Device, other.Device));
        Assert.All(after.Zip(back), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void NothingIsAllocatedOnceABatchSizeIsKnown(bool canCapture, bool overlaps)
    {
        var @case = DeviceCases.Of("Residual", Batch);
        var drivers = new List<IdleDriver>();
        using var network = DeviceCases.Create(@case).On(new DriverDevice("idle", () =>
        {
            drivers.Add(overlaps ? new IdleOverlappingDriver(canCapture) : new IdleDriver(canCapture));
            return drivers[^1];
        }));
        using var session = network.CreateSession(4);
        using var training = new TrainingSession(network, Batch);
        var (samples, labels, outputs) = (new float[Batch * 84], new int[Batch], new float[Batch * 4]);
        Run();
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            Run();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        // Batches in parts, 12 times two of them, each an input and an output.
        Assert.Equal(overlaps ? 48 : 0, drivers.OfType<IdleOverlappingDriver>().Sum(d => d.CopiesAside));

        void Run()
        {
            session.Predict(samples, outputs);
            training.Step(samples, labels, 1);
        }
    }

    [Fact]
    public void WhatADeviceHasNoMemoryForIsAnExceptionAndLeavesNothing()
    {
        var @case = DeviceCases.Of("Residual", Batch);
        var device = new InterpretedDevice { LargestBuffers = 4 };
        using var network = DeviceCases.Create(@case).On(device.Device);
        var message = Assert.Throws<DeviceException>(() => new TrainingSession(network, Batch)).Message;
        Assert.Contains("out of memory", message, StringComparison.Ordinal);
        Assert.Single(device.Drivers);
        Assert.Equal(0, device.Held);
    }

    [Fact]
    public void AKernelThatCannotBeLaunchedIsNamed()
    {
        var @case = DeviceCases.Of("LeNet5", 1);
        var device = new InterpretedDevice { RefusedKernel = "Network" };
        using (var network = DeviceCases.Create(@case).On(device.Device))
        {
            var message = Assert.Throws<DeviceException>(() => network.Predict(new float[256])).Message;
            Assert.Matches("^LeNet5: Predict on interpreter of PTX: its kernel Network, .* groups of .* threads: too many resources requested", message);
            // What is noted is noted anew the next time.
            device.RefusedKernel = null;
            var expected = network.Predict(new float[256]);
            device.RefusedKernel = "Network";
            Assert.Throws<DeviceException>(() => network.Predict(new float[256]));
            device.RefusedKernel = null;
            Assert.Equal(expected, network.Predict(new float[256]));
        }

        Assert.Equal(0, device.Held);
    }

    [Fact]
    public void AKernelThatFailsWhileItRunsIsNamedWhereLaunchesAreWaitedFor()
    {
        var @case = DeviceCases.Of("LeNet5", 1);
        var device = new InterpretedDevice { FailingKernel = "Network" };
        using var network = DeviceCases.Create(@case).On(device.Device);
        var message = Assert.Throws<DeviceException>(() => network.Predict(new float[256])).Message;
        Assert.Contains($"an illegal address was touched. With the environment variable {Runtime.DeviceExecutor.CheckVariable}=1", message,
            StringComparison.Ordinal);
        Environment.SetEnvironmentVariable(Runtime.DeviceExecutor.CheckVariable, "1");
        try
        {
            message = Assert.Throws<DeviceException>(() => network.CreateSession().Predict(new float[256], new float[10])).Message;
            Assert.Contains("its kernel Network, ", message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Runtime.DeviceExecutor.CheckVariable, null);
        }
    }

    [NoCudaFact]
    public void WithoutADriverASentenceSaysWhatIsMissing()
    {
        Assert.Matches("^There is no CUDA driver: .* cannot be loaded. Install NVIDIA's display driver, or compute on Device.Cpu.$",
            Assert.Throws<DeviceException>(() => Device.Cuda()).Message);
        Assert.Same(Device.Cpu, Device.Best);
        Assert.True(Device.Best.IsCpu);
        Assert.Throws<ArgumentOutOfRangeException>(() => Device.Cuda(-1));
    }

    [Fact]
    public void ANetworkWithoutCodeForDevicesSaysHowItGetsSome()
    {
        var @case = DeviceCases.Of("Lstm", 1);
        using var network = EmittedNetworks.Compile(EmittedNetworks.Sources(@case, EmittedNetworks.Programs(@case))).Create(@case.Model.Spec);
        var message = Assert.Throws<DeviceException>(() => network.On(new InterpretedDevice().Device)).Message;
        Assert.StartsWith("Lstm has no code for prediction on interpreter of PTX: set NetCompilerCuda to true", message, StringComparison.Ordinal);
        Assert.Same(Device.Cpu, network.Device);
        Assert.Same(network, network.On(Device.Cpu));
    }

    [Fact]
    public void StagesAreMeasuredOnTheProcessorAlone()
    {
        var @case = DeviceCases.Of("Lstm", 1);
        using var network = DeviceCases.Create(@case).On(new InterpretedDevice().Device);
        using var session = network.CreateSession();
        using var training = new TrainingSession(network, 1);
        Assert.Contains("use On(Device.Cpu)", Assert.Throws<NotSupportedException>(() => session.Profile()).Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => training.Profile());
        // The session is as usable as before.
        session.Predict(new float[15], new float[4]);
    }
}
