namespace NetCompiler.Runtime;

/// <summary>
/// One way of running a network (predict, train, inspect) on one target: what the compiler emits, and all that the
/// runtime knows of a network's computation. A pass is a short list of <see cref="StepInfo">steps</see> run in order.
/// </summary>
/// <remarks>Implemented by generated code only. An instance holds no state: sessions own all memory.</remarks>
public abstract class CompiledPass
{
    /// <summary>What the pass reads, writes and needs, known at build time.</summary>
    public abstract PassInfo Info { get; }

    /// <summary>Runs one step. Every pointer of <paramref name="arguments"/> that the step uses must be valid.</summary>
    /// <param name="step">Index into <see cref="PassInfo.Steps"/>.</param>
    /// <param name="arguments">Where the values are, and which samples to compute.</param>
    public abstract void Run(int step, in PassArguments arguments);

    /// <summary>Runs one step as <see cref="Run"/> does, and notes what its stages take.</summary>
    /// <param name="step">Index into <see cref="PassInfo.Steps"/>.</param>
    /// <param name="arguments">Where the values are, and which samples to compute.</param>
    /// <param name="clock">Told of every stage when it is done. A pass that knows of no stages leaves it alone.</param>
    public virtual void RunTimed(int step, in PassArguments arguments, StageClock clock) => Run(step, in arguments);
}

/// <summary>When and how often a step of a pass runs.</summary>
public enum StepKind
{
    /// <summary>
    /// Computes values that depend on parameters only (packed weights, folded norms). Runs once per version of the parameters.
    /// </summary>
    Prepare,

    /// <summary>
    /// Runs once for each chunk of samples; chunks of different lanes may run at the same time, those of one lane run in order.
    /// </summary>
    Chunks,

    /// <summary>Runs once per call: adds up what the lanes accumulated, and computes what does not belong to a sample.</summary>
    Once,
}

/// <summary>One step of a pass.</summary>
/// <param name="Kind">When and how often it runs.</param>
/// <param name="Parts">
/// For <see cref="StepKind.Prepare"/> and <see cref="StepKind.Once"/>: the number of independent parts, each run with its own
/// <see cref="PassArguments.Part"/>, in any order, at the same time if there are threads for it. 1 for <see cref="StepKind.Chunks"/>.
/// </param>
/// <param name="ClearsLanes">True where the lanes' accumulators have to be zero before the step begins.</param>
/// <param name="HasTeam">
/// True for <see cref="StepKind.Chunks"/> where some launches are worth being shared by threads without a chunk of their own.
/// </param>
/// <param name="IsBrief">True where all of them together take no longer than it may take to wake a thread.</param>
public sealed record StepInfo(StepKind Kind, int Parts = 1, bool ClearsLanes = false, bool HasTeam = false, bool IsBrief = false);

/// <summary>A tensor that a caller hands in or gets back.</summary>
/// <param name="Name">Its name, as declared or as its layer is called.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its extents for one sample, without the batch; empty for a scalar per sample.</param>
/// <param name="Bound">For integers at which something is looked up: they are 0 or more, and less than this. 0 for no bound.</param>
public sealed record TensorInfo(string Name, ElementType Type, IReadOnlyList<int> Shape, int Bound = 0)
{
    /// <summary>Elements per sample.</summary>
    public int Length
    {
        get
        {
            var length = 1;
            // Not by an enumerator, which would be allocated.
            for (var i = 0; i < Shape.Count; i++)
                length *= Shape[i];
            return length;
        }
    }

    /// <summary>Bytes per sample.</summary>
    public int SizeInBytes => Length * Type.SizeInBytes();
}

/// <summary>What a pass reads, writes and needs.</summary>
/// <param name="Inputs">What the caller hands in, each as a contiguous array over the batch, in canonical (N, C, H, W) order.</param>
/// <param name="Outputs">What the caller gets back, likewise.</param>
/// <param name="Steps">The steps, in the order in which they run.</param>
/// <param name="ChunkSize">The largest number of samples that one run of a chunk step computes.</param>
/// <param name="Lanes">
/// The number of accumulators that sums over the batch are split into. Fixed at build time, so that sums come out the same
/// whatever the number of threads: chunk i adds to lane i mod Lanes, and lanes are added in order. 0 where nothing is summed.
/// </param>
/// <param name="ChunkBytes">Workspace of one running chunk.</param>
/// <param name="LaneBytes">Accumulators of one lane.</param>
/// <param name="BatchBytes">Bytes per sample of values that have to be kept for a whole batch between two steps.</param>
/// <param name="SharedBytes">Values that belong to no sample, kept between two steps of one call.</param>
/// <param name="DerivedBytes">Values that <see cref="StepKind.Prepare"/> steps compute.</param>
public sealed record PassInfo(
    IReadOnlyList<TensorInfo> Inputs,
    IReadOnlyList<TensorInfo> Outputs,
    IReadOnlyList<StepInfo> Steps,
    int ChunkSize,
    int Lanes,
    long ChunkBytes,
    long LaneBytes,
    long BatchBytes,
    long SharedBytes,
    long DerivedBytes)
{
    /// <summary>The stages that <see cref="CompiledPass.RunTimed"/> tells apart, in the order in which they run.</summary>
    public IReadOnlyList<StageInfo> Stages { get; init; } = [];
}

/// <summary>Where the values of a running step are. All memory is aligned to <see cref="Alignment"/> bytes.</summary>
public unsafe struct PassArguments
{
    /// <summary>What every arena and every lane is aligned to, in bytes: a cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    /// <summary>One pointer for each of <see cref="PassInfo.Inputs"/>: sample 0 of the batch. No alignment is required.</summary>
    public byte** Inputs;

    /// <summary>One pointer for each of <see cref="PassInfo.Outputs"/>: sample 0 of the batch. No alignment is required.</summary>
    public byte** Outputs;

    /// <summary>The network's parameters, canonical layout, offsets as in its parameter table.</summary>
    public float* Parameters;

    /// <summary>The parameters' gradients, laid out as the parameters. Null for passes that compute none.</summary>
    public float* Gradients;

    /// <summary>Values derived from parameters.</summary>
    public byte* Derived;

    /// <summary>Values that belong to no sample.</summary>
    public byte* Shared;

    /// <summary>Values kept for the whole batch: one at offset o (bytes per sample) begins at Batch + o × <see cref="Capacity"/>.</summary>
    public byte* Batch;

    /// <summary>
    /// Chunk steps: the accumulators of this chunk's lane. Other steps: those of lane 0; lanes follow each other,
    /// <see cref="PassInfo.LaneBytes"/> apart.
    /// </summary>
    public byte* Lanes;

    /// <summary>Workspace of this chunk.</summary>
    public byte* Chunk;

    /// <summary>
    /// Workspace of this thread: that of the chunk, or, where threads compute a chunk together, another one of the same size for each of them.
    /// </summary>
    public byte* Own;

    /// <summary>Samples that <see cref="Batch"/> has room for.</summary>
    public nint Capacity;

    /// <summary>Samples in the batch.</summary>
    public nint BatchSize;

    /// <summary>Chunk steps: the first sample of the chunk.</summary>
    public nint First;

    /// <summary>Chunk steps: the number of samples in the chunk, 1 to <see cref="PassInfo.ChunkSize"/>.</summary>
    public nint Count;

    /// <summary>Which part of a step with several parts is to run.</summary>
    public nint Part;

    /// <summary>Chunk steps: with whom the chunk is computed.</summary>
    public LaunchTeam Team;

    /// <summary>Seeds everything random in this call (dropout). The same seed, parameters and inputs give the same bits.</summary>
    public uint Seed;
}
