using NetCompiler.Runtime;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>A driver that does nothing and allocates nothing.</summary>
internal unsafe class IdleDriver(bool canCapture) : IDeviceDriver
{
    public string Name => "idle";

    public bool CanCapture => canCapture;

    public nint LoadModule(DevicePass pass) => 1;

    public nint Function(nint module, string kernel) => 1;

    public void UnloadModule(nint module)
    {
    }

    public nint Allocate(long bytes) => 16;

    public void Free(nint memory)
    {
    }

    public void Upload(nint to, void* from, long bytes)
    {
    }

    public void Download(void* to, nint from, long bytes)
    {
    }

    public void Clear(nint memory, long bytes)
    {
    }

    public void Launch(nint function, Dim3 grid, Dim3 group, void** arguments)
    {
    }

    public void BeginCapture()
    {
    }

    public nint EndCapture() => 1;

    public void CancelCapture()
    {
    }

    public void Replay(nint graph)
    {
    }

    public void FreeGraph(nint graph)
    {
    }

    public void Synchronize()
    {
    }

    public void Dispose()
    {
    }
}
