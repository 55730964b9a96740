using NetCompiler.Compiler.Tests.Simt.Ptx;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>A device whose drivers interpret PTX, and what they have been asked for.</summary>
internal sealed class InterpretedDevice
{
    private readonly List<InterpretedDriver> _drivers = [];

    private int _calls;
    private int _waits;

    public InterpretedDevice() => Device = new DriverDevice("interpreter of PTX", () =>
    {
        _drivers.Add(Overlaps ? new InterpretedOverlappingDriver(this) : new InterpretedDriver(this));
        return _drivers[^1];
    });

    /// <summary>The device, as networks see it.</summary>
    public Device Device { get; }

    /// <summary>Whether launches can be noted.</summary>
    public bool CanCapture { get; init; } = true;

    /// <summary>Whether it copies while it computes.</summary>
    public bool Overlaps { get; init; } = true;

    /// <summary>
    /// Whether copies to the device beside its work are done when they are asked for, so that one that comes too early is found; else when
    /// somebody waits for them, so that one that is not waited for is found.
    /// </summary>
    public bool UploadsEarly { get; init; }

    /// <summary>How many blocks of page-locked memory there are.</summary>
    public int LargestLocked { get; init; } = int.MaxValue;

    /// <summary>Page-locked memory that was allocated and not freed.</summary>
    public HashSet<nint> Locked { get; } = [];

    /// <summary>The copy, launch, event or wait that is refused from now on, counted from 1; 0 for none.</summary>
    public int RefusedCall
    {
        get;
        set => (field, _calls) = (value, 0);
    }

    /// <summary>The wait for an event that nobody waits for, counted from 1 from now on; 0 for none.</summary>
    public int IgnoredWait
    {
        get;
        set => (field, _waits) = (value, 0);
    }

    /// <summary>Its compute capability, by which a module is chosen.</summary>
    public int Capability { get; init; } = 70;

    /// <summary>A kernel that cannot be launched.</summary>
    public string? RefusedKernel { get; set; }

    /// <summary>A kernel that fails while it runs, which shows when it is waited for.</summary>
    public string? FailingKernel { get; set; }

    /// <summary>Called before the next launch, once.</summary>
    public Action? Launching { get; set; }

    /// <summary>True from when on nothing that is waited for ends well, and nothing comes back.</summary>
    public bool IsLost { get; set; }

    /// <summary>How many buffers there is memory for.</summary>
    public int LargestBuffers { get; set; } = int.MaxValue;

    /// <summary>The memory that all drivers have in common.</summary>
    public PtxMemory Memory { get; } = new();

    /// <summary>What was allocated of it and not freed.</summary>
    public HashSet<nint> Buffers { get; } = [];

    /// <summary>The drivers that were opened.</summary>
    public IReadOnlyList<InterpretedDriver> Drivers => _drivers;

    /// <summary>What all of them hold.</summary>
    public int Held => Buffers.Count + Locked.Count + _drivers.Sum(d => d.Held);

    /// <summary>Waits for events since <see cref="IgnoredWait"/> was said.</summary>
    public int Waits => _waits;

    /// <summary>Copies, launches, events and waits since <see cref="RefusedCall"/> was said.</summary>
    public int Calls => _calls;

    /// <summary>Counts a call.</summary>
    public void Count()
    {
        if (++_calls == RefusedCall)
            throw new DeviceException("this one is refused");
    }

    /// <summary>Counts a wait for an event.</summary>
    /// <returns>False where nobody is to wait.</returns>
    public bool CountWait() => ++_waits != IgnoredWait;
}
