namespace NetCompiler.Runtime;

/// <summary>
/// One way of running a network (predict, train) on a device: which launches there are, in order, and the kernels. What the compiler emits
/// beside <see cref="CompiledPass"/> where a build asks for it.
/// </summary>
/// <remarks>Implemented by generated code only. An instance holds no state.</remarks>
public abstract class DevicePass
{
    /// <summary>What the pass reads, writes and launches.</summary>
    public abstract DevicePassInfo Info { get; }

    /// <summary>
    /// The kernels as PTX in UTF-8, which CUDA's driver compiles for the device at hand; empty where the build did not ask for them.
    /// </summary>
    public virtual ReadOnlySpan<byte> Ptx => [];

    /// <summary>
    /// What devices of compute capability 8.0 and up take instead of <see cref="Ptx"/>, where kernels use what these have besides: asynchronous
    /// copies, tensor cores. Else empty.
    /// </summary>
    public virtual ReadOnlySpan<byte> Sm80Ptx => [];

    /// <summary>The kernels that come behind either of the two; empty where <see cref="Ptx"/> has all of them.</summary>
    public virtual ReadOnlySpan<byte> CommonPtx => [];

    /// <summary>The module for a device, with a zero at its end, as CUDA's driver takes it; null where the build did not ask for any.</summary>
    /// <param name="capability">The device's compute capability, 80 for 8.0.</param>
    public byte[]? PtxFor(int capability)
    {
        const int Sm80 = 80;
        var first = capability >= Sm80 && !Sm80Ptx.IsEmpty ? Sm80Ptx : Ptx;
        if (first.IsEmpty)
            return null;
        // A line end between the parts.
        var module = new byte[first.Length + 1 + CommonPtx.Length + 1];
        first.CopyTo(module);
        module[first.Length] = (byte)'\n';
        CommonPtx.CopyTo(module.AsSpan(first.Length + 1));
        return module;
    }
}

/// <summary>What a pass on a device reads, writes and launches.</summary>
/// <param name="Name">What it is for: "Predict".</param>
/// <param name="Inputs">What the caller hands in, each as a contiguous array over the batch, in canonical (N, C, H, W) order.</param>
/// <param name="Outputs">What the caller gets back, likewise.</param>
/// <param name="Steps">The steps, in the order in which they run.</param>
/// <param name="Updates">The parameters that the pass itself changes, as running statistics: where they begin, and how many floats.</param>
/// <param name="ChunkSize">The largest number of samples that one run of a chunk step computes.</param>
/// <param name="ChunkBytes">Workspace of a chunk.</param>
/// <param name="LaneBytes">What sums over the batch are added up in.</param>
/// <param name="BatchBytes">Bytes per sample of values that are kept for a whole batch between two steps.</param>
/// <param name="SharedBytes">Values that belong to no sample.</param>
/// <param name="DerivedBytes">Values that <see cref="StepKind.Prepare"/> steps compute.</param>
public sealed record DevicePassInfo(
    string Name,
    IReadOnlyList<TensorInfo> Inputs,
    IReadOnlyList<TensorInfo> Outputs,
    IReadOnlyList<DeviceStep> Steps,
    IReadOnlyList<(int Offset, int Length)> Updates,
    int ChunkSize,
    long ChunkBytes,
    long LaneBytes,
    long BatchBytes,
    long SharedBytes,
    long DerivedBytes);

/// <summary>A step of a pass on a device.</summary>
/// <param name="Kind">When and how often it runs. Chunks run one after the other, and all add to the same sums.</param>
/// <param name="ClearsLanes">True where sums have to be zero before the step begins.</param>
/// <param name="Loops">Its launches, in order.</param>
public sealed record DeviceStep(StepKind Kind, bool ClearsLanes, IReadOnlyList<DeviceLoop> Loops);

/// <summary>Launches that run in order, so many times: once, or once for each step of a sequence.</summary>
/// <param name="Rounds">How often.</param>
/// <param name="Launches">The launches.</param>
public sealed record DeviceLoop(int Rounds, IReadOnlyList<DeviceLaunch> Launches);

/// <summary>A launch of a kernel.</summary>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="Group">Threads of a group.</param>
/// <param name="Grid">Groups.</param>
/// <param name="Arguments">An argument for each parameter of the kernel.</param>
public sealed record DeviceLaunch(string Kernel, Dim3 Group, DeviceGrid Grid, IReadOnlyList<DeviceArgument> Arguments);

/// <summary>Numbers of groups along three dimensions.</summary>
/// <param name="X">Along the first.</param>
/// <param name="Y">Along the second.</param>
/// <param name="Z">Along the third.</param>
public readonly record struct DeviceGrid(DeviceExtent X, DeviceExtent Y, DeviceExtent Z)
{
    /// <summary>The numbers for so many samples.</summary>
    /// <param name="samples">Samples of the chunk; of the batch in steps that run once.</param>
    /// <exception cref="OverflowException">They are beyond 32 bits.</exception>
    public Dim3 Of(int samples) => new(X.Of(samples), Y.Of(samples), Z.Of(samples));
}

/// <summary>A number of groups: (PerSample · samples + Constant) / Divisor · Factor, rounded down at the division.</summary>
/// <param name="PerSample">What each sample adds.</param>
/// <param name="Constant">What is added to that.</param>
/// <param name="Divisor">What the sum is divided by.</param>
/// <param name="Factor">What the quotient is multiplied by.</param>
public readonly record struct DeviceExtent(int PerSample, int Constant, int Divisor = 1, int Factor = 1)
{
    /// <summary>A number that does not depend on the samples.</summary>
    public static implicit operator DeviceExtent(int constant) => new(0, constant);

    /// <summary>The number for so many samples.</summary>
    /// <param name="samples">How many.</param>
    /// <exception cref="OverflowException">It is beyond 32 bits.</exception>
    public int Of(int samples) => checked((int)(((long)PerSample * samples + Constant) / Divisor * Factor));
}

/// <summary>What a launch hands to a parameter of its kernel.</summary>
public enum DeviceArgumentKind
{
    /// <summary>An input of the pass, by its number.</summary>
    Input,

    /// <summary>An output of the pass, by its number.</summary>
    Output,

    /// <summary>A place among the network's parameters.</summary>
    Parameters,

    /// <summary>A place among their gradients.</summary>
    Gradients,

    /// <summary>A place among values derived from parameters.</summary>
    Derived,

    /// <summary>A place among values that belong to no sample.</summary>
    Shared,

    /// <summary>A place among values kept for the whole batch: one at an offset of so many bytes per sample.</summary>
    Batch,

    /// <summary>A place among sums over the batch.</summary>
    Lanes,

    /// <summary>A place in the workspace of the running chunk.</summary>
    Chunk,

    /// <summary>A number: samples in the chunk.</summary>
    Count,

    /// <summary>A number: the chunk's first sample.</summary>
    First,

    /// <summary>A number: samples in the batch.</summary>
    BatchSize,

    /// <summary>A number: the seed of the call.</summary>
    Seed,

    /// <summary>A number: sets of sums.</summary>
    LaneCount,

    /// <summary>A number: floats from one set of sums to the next.</summary>
    LaneStride,

    /// <summary>A number of the launch's own.</summary>
    Constant,
}

/// <summary>What a launch hands to a parameter of its kernel: a place in memory, or a number.</summary>
/// <param name="Kind">Which memory, or which number.</param>
/// <param name="Offset">
/// Bytes from the memory's beginning; for inputs and outputs their number, for batch memory bytes per sample; a constant's value.
/// </param>
/// <param name="SampleBytes">Bytes from one sample to the next, where a chunk begins at its first sample; else 0.</param>
/// <param name="First">Bytes in front of what round 0 of a loop means.</param>
/// <param name="Step">Bytes from what a round means to what the next one means.</param>
/// <param name="Period">Rounds after which it begins again; 0 for never.</param>
public readonly record struct DeviceArgument(
    DeviceArgumentKind Kind, long Offset = 0, long SampleBytes = 0, long First = 0, long Step = 0, int Period = 0)
{
    /// <summary>A place in the simplest form.</summary>
    public static implicit operator DeviceArgument(DeviceArgumentKind kind) => new(kind);

    /// <summary>True for a place in memory.</summary>
    public bool IsMemory => Kind <= DeviceArgumentKind.Chunk;

    /// <summary>Bytes in front of what a round means.</summary>
    /// <param name="round">The round, counted from 0.</param>
    public long RoundOffset(int round) => First + Step * (Period == 0 ? round : round % Period);
}
