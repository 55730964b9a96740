using System.Text;
using NetCompiler.Compiler.Tests.Simt.Ptx;
using NetCompiler.Runtime;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>
/// A device without a device: memory of this process, and kernels whose PTX is interpreted. It notes and replays launches too. What it is
/// asked for it does when it is waited for.
/// </summary>
internal unsafe class InterpretedDriver(InterpretedDevice device) : IDeviceDriver
{
    private readonly InterpretedStream _work = new();
    private readonly PtxMemory _memory = device.Memory;
    private readonly List<PtxModule?> _modules = [];
    private readonly List<PtxFunction> _functions = [];
    private readonly List<List<Action>?> _graphs = [];
    private List<Action>? _capture;
    private string? _failed;

    /// <summary>Launches, and copies in order with them.</summary>
    protected InterpretedStream Work => _work;

    protected InterpretedDevice Device => device;

    public string Name => device.Device.Name;

    public bool CanCapture => device.CanCapture;

    /// <summary>Launches that were done, replayed ones among them.</summary>
    public int Launches { get; private set; }

    /// <summary>Replays.</summary>
    public int Replays { get; private set; }

    /// <summary>What has been made and not freed: modules, graphs, and the driver itself.</summary>
    public virtual int Held => _modules.Count(m => m is not null) + _graphs.Count(g => g is not null) + (IsOpen ? 1 : 0);

    public bool IsOpen { get; private set; } = true;

    public nint LoadModule(DevicePass pass)
    {
        var module = pass.PtxFor(device.Capability);
        Assert.True(module is [.., 0], "a module that ends with a zero");
        _modules.Add(PtxModule.Parse(Encoding.UTF8.GetString(module.AsSpan()[..^1])));
        return _modules.Count;
    }

    public nint Function(nint module, string kernel)
    {
        _functions.Add(_modules[(int)module - 1]!.Functions[kernel]);
        return _functions.Count;
    }

    public void UnloadModule(nint module) => _modules[(int)module - 1] = null;

    public nint Allocate(long bytes)
    {
        Assert.True(bytes > 0, "memory of some bytes");
        if (device.Buffers.Count == device.LargestBuffers)
            throw new DeviceException("out of memory");
        // What a device hands out is not empty.
        var data = new byte[bytes];
        Array.Fill(data, (byte)0xFF);
        var address = (nint)_memory.Add(data);
        device.Buffers.Add(address);
        return address;
    }

    public void Free(nint memory)
    {
        // As the driver does: memory is freed when nothing that was asked for can use it.
        RunAll();
        Assert.True(device.Buffers.Remove(memory), "memory that was allocated");
        Assert.True(_memory.Remove(memory));
    }

    /// <summary>Bytes that were copied to the device.</summary>
    public long Uploaded { get; private set; }

    /// <summary>Bytes that were copied from the device.</summary>
    public long Downloaded { get; private set; }

    public void Upload(nint to, void* from, long bytes) => Upload(_work, to, from, bytes);

    public void Download(void* to, nint from, long bytes) => Download(_work, to, from, bytes);

    public void Clear(nint memory, long bytes) => Do(() => _memory.Bytes(memory, bytes).Clear());

    public void Launch(nint function, Dim3 grid, Dim3 group, void** arguments)
    {
        device.Count();
        var kernel = _functions[(int)function - 1];
        if (kernel.Name == device.RefusedKernel)
            throw new DeviceException("too many resources requested");
        var launching = device.Launching;
        device.Launching = null;
        launching?.Invoke();
        Assert.Equal((kernel.Group.X, kernel.Group.Y, kernel.Group.Z), (group.X, group.Y, group.Z));
        // As the driver does: arguments are read when the launch is asked for.
        var values = kernel.Parameters.Select((p, i) => p.Type == "u64" ? *(long*)arguments[i] : *(int*)arguments[i]).ToArray();
        Do(() =>
        {
            Launches++;
            if (kernel.Name == device.FailingKernel)
                _failed = "an illegal address was touched.";
            else
                PtxInterpreter.Run(kernel, (grid.X, grid.Y, grid.Z), _memory, values);
        });
    }

    public void BeginCapture()
    {
        Assert.Null(_capture);
        _capture = [];
    }

    public nint EndCapture()
    {
        _graphs.Add(_capture!);
        _capture = null;
        return _graphs.Count;
    }

    public void CancelCapture() => _capture = null;

    public void Replay(nint graph)
    {
        device.Count();
        Replays++;
        foreach (var action in _graphs[(int)graph - 1]!)
            _work.Ask(action);
    }

    public void FreeGraph(nint graph) => _graphs[(int)graph - 1] = null;

    public void Synchronize()
    {
        Assert.Null(_capture);
        RunAll();
        Check();
    }

    public void Dispose() => IsOpen = false;

    /// <summary>Does all that was asked for.</summary>
    protected virtual void RunAll() => _work.RunTo(_work.End);

    /// <summary>Complains of what has failed.</summary>
    protected void Check()
    {
        if ((device.IsLost ? "the device is lost." : _failed) is { } what)
            throw new DeviceException(what);
    }

    protected void Upload(InterpretedStream stream, nint to, void* from, long bytes)
    {
        Assert.Null(_capture);
        device.Count();
        Uploaded += bytes;
        stream.Ask(() => new ReadOnlySpan<byte>(from, checked((int)bytes)).CopyTo(_memory.Bytes(to, bytes)));
    }

    protected void Download(InterpretedStream stream, void* to, nint from, long bytes)
    {
        Assert.Null(_capture);
        device.Count();
        if (device.IsLost)
            return;
        Downloaded += bytes;
        stream.Ask(() => _memory.Bytes(from, bytes).CopyTo(new Span<byte>(to, checked((int)bytes))));
    }

    private void Do(Action action)
    {
        if (_capture is null)
            _work.Ask(action);
        else
            _capture.Add(action);
    }
}
