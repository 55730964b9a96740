using System.Reflection;
using ILGPU.Runtime;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Ilgpu;
using NetCompiler.Runtime;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>
/// Whole networks on an accelerator of ILGPU, by the driver and the kernels that are emitted into their compilation.
/// </summary>
public class IlgpuNetworkTests
{
    [Theory]
    // Threads that wait for each other are slow, so these are fewer and smaller ones than those whose PTX is interpreted.
    [InlineData("LeNet5", 1)]
    [InlineData("Residual", 2)]
    [InlineData("Lstm", 3)]
    [InlineData("Embedding", 2)]
    [InlineData("Random", 4)]
    public void NetworksComputeWhatTheReferenceComputes(string name, int batch)
    {
        var @case = DeviceCases.Of(name, batch);
        using var accelerator = new TestAccelerator();
        using (var network = On(DeviceCases.Create(@case, ilgpu: true), accelerator.Accelerator))
        {
            Assert.Equal(accelerator.Accelerator.Name, network.Device.Name);
            Assert.True(((DriverDevice)network.Device).IsSinglePrecision);
            var failures = CaseRunner.Run(@case, network, DeviceCases.Numbers(@case), DeviceCases.Width);
            Assert.True(failures.Count == 0, $"{@case}\n{string.Join("\n", failures)}");
        }

        accelerator.AssertWasUsedAndLeft();
    }

    [Fact]
    public void ANetworkWithoutKernelsForIlgpuSaysSo()
    {
        // Tables and PTX are there, and of another network ILGPU's kernels.
        var assembly = DeviceCases.Create(DeviceCases.Of("Lstm", 1), ilgpu: true).GetType().Assembly;
        using var accelerator = new TestAccelerator();
        var driver = (IDeviceDriver)Activator.CreateInstance(
            assembly.GetType("NetCompiler.Runtime.IlgpuDriver", throwOnError: true)!, accelerator.Accelerator,
            Activator.CreateInstance(assembly.GetType("NetCompiler.Runtime.IlgpuBuffers", throwOnError: true)!, accelerator.Accelerator))!;
        using var network = DeviceCases.Create(DeviceCases.Of("Lstm", 1)).On(new DriverDevice(driver.Name, () => driver));
        Assert.Equal("Predict: no kernels were compiled for ILGPU: reference it in the network's project.",
            Assert.Throws<DeviceException>(() => network.Predict(new float[15])).Message);
    }

    // network.On(accelerator), which is emitted beside the network.
    internal static Network On(Network network, Accelerator accelerator)
    {
        var method = network.GetType().Assembly.GetType("NetCompiler.IlgpuDevices", throwOnError: true)!
            .GetMethod("On", BindingFlags.Static | BindingFlags.Public)!.MakeGenericMethod(network.GetType());
        Assert.Same(network, method.Invoke(null, [network, accelerator]));
        return network;
    }
}
