namespace NetCompiler.Runtime;

/// <summary>
/// A driver of a device that copies while it computes: with streams besides that of launches, and memory of the process that such copies
/// take without the process.
/// </summary>
/// <remarks><see cref="IDeviceDriver.Synchronize"/> waits for all streams. Nothing of this is called while launches are noted.</remarks>
public unsafe interface IOverlappingDriver : IDeviceDriver
{
    /// <summary>
    /// Allocates page-locked memory of the process, with nothing particular in it: copies between it and the device never hold the process up.
    /// It is scarce.
    /// </summary>
    /// <param name="bytes">How much, more than 0.</param>
    /// <returns>Its address, aligned to 64 bytes at least; null where it is refused. Never throws.</returns>
    void* AllocateHost(long bytes);

    /// <summary>Frees page-locked memory that no copy is using.</summary>
    /// <param name="memory">What <see cref="AllocateHost"/> gave.</param>
    void FreeHost(void* memory);

    /// <summary>Copies to the device in <see cref="DeviceStream.Upload"/>. The source stays as it is until that has been waited for.</summary>
    /// <param name="to">An address on the device.</param>
    /// <param name="from">An address of this process.</param>
    /// <param name="bytes">How much.</param>
    void UploadAside(nint to, void* from, long bytes);

    /// <summary>
    /// Copies from the device in <see cref="DeviceStream.Download"/>. What is copied is there when that has been waited for; where the
    /// memory is not page-locked, it may be before this returns.
    /// </summary>
    /// <param name="to">An address of this process.</param>
    /// <param name="from">An address on the device.</param>
    /// <param name="bytes">How much.</param>
    void DownloadAside(void* to, nint from, long bytes);

    /// <summary>Makes an event: a place in what a stream does, which others wait for.</summary>
    /// <returns>A handle, never 0.</returns>
    nint CreateEvent();

    /// <summary>Lets go of an event.</summary>
    /// <param name="handle">What <see cref="CreateEvent"/> gave.</param>
    void FreeEvent(nint handle);

    /// <summary>Puts an event behind all that a stream has been asked for, in place of where it was.</summary>
    /// <param name="handle">What <see cref="CreateEvent"/> gave.</param>
    /// <param name="stream">The stream.</param>
    void Record(nint handle, DeviceStream stream);

    /// <summary>Has a stream wait for an event, as it is recorded now, before it does what it is asked for from here on.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="handle">The event.</param>
    void Wait(DeviceStream stream, nint handle);

    /// <summary>Waits until an event has come.</summary>
    /// <param name="handle">The event.</param>
    /// <exception cref="DeviceException">Something before it failed.</exception>
    void WaitFor(nint handle);
}
