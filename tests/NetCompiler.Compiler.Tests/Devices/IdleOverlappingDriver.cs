using System.Runtime.InteropServices;
using NetCompiler.Runtime;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>The same with streams that do nothing.</summary>
internal sealed unsafe class IdleOverlappingDriver(bool canCapture) : IdleDriver(canCapture), IOverlappingDriver
{
    /// <summary>Copies that were asked for beside work.</summary>
    public int CopiesAside { get; private set; }

    public void* AllocateHost(long bytes) => NativeMemory.AlignedAlloc((nuint)bytes, 64);

    public void FreeHost(void* memory) => NativeMemory.AlignedFree(memory);

    public void UploadAside(nint to, void* from, long bytes) => CopiesAside++;

    public void DownloadAside(void* to, nint from, long bytes) => CopiesAside++;

    public nint CreateEvent() => 1;

    public void FreeEvent(nint handle)
    {
    }

    public void Record(nint handle, DeviceStream stream)
    {
    }

    public void Wait(DeviceStream stream, nint handle)
    {
    }

    public void WaitFor(nint handle)
    {
    }
}
