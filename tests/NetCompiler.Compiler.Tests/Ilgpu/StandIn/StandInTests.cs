using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.StandIn;
using NetCompiler.Compiler.Tests.Devices;
using NetCompiler.Compiler.Tests.Kernels;
using NetCompiler.Compiler.Tests.Support;

namespace NetCompiler.Compiler.Tests.Ilgpu;

/// <summary>What the stand-in finds that ILGPU itself would not say.</summary>
public class StandInTests
{
    [Fact]
    public void IndicesOutsideAreCaught()
    {
        var kernel = SampleKernels.Neighbours(shift: 1);
        var error = Assert.ThrowsAny<Exception>(() => TestAccelerator.Launch(
            KernelSource.CompileIlgpu(kernel).Method("Kernels", kernel.Name), (1, 1, 1), (8, 1, 1), [(new float[8], 0L), (new float[8], 0L), 8]));
        Assert.Contains("Element 8 of a view of 8", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void BarriersThatThreadsMissAreCaught()
    {
        var error = Assert.Throws<InvalidOperationException>(() => KernelLauncher.Launch(new KernelConfig(1, 4), () =>
        {
            if (Group.IdxX < 2)
                Group.Barrier();
        }));
        Assert.Contains("2 threads wait at a barrier", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("if (Group.IdxX < 2) { Group.Barrier(); }", "2 threads wait at a barrier that 2 threads never came to")]
    [InlineData("if (Group.IdxX < 2) { Group.Barrier(); } else { Group.Barrier(); }", "different barriers: 1 and 2")]
    public void BarriersThatThreadsMissAreCaughtInSteps(string body, string message)
    {
        var kernel = TestAccelerator.Prepare($"public static void Kernel() {{ {body} }}");
        var source = CompiledSource.Compile($"using ILGPU;\npublic static class Kernels {{ {kernel} }}");
        var error = Assert.Throws<InvalidOperationException>(() =>
            TestAccelerator.Launch(source.Method("Kernels", "Kernel"), (1, 1, 1), (4, 1, 1), []));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingBarrierShowsInSteps()
    {
        var (written, behind, ahead) = (new int[2, 4], new int[4], new int[4]);
        KernelLauncher.LaunchInSteps(new KernelConfig(1, 4), Kernel);
        Assert.Equal([0, 0, 0, 1], behind);
        Assert.Equal([1, 0, 0, 0], ahead);

        IEnumerable<int> Kernel()
        {
            var i = Group.IdxX;
            written[0, i] = 1;
            behind[i] = written[0, Math.Min(i + 1, 3)];
            yield return 1;
            written[1, i] = 1;
            ahead[i] = written[1, Math.Max(i - 1, 0)];
        }
    }

    [Fact]
    public void AMissingBarrierShowsWhicheverNeighbourIsRead()
    {
        var (written, behind, ahead) = (new int[2, 4], new int[4], new int[4]);
        KernelLauncher.Launch(new KernelConfig(1, 4), () =>
        {
            var i = Group.IdxX;
            written[0, i] = 1;
            behind[i] = written[0, Math.Min(i + 1, 3)];
            Group.Barrier();
            written[1, i] = 1;
            ahead[i] = written[1, Math.Max(i - 1, 0)];
        });
        Assert.Equal([0, 0, 0, 1], behind);
        Assert.Equal([1, 0, 0, 0], ahead);
    }

    [Fact]
    public void AContextThatMovesReadsBehindBarriersIsRefused()
    {
        using var accelerator = new TestAccelerator();
        accelerator.Accelerator.Context.Properties.OptimizationLevel = OptimizationLevel.O2;
        using var network = DeviceCases.Create(DeviceCases.Of("LeNet5", 1), ilgpu: true);
        // Threads of the processor run what is there.
        IlgpuNetworkTests.On(network, accelerator.Accelerator);
        accelerator.Accelerator.AcceleratorType = AcceleratorType.Cuda;
        var refusal = Assert.Throws<TargetInvocationException>(() => IlgpuNetworkTests.On(network, accelerator.Accelerator)).InnerException;
        Assert.Equal("threads: expected a context of OptimizationLevel.O1, ILGPU's default, found O2, with which ILGPU moves reads of shared memory "
            + "behind barriers.", Assert.IsType<DeviceException>(refusal).Message);
    }

    [Fact]
    public void AKernelThatIsNotCompiledIsNamed()
    {
        using var accelerator = new TestAccelerator();
        accelerator.Accelerator.RefusedKernel = "Network";
        using var network = IlgpuNetworkTests.On(DeviceCases.Create(DeviceCases.Of("LeNet5", 1), ilgpu: true), accelerator.Accelerator);
        Assert.Equal("threads cannot compile the kernel Network: an internal compiler error",
            Assert.Throws<DeviceException>(() => network.Predict(new float[256])).Message);
    }
}
