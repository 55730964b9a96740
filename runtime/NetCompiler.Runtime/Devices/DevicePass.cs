namespace NetCompiler.Runtime;

/// <summary>
/// One way of running a network on a device: its kernels as PTX, and their launches in order, as tables. What the compiler emits, beside
/// <see cref="CompiledPass"/>.
/// </summary>
/// <remarks>Implemented by generated code only. An instance holds no state.</remarks>
public abstract class DevicePass
{
    /// <summary>What the pass reads, writes and launches.</summary>
    public abstract DevicePassInfo Info { get; }

    /// <summary>The kernels: PTX as UTF-8, which the driver compiles for the device at hand.</summary>
    public abstract ReadOnlySpan<byte> Module { get; }
}

/// <summary>What a pass on a device reads, writes and launches.</summary>
/// <param name="Inputs">What the caller hands in, each as a contiguous array over the batch, in canonical (N, C, H, W) order.</param>
/// <param name="Outputs">What the caller gets back, likewise.</param>
/// <param name="Steps">The steps, in the order in which they run.</param>
/// <param name="ChunkSize">The largest number of samples that one run of a chunk step computes.</param>
/// <param name="ChunkBytes">Workspace of a chunk.</param>
/// <param name="LaneBytes">What sums over the batch are added up in.</param>
/// <param name="BatchBytes">Bytes per sample of values that are kept for a whole batch between two steps.</param>
/// <param name="SharedBytes">Values that belong to no sample.</param>
/// <param name="DerivedBytes">Values that <see cref="StepKind.Prepare"/> steps compute.</param>
/// <param name="UpdatesParameters">True where the pass writes parameters, as running statistics.</param>
public sealed record DevicePassInfo(
    IReadOnlyList<TensorInfo> Inputs,
    IReadOnlyList<TensorInfo> Outputs,
    IReadOnlyList<DeviceStep> Steps,
    int ChunkSize,
    long ChunkBytes,
    long LaneBytes,
    long BatchBytes,
    long SharedBytes,
    long DerivedBytes,
    bool UpdatesParameters = false);

/// <summary>A step of a pass on a device.</summary>
/// <param name="Kind">When and how often it runs; chunks run one after the other.</param>
/// <param name="Loops">Its launches, in order.</param>
/// <param name="ClearsLanes">True where sums have to be zero before the step begins.</param>
public sealed record DeviceStep(StepKind Kind, IReadOnlyList<DeviceLoop> Loops, bool ClearsLanes = false);

/// <summary>Launches that run in order, so many times: once, or once for each step of a sequence.</summary>
/// <param name="Rounds">How often.</param>
/// <param name="Launches">The launches.</param>
public sealed record DeviceLoop(int Rounds, IReadOnlyList<DeviceLaunch> Launches);

/// <summary>A launch of a kernel.</summary>
/// <param name="Kernel">The kernel's name in <see cref="DevicePass.Module"/>.</param>
/// <param name="Threads">Threads of a group.</param>
/// <param name="X">Groups along x.</param>
/// <param name="Y">Groups along y.</param>
/// <param name="Z">Groups along z.</param>
/// <param name="Arguments">An argument for each parameter of the kernel.</param>
public sealed record DeviceLaunch(
    string Kernel, (int X, int Y, int Z) Threads, DeviceExtent X, DeviceExtent Y, DeviceExtent Z, IReadOnlyList<DeviceArgument> Arguments);

/// <summary>A number of groups: (PerSample · samples + Constant) / Divisor · Factor, rounded down.</summary>
public readonly record struct DeviceExtent(int PerSample, int Constant, int Divisor = 1, int Factor = 1)
{
    /// <summary>The number for so many samples.</summary>
    public int Of(int samples) => checked((PerSample * samples + Constant) / Divisor * Factor);
}

/// <summary>Which memory of a device something lies in.</summary>
public enum DeviceMemory
{
    /// <summary>An input of the pass, by its number.</summary>
    Input,

    /// <summary>An output of the pass, by its number.</summary>
    Output,

    /// <summary>The network's parameters.</summary>
    Parameters,

    /// <summary>Their gradients.</summary>
    Gradients,

    /// <summary>Values derived from parameters.</summary>
    Derived,

    /// <summary>Values that belong to no sample.</summary>
    Shared,

    /// <summary>Values kept for the whole batch: one at an offset of so many bytes per sample.</summary>
    Batch,

    /// <summary>Sums over the batch.</summary>
    Lanes,

    /// <summary>Workspace of the running chunk.</summary>
    Chunk,
}

/// <summary>Numbers that a running step knows.</summary>
public enum DeviceNumber
{
    /// <summary>Samples in the chunk.</summary>
    Count,

    /// <summary>The chunk's first sample.</summary>
    First,

    /// <summary>Samples in the batch.</summary>
    BatchSize,

    /// <summary>The seed of the call.</summary>
    Seed,

    /// <summary>Sets of sums: 1, since chunks run one after the other.</summary>
    Lanes,

    /// <summary>Floats from one set of sums to the next.</summary>
    LaneStride,
}

/// <summary>What a launch hands to a parameter of its kernel: a place in memory, or a number.</summary>
public readonly record struct DeviceArgument
{
    /// <summary>A place in memory.</summary>
    /// <param name="memory">Which memory.</param>
    /// <param name="offset">Bytes from its beginning; for inputs and outputs their number; for batch memory bytes per sample.</param>
    /// <param name="sampleBytes">Bytes from one sample to the next, where chunks begin at their first sample; else 0.</param>
    /// <param name="first">Bytes in front of what round 0 of a loop means.</param>
    /// <param name="step">Bytes from a round to the next.</param>
    /// <param name="period">Rounds until it begins again; 0 for never.</param>
    public DeviceArgument(DeviceMemory memory, long offset, long sampleBytes = 0, long first = 0, long step = 0, int period = 0) =>
        (Memory, Offset, SampleBytes, First, Step, Period) = (memory, offset, sampleBytes, first, step, period);

    /// <summary>A number.</summary>
    public DeviceArgument(DeviceNumber number) => Number = number;

    /// <summary>Which memory; null for numbers.</summary>
    public DeviceMemory? Memory { get; }

    /// <summary>Which number; null for memory.</summary>
    public DeviceNumber? Number { get; }

    /// <summary>Bytes from the memory's beginning, or the number of an input or output.</summary>
    public long Offset { get; }

    /// <summary>Bytes from one sample to the next.</summary>
    public long SampleBytes { get; }

    /// <summary>Bytes in front of what round 0 means.</summary>
    public long First { get; }

    /// <summary>Bytes from a round to the next.</summary>
    public long Step { get; }

    /// <summary>Rounds until it begins again.</summary>
    public int Period { get; }

    /// <summary>Bytes in front of what a round means.</summary>
    public long RoundOffset(int round) => First + Step * (Period == 0 ? round : round % Period);
}
