using NetCompiler.Compiler.Tests.Simt.Ptx;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>A device whose drivers interpret PTX, and what they have been asked for.</summary>
internal sealed class InterpretedDevice
{
    private readonly List<InterpretedDriver> _drivers = [];

    public InterpretedDevice() => Device = new DriverDevice("interpreter of PTX", () =>
    {
        _drivers.Add(new InterpretedDriver(this));
        return _drivers[^1];
    });

    /// <summary>The device, as networks see it.</summary>
    public Device Device { get; }

    /// <summary>Whether launches can be noted.</summary>
    public bool CanCapture { get; init; } = true;

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
    public int LargestBuffers { get; init; } = int.MaxValue;

    /// <summary>The memory that all drivers have in common.</summary>
    public PtxMemory Memory { get; } = new();

    /// <summary>What was allocated of it and not freed.</summary>
    public HashSet<nint> Buffers { get; } = [];

    /// <summary>The drivers that were opened.</summary>
    public IReadOnlyList<InterpretedDriver> Drivers => _drivers;

    /// <summary>What all of them hold.</summary>
    public int Held => Buffers.Count + _drivers.Sum(d => d.Held);
}
