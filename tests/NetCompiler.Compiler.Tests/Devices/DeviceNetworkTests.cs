using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Tests.Emitted;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>
/// Whole networks on a device, from the declaration to the numbers: tables and PTX as they are printed, compiled into the network's class,
/// run by its sessions, with a driver that interprets the PTX.
/// </summary>
public class DeviceNetworkTests
{
    // Functions that are written out in PTX err ten times as much as a CPU's, which a normalisation of few samples makes more of.
    private const double Tolerance = 3 * CaseRunner.Tolerance;

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var name in DeviceCases.Networks.Keys)
            {
                foreach (var batch in new[] { 1, 3, 7 })
                    cases.Add(name, batch);
            }

            return cases;
        }
    }

    // Two to three times what rounding a factor does, as it adds up over four layers.
    [Theory]
    [InlineData(MatrixFormat.Tf32, 1, 1e-3)]
    [InlineData(MatrixFormat.Tf32, 7, 1e-3)]
    [InlineData(MatrixFormat.BFloat16, 7, 8e-3)]
    public void NetworksThatMayBeRoundedAreOnDevicesWithTensorCores(MatrixFormat format, int batch, double tolerance)
    {
        var @case = DeviceCases.OnTensorCores(format, batch);
        var numbers = DeviceCases.Numbers(@case);
        // In single precision on other devices, which the same assembly has kernels for.
        Assert.Empty(Run(75, Tolerance));
        Assert.Empty(Run(80, tolerance));
        if (batch == 1)
            Assert.NotEmpty(Run(80, Tolerance));

        List<string> Run(int capability, double allowed)
        {
            var device = new InterpretedDevice { Capability = capability };
            using var network = DeviceCases.Create(@case).On(device.Device);
            return CaseRunner.Run(@case, network, numbers, DeviceCases.Width, allowed);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NetworksComputeWhatTheReferenceComputes(string name, int batch)
    {
        var @case = DeviceCases.Of(name, batch);
        var device = new InterpretedDevice();
        using (var network = DeviceCases.Create(@case).On(device.Device))
        {
            var failures = CaseRunner.Run(@case, network, DeviceCases.Numbers(@case), DeviceCases.Width, Tolerance);
            Assert.True(failures.Count == 0, $"{@case}\n{string.Join("\n", failures)}");
        }

        // Prediction, evaluation and training, each with a driver of its own.
        Assert.Equal(3, device.Drivers.Count);
        Assert.All(device.Drivers, driver => Assert.True(driver.Launches > 0));
        Assert.Equal(0, device.Held);
    }
}
