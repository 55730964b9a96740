using System.Runtime.InteropServices;
using System.Text;
using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>
/// An NVIDIA GPU by the driver's own library: in the context that all of the process share, with a stream of its own, in which copies and
/// launches run in order, and two more for copies besides, from when on there are any.
/// </summary>
internal sealed unsafe class CudaDriver : IOverlappingDriver
{
    // The instruction set that kernels are printed for.
    private const int LeastCapability = 70;
    // CUDA 11.4: the first driver with all functions that are called.
    private const int LeastVersion = 11040;
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;
    private const int NonBlockingStream = 1;
    private const int EventWithoutTime = 2;
    private const int CaptureOfThread = 1;
    private const int ErrorLogBuffer = 5;
    private const int ErrorLogBufferSize = 6;
    private const int ErrorLogBytes = 8192;

    private readonly int _device;
    private readonly nint _context;
    private readonly int _capability;
    // By DeviceStream.
    private readonly nint[] _streams = new nint[(int)DeviceStream.Download + 1];
    private bool _copiesAside;
    private bool _disposed;

    private CudaDriver(int device, nint context, int capability, string name)
    {
        (_device, _context, _capability, Name) = (device, context, capability, name);
        Current();
        _ = Stream(DeviceStream.Work);
    }

    private nint Work => _streams[(int)DeviceStream.Work];

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool CanCapture => true;

    /// <summary>Opens a GPU.</summary>
    /// <param name="index">Its number, 0 for the first.</param>
    /// <exception cref="DeviceException">There is no driver, no such GPU, or it is too old; the message says which.</exception>
    public static CudaDriver Open(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (!CudaNative.IsPresent)
        {
            throw new DeviceException(
                $"There is no CUDA driver: {CudaNative.FileName} cannot be loaded. Install NVIDIA's display driver, or compute on "
                + "Device.Cpu.");
        }

        int version, count, device, major, minor;
        Check(CudaNative.DriverGetVersion(&version), "tell its version");
        if (version < LeastVersion)
        {
            throw new DeviceException(
                Invariant($"The CUDA driver is of version {version / 1000}.{version % 1000 / 10}: 11.4 or later is needed. ")
                + "Update NVIDIA's display driver, or compute on Device.Cpu.");
        }

        Check(CudaNative.Init(0), "start");
        Check(CudaNative.DeviceGetCount(&count), "count the GPUs");
        if (index >= count)
        {
            throw new DeviceException(count == 0
                ? "The CUDA driver finds no GPU. Compute on Device.Cpu."
                : Invariant($"There is no GPU {index}: the CUDA driver finds {count}, counted from 0."));
        }

        Check(CudaNative.DeviceGet(&device, index), "find the GPU");
        Check(CudaNative.DeviceGetAttribute(&major, CapabilityMajor, device), "ask for the compute capability");
        Check(CudaNative.DeviceGetAttribute(&minor, CapabilityMinor, device), "ask for the compute capability");
        const int Length = 256;
        var text = stackalloc byte[Length];
        Check(CudaNative.DeviceGetName(text, Length, device), "ask for the GPU's name");
        var name = Marshal.PtrToStringUTF8((nint)text) ?? "";
        var capability = major * 10 + minor;
        if (capability < LeastCapability)
            throw new DeviceException(Invariant($"{name} has compute capability {major}.{minor}: 7.0 or more is needed."));
        nint context;
        Check(CudaNative.DevicePrimaryCtxRetain(&context, device), "open the GPU");
        try
        {
            return new CudaDriver(device, context, capability, name);
        }
        catch
        {
            _ = CudaNative.DevicePrimaryCtxRelease(device);
            throw;
        }
    }

    /// <inheritdoc/>
    public nint LoadModule(DevicePass pass)
    {
        var ptx = pass.PtxFor(_capability) ?? throw new DeviceException(
            $"{pass.Info.Name}: no PTX was compiled for {Name}. Set NetCompilerCuda to true in the network's project.");
        Current();
        var log = new byte[ErrorLogBytes];
        fixed (byte* image = ptx, message = log)
        {
            nint loaded;
            var names = stackalloc int[] { ErrorLogBuffer, ErrorLogBufferSize };
            var values = stackalloc void*[] { message, (void*)ErrorLogBytes };
            var error = CudaNative.ModuleLoadDataEx(&loaded, image, 2, names, values);
            if (error != 0)
            {
                var text = Encoding.UTF8.GetString(log).TrimEnd('\0', '\n');
                throw new DeviceException($"{Name} refuses the kernels: {ErrorText(error)} {text}");
            }

            return loaded;
        }
    }

    /// <inheritdoc/>
    public nint Function(nint module, string kernel)
    {
        Current();
        nint function;
        Check(CudaNative.ModuleGetFunction(&function, module, kernel), $"find the kernel {kernel}");
        return function;
    }

    /// <inheritdoc/>
    public void UnloadModule(nint module)
    {
        // Of a context that has failed nothing can be freed, nor has to be.
        _ = CudaNative.CtxSetCurrent(_context);
        _ = CudaNative.ModuleUnload(module);
    }

    /// <inheritdoc/>
    public nint Allocate(long bytes)
    {
        Current();
        nint memory;
        Check(CudaNative.MemAlloc(&memory, checked((nuint)bytes)), Invariant($"allocate {bytes} bytes"));
        return memory;
    }

    /// <inheritdoc/>
    public void Free(nint memory)
    {
        _ = CudaNative.CtxSetCurrent(_context);
        _ = CudaNative.MemFree(memory);
    }

    /// <inheritdoc/>
    public void Upload(nint to, void* from, long bytes)
    {
        Current();
        Check(CudaNative.MemcpyHtoDAsync(to, from, (nuint)bytes, Work), "copy to the GPU");
    }

    /// <inheritdoc/>
    public void Download(void* to, nint from, long bytes)
    {
        Current();
        Check(CudaNative.MemcpyDtoHAsync(to, from, (nuint)bytes, Work), "copy from the GPU");
    }

    /// <inheritdoc/>
    public void Clear(nint memory, long bytes)
    {
        Current();
        Check(CudaNative.MemsetD8Async(memory, 0, (nuint)bytes, Work), "clear memory");
    }

    /// <inheritdoc/>
    public void Launch(nint function, Dim3 grid, Dim3 group, void** arguments)
    {
        Current();
        Check(CudaNative.LaunchKernel(function, (uint)grid.X, (uint)grid.Y, (uint)grid.Z, (uint)group.X, (uint)group.Y, (uint)group.Z,
            0, Work, arguments, null), "launch it");
    }

    /// <inheritdoc/>
    public void BeginCapture()
    {
        Current();
        Check(CudaNative.StreamBeginCapture(Work, CaptureOfThread), "begin a graph");
    }

    /// <inheritdoc/>
    public nint EndCapture()
    {
        Current();
        nint graph, executable;
        Check(CudaNative.StreamEndCapture(Work, &graph), "end a graph");
        try
        {
            Check(CudaNative.GraphInstantiate(&executable, graph, 0), "make a graph ready");
            return executable;
        }
        finally
        {
            _ = CudaNative.GraphDestroy(graph);
        }
    }

    /// <inheritdoc/>
    public void CancelCapture()
    {
        nint graph = 0;
        _ = CudaNative.CtxSetCurrent(_context);
        _ = CudaNative.StreamEndCapture(Work, &graph);
        if (graph != 0)
            _ = CudaNative.GraphDestroy(graph);
    }

    /// <inheritdoc/>
    public void Replay(nint graph)
    {
        Current();
        Check(CudaNative.GraphLaunch(graph, Work), "run a graph");
    }

    /// <inheritdoc/>
    public void FreeGraph(nint graph)
    {
        _ = CudaNative.CtxSetCurrent(_context);
        _ = CudaNative.GraphExecDestroy(graph);
    }

    /// <inheritdoc/>
    public void Synchronize()
    {
        Current();
        foreach (var stream in _copiesAside ? _streams : _streams.AsSpan(0, 1))
        {
            if (stream != 0)
                Check(CudaNative.StreamSynchronize(stream), "finish what it was asked for");
        }

        _copiesAside = false;
    }

    /// <inheritdoc/>
    public void* AllocateHost(long bytes)
    {
        void* memory;
        return CudaNative.CtxSetCurrent(_context) == 0 && CudaNative.MemAllocHost(&memory, (nuint)bytes) == 0 ? memory : null;
    }

    /// <inheritdoc/>
    public void FreeHost(void* memory)
    {
        _ = CudaNative.CtxSetCurrent(_context);
        _ = CudaNative.MemFreeHost(memory);
    }

    /// <inheritdoc/>
    public void UploadAside(nint to, void* from, long bytes)
    {
        Current();
        _copiesAside = true;
        Check(CudaNative.MemcpyHtoDAsync(to, from, (nuint)bytes, Stream(DeviceStream.Upload)), "copy to the GPU");
    }

    /// <inheritdoc/>
    public void DownloadAside(void* to, nint from, long bytes)
    {
        Current();
        _copiesAside = true;
        Check(CudaNative.MemcpyDtoHAsync(to, from, (nuint)bytes, Stream(DeviceStream.Download)), "copy from the GPU");
    }

    /// <inheritdoc/>
    public nint CreateEvent()
    {
        Current();
        nint handle;
        Check(CudaNative.EventCreate(&handle, EventWithoutTime), "create an event");
        return handle;
    }

    /// <inheritdoc/>
    public void FreeEvent(nint handle)
    {
        _ = CudaNative.CtxSetCurrent(_context);
        _ = CudaNative.EventDestroy(handle);
    }

    /// <inheritdoc/>
    public void Record(nint handle, DeviceStream stream)
    {
        Current();
        Check(CudaNative.EventRecord(handle, Stream(stream)), "record an event");
    }

    /// <inheritdoc/>
    public void Wait(DeviceStream stream, nint handle)
    {
        Current();
        Check(CudaNative.StreamWaitEvent(Stream(stream), handle, 0), "have a stream wait");
    }

    /// <inheritdoc/>
    public void WaitFor(nint handle)
    {
        Current();
        Check(CudaNative.EventSynchronize(handle), "finish what it was asked for");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _ = CudaNative.CtxSetCurrent(_context);
        foreach (var stream in _streams)
        {
            if (stream != 0)
                _ = CudaNative.StreamDestroy(stream);
        }

        _ = CudaNative.DevicePrimaryCtxRelease(_device);
    }

    private nint Stream(DeviceStream which)
    {
        ref var stream = ref _streams[(int)which];
        if (stream == 0)
        {
            nint created;
            Check(CudaNative.StreamCreate(&created, NonBlockingStream), "create a stream");
            stream = created;
        }

        return stream;
    }

    // A context is current for a thread: the one that calls may be another than last time.
    private void Current() => Check(CudaNative.CtxSetCurrent(_context), "enter the context");

    private static void Check(int error, string what)
    {
        if (error != 0)
            throw new DeviceException($"CUDA could not {what}: {ErrorText(error)}");
    }

    private static string ErrorText(int error)
    {
        byte* text;
        var known = CudaNative.GetErrorString(error, &text) == 0 ? Marshal.PtrToStringUTF8((nint)text) : null;
        return Invariant($"{known ?? "unknown error"} ({error}).");
    }
}
