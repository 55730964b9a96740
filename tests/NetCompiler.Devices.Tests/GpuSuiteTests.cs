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
        var forms = new Dictionary<string, double> { ["fp32: eager"] = 100, ["fp32: CUDA graph"] = 50, ["tf32: eager"] = 70 };
        Report.Print(rows, [forms, forms], output);
        Assert.Contains("fp32: CUDA graph, tf32: eager", output.ToString(), StringComparison.Ordinal);
        Report.Print(rows, null, output);
        Assert.Equal(0, device.Held);
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
