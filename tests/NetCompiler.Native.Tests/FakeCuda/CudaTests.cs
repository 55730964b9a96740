using System.Runtime.InteropServices;
using Digits;

namespace NetCompiler.Native.Tests.FakeCuda;

/// <summary>
/// What is said of a driver or a GPU that does not do, and in which order a driver is asked. The process takes the library for CUDA's, because
/// it is loaded under its name; its functions look at the environment whenever they are called.
/// </summary>
public sealed partial class CudaTests : IDisposable
{
    private static readonly Lazy<string> s_withoutDriver = new(LoadDriver);
    private readonly string _folder = Directory.CreateTempSubdirectory("netcompiler-cuda-").FullName;

    [NativeFact]
    public void ASentenceSaysWhatIsWrongWithADriverOrAGpu()
    {
        Assert.Contains("There is no CUDA driver", s_withoutDriver.Value, StringComparison.Ordinal);
        // Found now, as a driver is that was installed meanwhile.
        Assert.Equal("fake GPU 0", Device.Cuda().Name);
        Assert.Equal("fake GPU 0", Device.Best.Name);
        Assert.Equal("The CUDA driver is of version 11.2: 11.4 or later is needed. Update NVIDIA's display driver, or compute on Device.Cpu.",
            Message("FAKE_CUDA_VERSION", "11020"));
        Assert.Equal("The CUDA driver finds no GPU. Compute on Device.Cpu.", Message("FAKE_CUDA_DEVICES", "0"));
        Assert.Equal("There is no GPU 2: the CUDA driver finds 2, counted from 0.", Message("FAKE_CUDA_DEVICES", "2", gpu: 2));
        Assert.Equal("fake GPU 0 has compute capability 6.0: 7.0 or more is needed.", Message("FAKE_CUDA_CAPABILITY", "6"));
    }

    // Streams by their numbers: 1 computes, 2 copies to the device, 3 from it. Events of a batch: it is up, it is computed, it is down.
    [NativeFact]
    public void PartsOfABatchGoUpAndComeDownWhileOthersAreComputed()
    {
        Assert.NotEmpty(s_withoutDriver.Value);
        Assert.Equal(
            """
            2: up 25088, locked
            2: event 1
            1: wait for event 1
            1: launch Network
            1: event 2
            3: wait for event 2
            3: down 1280, locked
            3: event 3
            2: up 25088, locked
            2: event 4
            1: wait for event 4
            1: launch Network
            1: event 5
            3: wait for event 5
            3: down 1280, locked
            3: event 6
            wait for event 3
            2: up 12544, locked
            2: event 1
            1: wait for event 1
            1: launch Network
            1: event 2
            3: wait for event 2
            3: down 640, locked
            3: event 3
            wait for event 6
            wait for event 3

            """,
            Trace(80));
    }

    [NativeFact]
    public void ABatchThatIsOnePartIsCopiedWhereItIsComputed()
    {
        Assert.NotEmpty(s_withoutDriver.Value);
        Assert.Equal(
            """
            1: up 25088, locked
            1: launch Network
            1: down 1280, locked
            1: event 3
            wait for event 3

            """,
            Trace(32));
    }

    [NativeFact]
    public void WithoutPageLockedMemoryResultsComeWhenTheNextPartIsAskedFor()
    {
        Assert.NotEmpty(s_withoutDriver.Value);
        Assert.Equal(
            """
            2: up 25088, pageable
            2: event 1
            1: wait for event 1
            1: launch Network
            1: event 2
            2: up 12544, pageable
            2: event 4
            1: wait for event 4
            1: launch Network
            1: event 5
            3: wait for event 2
            3: down 1280, pageable
            3: event 3
            wait for event 3
            3: wait for event 5
            3: down 640, pageable
            3: event 6
            wait for event 6

            """,
            With("FAKE_CUDA_REFUSES", "locked", () => Trace(48)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // What a session with room for 32 samples asks for to predict so many.
    private string Trace(int samples)
    {
        using var network = DigitNet.Load(typeof(CudaTests).Assembly, "DigitNet.safetensors").On(Device.Cuda());
        using var session = network.CreateSession(32);
        var outputs = new float[samples * 10];
        var trace = Path.Combine(_folder, "trace");
        // Parameters go up before, and what is derived from them.
        session.Predict(ReadOnlySpan<byte>.Empty, outputs);
        With("FAKE_CUDA_TRACE", trace, () =>
        {
            session.Predict(new byte[samples * 784], outputs);
            return "";
        });
        Assert.Equal(Enumerable.Range(0, samples * 10).Select(i => i % 10 == 7 ? 1f : 0f), outputs);
        return File.ReadAllText(trace);
    }

    private static string Message(string variable, string value, int gpu = 0) => With(variable, value, () =>
    {
        Assert.True(gpu > 0 || Device.Best.IsCpu);
        return Assert.Throws<DeviceException>(() => Device.Cuda(gpu)).Message;
    });

    private static string With(string variable, string value, Func<string> run)
    {
        // .NET keeps an environment of its own, which native code does not see.
        Assert.Equal(0, SetVariable(variable, value, 1));
        try
        {
            return run();
        }
        finally
        {
            Assert.Equal(0, UnsetVariable(variable));
        }
    }

    // What is said before there is a driver.
    private static string LoadDriver()
    {
        var message = Assert.Throws<DeviceException>(() => Device.Cuda()).Message;
        var folder = Directory.CreateTempSubdirectory("netcompiler-cuda-").FullName;
        NativeLibrary.Load(FakeDriver.Build(folder));
        Directory.Delete(folder, recursive: true);
        return message;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrites);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariable(string name);
}
