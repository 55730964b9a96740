using System.Runtime.InteropServices;
using NetCompiler.Runtime;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>
/// The same with streams for copies. Copies from the device are done at once unless their stream has to wait, and then as late as the others:
/// what is copied before it has been computed is found, and so is what is read before it has been copied.
/// </summary>
internal sealed unsafe class InterpretedOverlappingDriver(InterpretedDevice device) : InterpretedDriver(device), IOverlappingDriver
{
    private readonly InterpretedStream _upload = new();
    private readonly InterpretedStream _download = new();
    // Where each event is.
    private readonly List<(InterpretedStream Stream, long Place)?> _events = [];

    public override int Held => base.Held + _events.Count(e => e is not null);

    /// <summary>Copies that were asked for beside work.</summary>
    public int CopiesAside { get; private set; }

    public void* AllocateHost(long bytes)
    {
        Assert.True(bytes > 0, "memory of some bytes");
        if (Device.Locked.Count == Device.LargestLocked)
            return null;
        var memory = NativeMemory.AlignedAlloc((nuint)bytes, 64);
        NativeMemory.Fill(memory, (nuint)bytes, 0xFF);
        Device.Locked.Add((nint)memory);
        return memory;
    }

    public void FreeHost(void* memory)
    {
        RunAll();
        Assert.True(Device.Locked.Remove((nint)memory), "memory that was allocated");
        NativeMemory.AlignedFree(memory);
    }

    public void UploadAside(nint to, void* from, long bytes)
    {
        CopiesAside++;
        Upload(_upload, to, from, bytes);
        if (Device.UploadsEarly)
            _upload.RunTo(_upload.End);
    }

    public void DownloadAside(void* to, nint from, long bytes)
    {
        CopiesAside++;
        var waits = !_download.IsIdle;
        Download(_download, to, from, bytes);
        if (!waits)
            _download.RunTo(_download.End);
    }

    public nint CreateEvent()
    {
        _events.Add((Work, 0));
        return _events.Count;
    }

    public void FreeEvent(nint handle)
    {
        Assert.NotNull(_events[(int)handle - 1]);
        _events[(int)handle - 1] = null;
    }

    public void Record(nint handle, DeviceStream stream)
    {
        Device.Count();
        Assert.NotNull(_events[(int)handle - 1]);
        _events[(int)handle - 1] = (Stream(stream), Stream(stream).End);
    }

    public void Wait(DeviceStream stream, nint handle)
    {
        Device.Count();
        if (!Device.CountWait())
            return;
        var (other, place) = _events[(int)handle - 1]!.Value;
        Stream(stream).Ask(() => other.RunTo(place));
    }

    public void WaitFor(nint handle)
    {
        Device.Count();
        if (!Device.CountWait())
            return;
        var (stream, place) = _events[(int)handle - 1]!.Value;
        stream.RunTo(place);
        Check();
    }

    protected override void RunAll()
    {
        base.RunAll();
        _upload.RunTo(_upload.End);
        _download.RunTo(_download.End);
    }

    private InterpretedStream Stream(DeviceStream stream) => stream switch
    {
        DeviceStream.Upload => _upload,
        DeviceStream.Download => _download,
        _ => Work,
    };
}
