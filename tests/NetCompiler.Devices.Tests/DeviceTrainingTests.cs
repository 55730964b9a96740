using NetCompiler.Compiler.Tests.Devices;
using NetCompiler.Compiler.Tests.Ilgpu;
using NetCompiler.Training;
using NetCompiler.Training.Data;

namespace NetCompiler.Devices.Tests;

/// <summary>
/// Networks as a user declares them, compiled by the generator as a build runs it, on devices: what trains and predicts on the processor
/// does so there.
/// </summary>
public class DeviceTrainingTests
{
    private const int Samples = 22;
    private static readonly FitOptions s_options = new() { BatchSize = 8, Threads = 1, Seed = 3, Validation = Data(9, 2) };

    [Fact]
    public void FitGoesTheSameWayOnADevice()
    {
        var device = new InterpretedDevice();
        using var expected = new Pictures(seed: 1);
        var onProcessor = expected.Fit(Data(Samples, 1), new Adam(0.02f), 3, s_options);
        using var net = new Pictures(seed: 1).On(device.Device);
        var onDevice = net.Fit(Data(Samples, 1), new Adam(0.02f), 3, s_options);

        Assert.Equal(onProcessor.Epochs.Select(e => e.Loss), onDevice.Epochs.Select(e => e.Loss), Near);
        Assert.Equal(onProcessor.Epochs.Select(e => e.ValidationLoss), onDevice.Epochs.Select(e => e.ValidationLoss), Near);
        Assert.True(onDevice.Last!.Loss < onDevice.Epochs[0].Loss);
        Assert.Equal(expected.Batchnorm1.RunningMean.Values.ToArray(), net.Batchnorm1.RunningMean.Values.ToArray(), (x, y) => Near(x, y));
        Assert.NotEqual(new float[4], net.Batchnorm1.RunningMean.Values.ToArray());
        // A trainer and its validation, and nothing is left of them.
        Assert.Equal(2, device.Drivers.Count);
        Assert.Equal(0, device.Held);
        Assert.Contains(device.Drivers, d => d.Replays > 0);
        Assert.Equal(expected.Evaluate(Data(40, 5), threads: 1).Loss, net.Evaluate(Data(40, 5), threads: 1).Loss, 1e-3);
    }

    [Fact]
    public void TheSameSeedGivesTheSameBits()
    {
        Assert.Equal(Parameters(), Parameters());

        static float[] Parameters()
        {
            using var net = new Pictures(seed: 4).On(new InterpretedDevice().Device);
            net.Fit(Data(Samples, 1), new Sgd(0.1f), 1, s_options);
            return net.Parameters.ToArray();
        }
    }

    [Fact]
    public void FitGoesOnInThePrecisionThatOnChooses()
    {
        var device = new InterpretedDevice { Capability = 80 };
        var (single, half) = (Fit(Precision.Default), Fit(Precision.BFloat16));
        Assert.NotEqual(single.Parameters, half.Parameters);
        Assert.Equal(single.Losses, half.Losses, (x, y) => Math.Abs(x - y) <= 0.02 * x);
        Assert.Equal(single.Parameters, half.Parameters, (x, y) => Math.Abs(x - y) <= 0.02);
        Assert.Equal(0, device.Held);

        (float[] Parameters, IEnumerable<double> Losses) Fit(Precision precision)
        {
            using var net = new Pictures(seed: 1).On(device.Device, precision);
            var history = net.Fit(Data(Samples, 1), new Sgd(0.1f), 2, s_options);
            return (net.Parameters.ToArray(), history.Epochs.Select(e => e.Loss).ToList());
        }
    }

    [Fact]
    public void AnAcceleratorOfIlgpuPredictsAndTrains()
    {
        using var accelerator = new TestAccelerator();
        using (var net = new Pictures(seed: 1).On(accelerator.Accelerator))
        {
            using var expected = new Pictures(seed: 1);
            var images = Images(3, 1);
            Assert.Equal(expected.Predict(images), net.Predict(images), (x, y) => Near(x, y));
            var options = s_options with { Validation = null };
            var onProcessor = expected.Fit(Data(8, 1), new Adam(0.02f), 1, options);
            Assert.Equal(onProcessor.Last!.Loss, net.Fit(Data(8, 1), new Adam(0.02f), 1, options).Last!.Loss, 1e-4);
        }

        accelerator.AssertWasUsedAndLeft();
    }

    [Fact]
    public void WhatIsNotFiniteIsFoundOnADeviceToo()
    {
        using var net = new Pictures(seed: 1).On(new InterpretedDevice().Device);
        net.Dense1.Bias.Values[1] = float.NaN;
        net.ParametersChanged();
        var exception = Assert.Throws<NonFiniteException>(() => net.Fit(Data(8, 1), new Sgd(0.1f), 1, s_options));
        Assert.Equal("dense1", exception.Layer);
    }

    [Fact]
    public void LayersAreWatchedBesideADevice()
    {
        using var net = new Pictures(seed: 1).On(new InterpretedDevice().Device);
        using var session = net.CreateSession(2);
        session.Watch("softmax1");
        var (images, outputs) = (Images(2, 6), new float[10]);
        session.Predict(images, outputs);
        Assert.Equal(outputs, session.Value("softmax1").ToArray(), (x, y) => Near(x, y));
    }

    [Fact]
    public void AMethodThatIsNotCompiledForDevicesSaysSo()
    {
        using var net = new Autoencoder(seed: 1);
        var (code, expected) = (net.Encode(new float[6]), net.Decode(new float[3]));
        net.On(new InterpretedDevice().Device);
        Assert.Equal(code, net.Encode(new float[6]), (x, y) => Near(x, y));
        Assert.Equal(
            "Autoencoder has no code for Decode on interpreter of PTX: methods beside what it predicts are compiled for the processor only, "
                + "where On(Device.Cpu) computes them.",
            Assert.Throws<DeviceException>(() => net.Decode(new float[3])).Message);
        Assert.Equal(expected, net.On(Device.Cpu).Decode(new float[3]));
    }

    [NoCudaFact]
    public void CudaWithoutADriverIsASentenceAndTheBestIsTheProcessor()
    {
        Assert.Matches("CUDA driver.*Device.Cpu", Assert.Throws<DeviceException>(() => Device.Cuda()).Message);
        using var net = new Pictures(seed: 1).On(Device.Best);
        Assert.Equal(5, net.Predict(Images(1, 1)).Length);
    }

    private static bool Near(double x, double y) => Math.Abs(x - y) <= 1e-3 * Math.Max(1, Math.Abs(x));

    private static float[] Images(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count * 64).Select(_ => (float)random.NextDouble())];
    }

    private static InMemoryDataset Data(int count, int seed) =>
        InMemoryDataset.FromFloats(Images(count, seed), [1, 8, 8], [.. Enumerable.Range(0, count).Select(i => i * 7 % 5)]);
}
