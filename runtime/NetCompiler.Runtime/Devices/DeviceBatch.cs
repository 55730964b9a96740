namespace NetCompiler.Runtime;

/// <summary>
/// A batch on its way through a pass on a device: the memory there of what the pass reads and writes, and the copies between that and the
/// process. Where the driver overlaps copies with work, two of them take turns.
/// </summary>
/// <remarks>
/// Copies through page-locked memory run by themselves, but what lies there has been copied by the process: so it is used where work hides
/// that, and for little, which costs less than having the driver do the same.
/// </remarks>
internal sealed unsafe class DeviceBatch : IDisposable
{
    /// <summary>The most page-locked memory of a batch. Larger ones are copied from and to where callers have them.</summary>
    internal const long LargestLocked = 64L << 20;

    // What is copied through page-locked memory even where no work hides it.
    private const long LargestDetour = 256 << 10;

    private readonly IDeviceDriver _driver;
    private readonly IOverlappingDriver? _overlapping;
    private readonly DevicePassInfo _info;
    private readonly nint[] _inputs;
    private readonly nint[] _outputs;
    private readonly long _maxBatch;
    // Inputs and then outputs, each with room for the largest batch.
    private readonly long _lockedBytes;
    private readonly nint _uploaded;
    private readonly nint _computed;
    private readonly nint _downloaded;
    private byte* _locked;
    private bool _mayLock;
    private bool _isUploadedAside;
    private bool _isDownloadedAside;
    private bool _isDownloading;

    /// <summary>Allocates what a batch needs on the device.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="info">The pass.</param>
    /// <param name="maxBatch">The largest batch.</param>
    /// <exception cref="DeviceException">The device refuses memory.</exception>
    public DeviceBatch(IDeviceDriver driver, DevicePassInfo info, int maxBatch)
    {
        (_driver, _overlapping, _info, _maxBatch) = (driver, driver as IOverlappingDriver, info, maxBatch);
        (_inputs, _outputs) = (new nint[info.Inputs.Count], new nint[info.Outputs.Count]);
        try
        {
            for (var i = 0; i < _inputs.Length; i++)
                _inputs[i] = driver.Allocate(checked(info.Inputs[i].SizeInBytes * _maxBatch));
            for (var i = 0; i < _outputs.Length; i++)
                _outputs[i] = driver.Allocate(checked(info.Outputs[i].SizeInBytes * _maxBatch));
            if (_overlapping is null)
                return;
            _uploaded = _overlapping.CreateEvent();
            _computed = _overlapping.CreateEvent();
            _downloaded = _overlapping.CreateEvent();
        }
        catch
        {
            Dispose();
            throw;
        }

        foreach (var tensor in info.Inputs)
            _lockedBytes += Room(tensor);
        foreach (var tensor in info.Outputs)
            _lockedBytes += Room(tensor);
        _mayLock = _lockedBytes is > 0 and <= LargestLocked;
        if (_lockedBytes <= LargestDetour)
            Lock();
    }

    /// <summary>Where the inputs of the pass lie on the device.</summary>
    public ReadOnlySpan<nint> Inputs => _inputs;

    /// <summary>Where its outputs lie.</summary>
    public ReadOnlySpan<nint> Outputs => _outputs;

    /// <summary>How many samples were uploaded last.</summary>
    public int Samples { get; private set; }

    /// <summary>Copies samples to the device.</summary>
    /// <param name="inputs">One pointer for each input, which stays as it is until the batch has been waited for.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="aside">True where the device may have other work meanwhile.</param>
    public void Upload(byte** inputs, int samples, bool aside)
    {
        if (aside)
            Lock();
        var room = _locked;
        for (var i = 0; i < _inputs.Length; i++)
        {
            var bytes = (long)_info.Inputs[i].SizeInBytes * samples;
            var from = inputs[i];
            if (Detours(bytes, aside))
            {
                Buffer.MemoryCopy(from, room, bytes, bytes);
                from = room;
            }

            if (aside)
                _overlapping!.UploadAside(_inputs[i], from, bytes);
            else
                _driver.Upload(_inputs[i], from, bytes);
            room += Room(_info.Inputs[i]);
        }

        if (aside)
            _overlapping!.Record(_uploaded, DeviceStream.Upload);
        (Samples, _isUploadedAside) = (samples, aside);
    }

    /// <summary>Has launches from here on wait for the upload.</summary>
    public void AwaitUpload()
    {
        if (_isUploadedAside)
            _overlapping!.Wait(DeviceStream.Work, _uploaded);
    }

    /// <summary>Says that all launches have been asked for, and has the results copied as soon as they are there, if that holds nobody up.</summary>
    /// <param name="aside">True where the device may have other work meanwhile.</param>
    public void BeginDownload(bool aside)
    {
        (_isDownloadedAside, _isDownloading) = (aside, Detours(OutputBytes, aside));
        if (aside)
            _overlapping!.Record(_computed, DeviceStream.Work);
        if (_isDownloading)
            Download(null);
    }

    /// <summary>Waits for the results.</summary>
    /// <param name="outputs">One pointer for each output, which the results are copied to.</param>
    public void Finish(byte** outputs)
    {
        if (!_isDownloading)
            Download(outputs);
        if (_overlapping is null)
            _driver.Synchronize();
        else
            _overlapping.WaitFor(_downloaded);
        if (!_isDownloading)
            return;
        var room = FirstLockedOutput;
        for (var i = 0; i < _outputs.Length; i++)
        {
            var bytes = (long)_info.Outputs[i].SizeInBytes * Samples;
            Buffer.MemoryCopy(room, outputs[i], bytes, bytes);
            room += Room(_info.Outputs[i]);
        }
    }

    /// <summary>Frees everything. No copy may be on its way.</summary>
    public void Dispose()
    {
        foreach (var memory in _inputs)
            Free(memory);
        foreach (var memory in _outputs)
            Free(memory);
        if (_overlapping is null)
            return;
        FreeEvent(_uploaded);
        FreeEvent(_computed);
        FreeEvent(_downloaded);
        if (_locked != null)
            _overlapping.FreeHost(_locked);
        _locked = null;

        void Free(nint memory)
        {
            if (memory != 0)
                _driver.Free(memory);
        }

        void FreeEvent(nint handle)
        {
            if (handle != 0)
                _overlapping.FreeEvent(handle);
        }
    }

    private byte* FirstLockedOutput
    {
        get
        {
            var room = _locked;
            for (var i = 0; i < _inputs.Length; i++)
                room += Room(_info.Inputs[i]);
            return room;
        }
    }

    private long OutputBytes
    {
        get
        {
            var bytes = 0L;
            for (var i = 0; i < _outputs.Length; i++)
                bytes += (long)_info.Outputs[i].SizeInBytes * Samples;
            return bytes;
        }
    }

    // To page-locked memory, or to where callers want it.
    private void Download(byte** outputs)
    {
        if (_isDownloadedAside)
            _overlapping!.Wait(DeviceStream.Download, _computed);
        var room = FirstLockedOutput;
        for (var i = 0; i < _outputs.Length; i++)
        {
            var bytes = (long)_info.Outputs[i].SizeInBytes * Samples;
            var to = outputs == null ? room : outputs[i];
            if (_isDownloadedAside)
                _overlapping!.DownloadAside(to, _outputs[i], bytes);
            else
                _driver.Download(to, _outputs[i], bytes);
            room += Room(_info.Outputs[i]);
        }

        _overlapping?.Record(_downloaded, _isDownloadedAside ? DeviceStream.Download : DeviceStream.Work);
    }

    private bool Detours(long bytes, bool aside) => _locked != null && (aside || bytes <= LargestDetour);

    private long Room(TensorInfo tensor)
    {
        const long Alignment = 64;
        return (tensor.SizeInBytes * _maxBatch + Alignment - 1) / Alignment * Alignment;
    }

    // Asked for once: what is refused is refused.
    private void Lock()
    {
        if (!_mayLock)
            return;
        _mayLock = false;
        _locked = (byte*)_overlapping!.AllocateHost(_lockedBytes);
    }
}
