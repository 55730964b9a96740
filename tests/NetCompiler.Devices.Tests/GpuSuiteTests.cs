using System.Globalization;
using NetCompiler.Compiler.Tests.Devices;
using NetCompiler.Gpu;
using NetCompiler.Training;

namespace NetCompiler.Devices.Tests;

/// <summary>What tests/gpu/run.sh runs on a GPU, run on the interpreter of PTX: that it checks, measures and prints.</summary>
public class GpuSuiteTests
{
    private static readonly Subject[] s_subjects = [new("pictures", () => new Pictures(seed: 1), [1], TrainingBatch: 2)];

    [Fact]
    public void ItChecksMeasuresAndPrints()
    {
        var device = new InterpretedDevice();
        var output = new StringWriter();
        var suite = new Suite((DriverDevice)device.Device, output);
        Assert.True(suite.Check(s_subjects, [("adam", new Adam())]), output.ToString());
        Assert.Contains("ok     pictures fit 2, adam", output.ToString(), StringComparison.Ordinal);
        var rows = suite.Measure(s_subjects, peak: 1, seconds: 0.01);
        Assert.Equal(["predict 1", "train 2"], rows.Select(r => $"{r.Pass} {r.Batch}"));
        Assert.All(rows, r => Assert.True(r.Ours > 0 && r.WithCopies > 0 && r.PeakShare > 0));
        Report.Print(rows, null, output);
        Assert.Equal(0, device.Held);
    }

    [Fact]
    public void NetworksAreRunInAllOfTheirPrecisions()
    {
        var device = new InterpretedDevice { Capability = 80 };
        var output = new StringWriter();
        var suite = new Suite((DriverDevice)device.Device, output);
        Subject[] subjects = [s_subjects[0] with { Precisions = [Precision.Default, Precision.Tf32, Precision.BFloat16] }];
        Assert.True(suite.Check(subjects, [("sgd", new Sgd(0.01f))]), output.ToString());
        foreach (var pass in new[] { "predict 1", "train 2", "fit 2, sgd" })
        {
            Assert.True(Error(pass) < 1e-6 && Error($"{pass} tf32") > 3e-6 && Error($"{pass} bf16") > 3e-6, output.ToString());
        }

        Assert.True(Error("train 2 bf16") > 2 * Error("train 2 tf32"), output.ToString());
        Assert.Equal(
            ["predict Default", "train Default", "predict Tf32", "train Tf32", "predict BFloat16", "train BFloat16"],
            suite.Measure(subjects, peak: 1, seconds: 0.01).Select(r => $"{r.Pass} {r.Precision}"));

        double Error(string what)
        {
            var line = output.ToString().Split('\n').Single(l => l.StartsWith($"ok     pictures {what}: ", StringComparison.Ordinal));
            return double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }
    }

    [Theory]
    [InlineData(Precision.Default, "fp32", "2.00", "1.00", "fp32: CUDA graph 50.0; tf32: eager 40.0; bf16: compile 20.0")]
    [InlineData(Precision.Tf32, "tf32", "0.80", "0.80", "tf32: eager 40.0")]
    [InlineData(Precision.BFloat16, "bf16", "NaN", "0.40", "bf16: compile 20.0")]
    public void RowsStandBesidePeersOfTheSamePrecision(Precision precision, string name, string eager, string fastest, string forms)
    {
        var times = new Dictionary<string, double>
        {
            ["fp32: eager"] = 100,
            ["fp32: CUDA graph"] = 50,
            ["tf32: eager"] = 40,
            ["bf16: compile"] = 20,
            ["bf16: CUDA graph"] = 30,
        };
        var output = new StringWriter();
        Report.Print([new Row("net", "train", 8, precision, 50, 60, 0.5)], [times], output);
        var line = output.ToString().TrimEnd().Split('\n')[^1];
        Assert.Equal(
            ["net", "train", "8", name, "50.0", "60.0"], line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(6));
        Assert.Matches($@" {eager} +[0-9.]+ +{fastest}  {forms}$", line);
    }

    [Fact]
    public void RoundingHasATolerance()
    {
        var (single, tf32, half) = (Tolerances.Of(Precision.Default), Tolerances.Of(Precision.Tf32), Tolerances.Of(Precision.BFloat16));
        Assert.Equal(Tolerances.Of(Precision.Strict), single);
        Assert.All(new[] { (single, tf32), (tf32, half) }, pair => Assert.True(
            pair.Item1.Prediction < pair.Item2.Prediction && pair.Item1.Gradient < pair.Item2.Gradient
            && pair.Item1.DeepGradient < pair.Item2.DeepGradient && pair.Item1.Training < pair.Item2.Training));
    }

    [Fact]
    public void WhatFailsIsNamed()
    {
        var device = new InterpretedDevice { FailingKernel = "MoveAdam" };
        var output = new StringWriter();
        Assert.False(new Suite((DriverDevice)device.Device, output).Check(s_subjects, [("adam", new Adam())]));
        Assert.Contains("FAILED pictures fit 2, adam: ", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("ok     pictures train 2", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(double.PositiveInfinity, Checks.Error([1f], [float.NaN]));
        Assert.Equal(0.5, Checks.Error([1f, 2f], [1f, 3f]));
        Assert.Equal(1, Checks.MovementError([1f, 2f], [1f, 3f], [1f, 2f]));
        Assert.Equal(double.PositiveInfinity, Checks.MovementError([1f], [1f], [1f]));
    }

    [Fact]
    public void ThePeakIsOfChainsOfMultiplyAdds()
    {
        var device = new InterpretedDevice();
        Assert.True(new Suite((DriverDevice)device.Device, TextWriter.Null).MeasurePeak(groups: 1, rounds: 2) > 0);
        Assert.Equal(0, device.Held);
    }
}
