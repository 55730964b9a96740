using System.Text;
using NetCompiler.Runtime;

namespace NetCompiler.Compiler.Tests.Simt.Ptx;

/// <summary>A device without a device: memory of this process, and kernels whose PTX is interpreted. It notes and replays launches too.</summary>
internal sealed unsafe class InterpretedDriver : IDeviceDriver
{
    private readonly PtxMemory _memory = new();
    private readonly Dictionary<nint, byte[]> _buffers = [];
    private readonly List<PtxModule> _modules = [];
    private readonly List<PtxFunction> _functions = [];
    private readonly List<List<Action>> _graphs = [];
    private List<Action>? _capture;

    public string Name => "interpreter of PTX";

    /// <summary>Launches so far.</summary>
    public int Launches { get; private set; }

    /// <summary>Replays so far.</summary>
    public int Replays { get; private set; }

    /// <summary>What has been allocated and not freed: memory, modules and graphs.</summary>
    public int Held => _buffers.Count + _modules.Count(m => m is not null) + _graphs.Count(g => g is not null);

    public nint LoadModule(ReadOnlySpan<byte> module)
    {
        _modules.Add(PtxModule.Parse(Encoding.UTF8.GetString(module)));
        return _modules.Count;
    }

    public nint Function(nint module, string name)
    {
        _functions.Add(_modules[(int)module - 1].Functions[name]);
        return _functions.Count;
    }

    public void UnloadModule(nint module) => _modules[(int)module - 1] = null!;

    public nint Allocate(long bytes)
    {
        // What a device hands out is not empty.
        var data = new byte[bytes];
        Array.Fill(data, (byte)0xFF);
        var address = (nint)_memory.Add(data);
        _buffers.Add(address, data);
        return address;
    }

    public void Free(nint memory) => Assert.True(_buffers.Remove(memory), "memory that was allocated");

    public void Upload(nint to, void* from, long bytes)
    {
        Assert.Null(_capture);
        new ReadOnlySpan<byte>(from, (int)bytes).CopyTo(_buffers[to]);
    }

    public void Download(void* to, nint from, long bytes)
    {
        Assert.Null(_capture);
        _buffers[from].AsSpan(0, (int)bytes).CopyTo(new Span<byte>(to, (int)bytes));
    }

    public void Clear(nint memory, long bytes) => Do(() => _buffers[memory].AsSpan(0, (int)bytes).Clear());

    public void Launch(nint function, (int X, int Y, int Z) groups, (int X, int Y, int Z) threads, void** arguments)
    {
        var kernel = _functions[(int)function - 1];
        Assert.Equal(kernel.Group, threads);
        // As the driver does: arguments are read when the launch is asked for.
        var values = kernel.Parameters.Select((p, i) => p.Type == "u64" ? *(long*)arguments[i] : *(int*)arguments[i]).ToArray();
        Do(() =>
        {
            Launches++;
            PtxInterpreter.Run(kernel, groups, _memory, values);
        });
    }

    public void BeginCapture() => _capture = [];

    public nint EndCapture()
    {
        _graphs.Add(_capture!);
        _capture = null;
        return _graphs.Count;
    }

    public void Replay(nint graph)
    {
        Replays++;
        foreach (var action in _graphs[(int)graph - 1])
            action();
    }

    public void FreeGraph(nint graph) => _graphs[(int)graph - 1] = null!;

    public void Synchronize() => Assert.Null(_capture);

    public void Dispose()
    {
    }

    private void Do(Action action)
    {
        if (_capture is null)
            action();
        else
            _capture.Add(action);
    }
}
