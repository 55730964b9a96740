using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>What is printed of a pass for devices.</summary>
public class DevicePassPrinterTests
{
    [Fact]
    public void TrainingPrinted()
    {
        var @case = DeviceCases.Of("Residual", 1);
        Snapshot.Verify(DevicePassPrinter.Print(@case.Model, SimtPassCompiler.Compile(@case.Model, PassKind.Train, @case.Options)));
    }

    [Fact]
    public void PredictionPrinted()
    {
        var @case = DeviceCases.Of("Lstm", 1);
        Snapshot.Verify(DevicePassPrinter.Print(@case.Model, SimtPassCompiler.Compile(@case.Model, PassKind.Predict, @case.Options)));
    }

    [Fact]
    public void KernelsThatDoTheSameArePrintedOnce()
    {
        // Both of its convolutions have batch normalisation behind them: one kernel adds up the statistics of both.
        var program = SimtPassCompiler.Compile(DeviceCases.Of("Residual", 1).Model, PassKind.Train, PassOptions.Default);
        var launches = program.Steps.SelectMany(s => s.Launches).Select(l => l.Launch.Kernel).ToList();
        Assert.True(program.Kernels.Length < launches.Count, $"{program.Kernels.Length} kernels, {launches.Count} launches");
        Assert.Equal(program.Kernels.Length, program.Kernels.Select(k => k.Key).Distinct().Count());
        Assert.Equal(program.Kernels.Length, program.Kernels.Select(k => k.Name).Distinct().Count());
    }
}
