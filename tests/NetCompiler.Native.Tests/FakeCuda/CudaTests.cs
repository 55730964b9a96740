using System.Runtime.InteropServices;

namespace NetCompiler.Native.Tests.FakeCuda;

/// <summary>
/// What is said of a driver or a GPU that does not do. The process takes the library for CUDA's, because it is loaded under its name; its
/// functions look at the environment whenever they are called.
/// </summary>
public sealed partial class CudaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netcompiler-cuda-").FullName;

    [NativeFact]
    public void ASentenceSaysWhatIsWrongWithADriverOrAGpu()
    {
        Assert.Contains("There is no CUDA driver", Assert.Throws<DeviceException>(() => Device.Cuda()).Message, StringComparison.Ordinal);
        // Found now, as a driver is that was installed meanwhile.
        NativeLibrary.Load(FakeDriver.Build(_folder));
        Assert.Equal("fake GPU 0", Device.Cuda().Name);
        Assert.Equal("fake GPU 0", Device.Best.Name);
        Assert.Equal("The CUDA driver is of version 11.2: 11.4 or later is needed. Update NVIDIA's display driver, or compute on Device.Cpu.",
            Message("FAKE_CUDA_VERSION", "11020"));
        Assert.Equal("The CUDA driver finds no GPU. Compute on Device.Cpu.", Message("FAKE_CUDA_DEVICES", "0"));
        Assert.Equal("There is no GPU 2: the CUDA driver finds 2, counted from 0.", Message("FAKE_CUDA_DEVICES", "2", gpu: 2));
        Assert.Equal("fake GPU 0 has compute capability 6.0: 7.0 or more is needed.", Message("FAKE_CUDA_CAPABILITY", "6"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Message(string variable, string value, int gpu = 0)
    {
        // .NET keeps an environment of its own, which native code does not see.
        Assert.Equal(0, SetVariable(variable, value, 1));
        try
        {
            Assert.True(gpu > 0 || Device.Best.IsCpu);
            return Assert.Throws<DeviceException>(() => Device.Cuda(gpu)).Message;
        }
        finally
        {
            Assert.Equal(0, UnsetVariable(variable));
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrites);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariable(string name);
}
