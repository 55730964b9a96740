using System.Collections.Concurrent;
using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>One network in several precisions, which On chooses from.</summary>
public class DevicePrecisionTests
{
    private const int Batch = 2;

    private static readonly ImmutableArray<MatrixFormat?> s_besides = [MatrixFormat.Tf32, MatrixFormat.BFloat16];

    // Compiling them takes as long as running them.
    private static readonly ConcurrentDictionary<(MatrixFormat? Declared, bool HasOthers), Type> s_networks = [];

    [Theory]
    [InlineData(80)]
    [InlineData(75)]
    public void OnComputesWhatADeclarationOfThatPrecisionComputes(int capability)
    {
        using var network = Create(null, s_besides);
        var device = new InterpretedDevice { Capability = capability };
        var (single, tf32, half) = (Run(Precision.Default), Run(Precision.Tf32), Run(Precision.BFloat16));
        Assert.Equal(Declared(null), single);
        Assert.Equal(Declared(MatrixFormat.Tf32), tf32);
        Assert.Equal(Declared(MatrixFormat.BFloat16), half);
        var (tf32Error, halfError) = (Near.Error(Doubles(tf32), Doubles(single)), Near.Error(Doubles(half), Doubles(single)));
        if (capability >= 80)
        {
            Assert.InRange(tf32Error, 1e-5, 1e-3);
            Assert.InRange(halfError, 1e-4, 8e-3);
        }
        else
        {
            // Sums in another order at most.
            Assert.InRange(Math.Max(tf32Error, halfError), 0, 1e-6);
        }

        // There and back: predictions are what comes first.
        var samples = Samples(network);
        Assert.Equal(Predicted(tf32), network.On(device.Device, Precision.Tf32).Predict(samples));
        Assert.Equal(Predicted(single), network.On(device.Device, Precision.Default).Predict(samples));
        Assert.Equal(Predicted(half), network.On(device.Device, Precision.BFloat16).Predict(samples));
        Assert.Equal(Predicted(single), network.On(device.Device).Predict(samples));
        Assert.Equal(Precision.Default, network.Precision);
        network.Dispose();
        Assert.Equal(0, device.Held);

        float[] Run(Precision precision)
        {
            Assert.Same(network, network.On(device.Device, precision));
            Assert.Equal(precision, network.Precision);
            return Compute(network);
        }

        float[] Predicted(float[] computed) => computed[..(Batch * network.Definition.Outputs[0].Length)];

        float[] Declared(MatrixFormat? format)
        {
            using var declared = Create(format);
            Assert.Equal(DevicePrecision.NameOf(format), declared.Definition.Precision.ToString());
            return Compute(declared.On(new InterpretedDevice { Capability = capability }.Device));
        }
    }

    [Fact]
    public void ADeclaredPrecisionCanBeLeftForSinglePrecision()
    {
        using var network = DeviceCases.Create(DeviceCases.TinyOnTensorCores(MatrixFormat.BFloat16, Batch), precisions: [null]);
        using var single = Create(null);
        Fill(network);
        Fill(single);
        var (device, samples) = (new InterpretedDevice { Capability = 80 }.Device, Samples(network));
        var half = network.On(device).Predict(samples);
        Assert.Equal(single.On(device).Predict(samples), network.On(device, Precision.Default).Predict(samples));
        Assert.NotEqual(half, network.Predict(samples));
        Assert.Equal(half, network.On(device, Precision.BFloat16).Predict(samples));
    }

    [Fact]
    public void SessionsKeepThePrecisionThatTheyBeganWithAndShareParameters()
    {
        using var network = Create(null, s_besides);
        Fill(network);
        var device = new InterpretedDevice { Capability = 80 };
        var samples = Samples(network);
        var single = network.On(device.Device).Predict(samples);
        using var session = network.On(device.Device, Precision.BFloat16).CreateSession(Batch);
        var half = network.Predict(samples);
        Assert.NotEqual(single, half);
        network.On(device.Device, Precision.Tf32);
        var (outputs, uploaded) = (new float[half.Length], device.Drivers.Sum(d => d.Uploaded));
        session.Predict(samples, outputs);
        Assert.Equal(half, outputs);
        Assert.Equal((Precision.BFloat16, Precision.Tf32), (session.Precision, network.Precision));
        using var training = new TrainingSession(network, Batch);
        Assert.Equal(Precision.Tf32, training.Precision);
        network.Predict(samples);
        // What went up since is samples: parameters are on the device already.
        Assert.Equal(2 * samples.Length * sizeof(float), device.Drivers.Sum(d => d.Uploaded) - uploaded);
    }

    [Fact]
    public void AnIdleSessionOfAnotherPrecisionIsNotTakenAgain()
    {
        using var network = Create(null, s_besides);
        Fill(network);
        var device = new InterpretedDevice { Capability = 80 };
        var samples = Samples(network);
        var half = network.On(device.Device, Precision.BFloat16).Predict(samples);
        var tf32 = network.On(device.Device, Precision.Tf32).Predict(samples);
        // The network is moved while one predicts, whose session comes back afterwards.
        network.On(device.Device, Precision.Tf32);
        device.Launching = () => network.On(device.Device, Precision.BFloat16);
        Assert.Equal(tf32, network.Predict(samples));
        Assert.Equal(half, network.Predict(samples));
    }

    [Fact]
    public void APrecisionThatWasNotCompiledSaysWhatToSet()
    {
        using var network = Create(MatrixFormat.Tf32);
        var device = new InterpretedDevice { Capability = 80 }.Device;
        Assert.Equal(
            "TinyTf32 has no code for prediction on interpreter of PTX with Precision.BFloat16: name BFloat16 in NetCompilerCudaPrecisions "
                + "in its project, or compute with On(device), which is Precision.Tf32.",
            Assert.Throws<DeviceException>(() => network.On(device, Precision.BFloat16)).Message);
        Assert.Contains("name Default in NetCompilerCudaPrecisions",
            Assert.Throws<DeviceException>(() => network.On(device, Precision.Default)).Message, StringComparison.Ordinal);
        Assert.Equal((Device.Cpu, Precision.Tf32), (network.Device, network.Precision));

        // The processor computes in single precision whatever is asked for.
        Fill(network);
        var samples = Samples(network);
        var expected = network.Predict(samples);
        Assert.Equal(expected, network.On(Device.Cpu, Precision.BFloat16).Predict(samples));
        Assert.Equal(Precision.BFloat16, network.Precision);
    }

    [Fact]
    public void ADeviceOfSinglePrecisionTakesTheCodeOfTheDeclaration()
    {
        using var network = Create(null);
        Fill(network);
        var interpreted = new InterpretedDevice();
        var device = new DriverDevice("plain", () => new InterpretedDriver(interpreted)) { IsSinglePrecision = true };
        var samples = Samples(network);
        Assert.Equal(network.On(interpreted.Device).Predict(samples), network.On(device, Precision.BFloat16).Predict(samples));
    }

    [Fact]
    public void StrictIsNotChosenOnADevice()
    {
        var strict = DeviceCases.TinyOnTensorCores(null, Batch);
        strict = strict with { Model = strict.Model with { Spec = strict.Model.Spec with { IsStrict = true } } };
        using var network = DeviceCases.Create(strict);
        var device = new InterpretedDevice().Device;
        var exception = Assert.Throws<ArgumentException>(() => network.On(device, Precision.Strict));
        Assert.Equal("precision", exception.ParamName);
        Assert.StartsWith(
            "Tiny: expected Precision.Default, Tf32 or BFloat16, found Strict. Strict is what code for the processor is compiled with: "
                + "[Network(Precision = Precision.Strict)].", exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("Tiny: expected Precision.Default, Tf32 or BFloat16, found 7.",
            Assert.Throws<ArgumentException>(() => network.On(Device.Cpu, (Precision)7)).Message, StringComparison.Ordinal);
        Assert.Equal(Device.Cpu, network.Device);

        // A network that is declared so is on devices as any other.
        Assert.Equal(Precision.Strict, network.Precision);
        Fill(network);
        var samples = Samples(network);
        var declared = network.On(device).Predict(samples);
        Assert.Equal(Precision.Strict, network.Precision);
        Assert.Equal(declared, network.On(device, Precision.Default).Predict(samples));
    }

    [Fact]
    public void APrecisionThatMakesNoDifferenceHasNoCodeOfItsOwn()
    {
        // All of its prediction is one launch, without tensor cores; its training may have them.
        var model = DeviceCases.Of("LeNet5", 1).Model;
        var options = PassOptions.Default with { ForcedCandidate = "tensor" };
        var programs = NetworkCompiler.DevicePrograms(model, s_besides, options);
        Assert.Equal(
            ["PredictDevice Default Tf32 BFloat16", "TrainDevice Default", "TrainDeviceTf32 Tf32", "TrainDeviceBFloat16 BFloat16"],
            programs.Select(Text));
        // The one for all is the one for each.
        var tf32 = model with { Spec = model.Spec with { FactorFormat = MatrixFormat.Tf32 } };
        Assert.Equal(
            ["PredictDevice Tf32 Default BFloat16", "TrainDevice Tf32", "TrainDeviceDefault Default", "TrainDeviceBFloat16 BFloat16"],
            NetworkCompiler.DevicePrograms(tf32, [null, MatrixFormat.BFloat16, MatrixFormat.Tf32], options).Select(Text));
        Assert.Equal(Tables(model), Tables(tf32));

        static string Text(SimtProgram program) =>
            string.Join(' ', program.Precisions.Select(DevicePrecision.NameOf).Prepend(DevicePassPrinter.NameOf(program)));

        string[] Tables(NetworkModel of)
        {
            var program = SimtPassCompiler.Compile(of, PassKind.Predict, options);
            var table = DevicePassPrinter.Print(of, program);
            return [table[table.IndexOf("s_info", StringComparison.Ordinal)..], PtxPassPrinter.Print(of.Spec, program)];
        }
    }

    [Fact]
    public void CodeIsChosenByPrecision()
    {
        var model = DeviceCases.TinyOnTensorCores(null, Batch).Model;
        var programs = NetworkCompiler.DevicePrograms(model, s_besides, PassOptions.Default with { ForcedCandidate = "tensor" });
        Assert.Contains("""
            	/// <inheritdoc/>
            	protected override global::NetCompiler.Runtime.DevicePass? CreateTrainDevicePass(global::NetCompiler.Precision precision) => precision switch
            	{
            		global::NetCompiler.Precision.Default => new TrainDevice(),
            		global::NetCompiler.Precision.Tf32 => new TrainDeviceTf32(),
            		global::NetCompiler.Precision.BFloat16 => new TrainDeviceBFloat16(),
            		_ => null,
            	};
            """, DevicePassPrinter.Print(model, programs.Single(p => p.Kind == PassKind.Train && p.IsDeclared), programs), StringComparison.Ordinal);
        var half = DevicePassPrinter.Print(model, programs[^1], programs);
        Assert.DoesNotContain("protected override", half, StringComparison.Ordinal);
        Assert.Contains("private sealed partial class TrainDeviceBFloat16 : ", half, StringComparison.Ordinal);
    }

    private static Network Create(MatrixFormat? declared, params ImmutableArray<MatrixFormat?> besides)
    {
        var type = s_networks.GetOrAdd((declared, !besides.IsEmpty), _ =>
        {
            using var network = DeviceCases.Create(DeviceCases.TinyOnTensorCores(declared, Batch), precisions: besides);
            return network.GetType();
        });
        return (Network)Activator.CreateInstance(type, 0UL)!;
    }

    // Predictions, losses and gradients, one after the other.
    private static float[] Compute(Network network)
    {
        Fill(network);
        var samples = Samples(network);
        using var session = new TrainingSession(network, Batch);
        session.Step(samples, [0, 3], seed: 1);
        return [.. network.Predict(samples), .. session.Predictions, .. session.Losses, .. session.Gradients.Values];
    }

    private static void Fill(Network network)
    {
        var random = new Random(5);
        foreach (ref var parameter in network.Parameters)
            parameter = (float)(random.NextDouble() - 0.5) / 2;
        network.ParametersChanged();
    }

    private static float[] Samples(Network network)
    {
        var random = new Random(6);
        return [.. Enumerable.Range(0, Batch * network.Definition.Inputs[0].Length).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];
}
