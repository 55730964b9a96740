using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Stages;

/// <summary>When and how often a step runs; the runtime's StepKind.</summary>
public enum StepKind
{
    /// <summary>Once per version of the parameters.</summary>
    Prepare,

    /// <summary>Once for each chunk of samples.</summary>
    Chunks,

    /// <summary>Once per call.</summary>
    Once,
}

/// <summary>A launch with the stage that it belongs to, whose buffers its arguments mean.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Launch">The launch.</param>
/// <param name="Pieces">How many parts of the step share its rounds: piece i of n does rounds r·i/n to r·(i + 1)/n.</param>
public sealed record StageLaunch(StagePlan Stage, KernelLaunch Launch, int Pieces = 1);

/// <summary>A step of a pass.</summary>
/// <param name="Kind">When and how often it runs.</param>
/// <param name="Stages">The stages that it computes, in order; empty for steps that only pack or combine.</param>
/// <param name="Launches">Its launches.</param>
/// <param name="IsParallel">
/// True where each piece of each launch is a part of the step: parts run in any order or at the same time. Else all launches are one
/// part, in which they run in order.
/// </param>
public sealed record StepPlan(
    StepKind Kind, ImmutableArray<StagePlan> Stages, ImmutableArray<StageLaunch> Launches, bool IsParallel = false)
{
    // What the launches that may be shared add up to, at least, where it is worth to have other threads take part.
    private const long FewestTeamElements = 24 * 1024;

    // What they add up to where it takes longer than to wake a thread: some 30 to 60 microseconds of work.
    private const long FewestWakingElements = 128 * 1024;

    // What is shared there: some five microseconds of work, or twenty where each part repeats some of it.
    private const long FewestElementsOfLongSteps = 16 * 1024;
    private const long FewestElementsWithRepetitions = 64 * 1024;

    /// <summary>In how many parts it runs.</summary>
    public int Parts => IsParallel ? Launches.Sum(l => l.Pieces) : 1;

    /// <summary>True where accumulators have to be zero before the step begins.</summary>
    public bool ClearsLanes { get; init; }

    /// <summary>True where chunks belong to lanes.</summary>
    public bool HasLanes { get; init; }

    /// <summary>True where a chunk has launches that are worth being shared by threads without a chunk of their own.</summary>
    public bool HasTeam => Launches.Any(launch => Shares(launch.Launch));

    /// <summary>True where these launches take no longer than it may take to wake a thread.</summary>
    public bool IsBrief => IsShareable && ShareableElements is >= FewestTeamElements and < FewestWakingElements;

    /// <summary>
    /// True for a launch that threads share. In a long step small ones are left to its leader: they matter little there, and in deep networks
    /// there are hundreds.
    /// </summary>
    public bool Shares(KernelLaunch launch) => IsShareable && launch.IsShared && (IsBrief || ShareableElements >= FewestWakingElements
        && (launch.Loop is not null
            || launch.Elements >= (launch.RepeatsWork ? FewestElementsWithRepetitions : FewestElementsOfLongSteps)));

    // Where chunks belong to lanes there are several of them, and threads take chunks.
    private bool IsShareable => Kind == StepKind.Chunks && !IsParallel && !HasLanes;

    private long ShareableElements =>
        Launches.Where(launch => launch.Launch.IsShared).Sum(launch => launch.Launch.Elements * (launch.Launch.Loop?.Rounds ?? 1));
}

/// <summary>Which memory a value or buffer lies in.</summary>
public enum Arena
{
    /// <summary>Handed in by the caller.</summary>
    Input,

    /// <summary>Handed in by the caller, to be written.</summary>
    Output,

    /// <summary>The network's parameters.</summary>
    Parameters,

    /// <summary>The parameters' gradients.</summary>
    Gradients,

    /// <summary>What is computed from parameters.</summary>
    Derived,

    /// <summary>What belongs to no sample.</summary>
    Shared,

    /// <summary>What is kept for every sample of a batch.</summary>
    Batch,

    /// <summary>A lane's sums.</summary>
    Lanes,

    /// <summary>What is kept while a chunk is computed.</summary>
    Chunk,

    /// <summary>
    /// The places of <see cref="Chunk"/> once more, for each thread: where several compute a chunk together, its own workspace, which they do
    /// not use otherwise.
    /// </summary>
    Own,
}

/// <summary>A place in memory.</summary>
/// <param name="Arena">Which memory.</param>
/// <param name="Offset">Bytes from its beginning; for inputs and outputs their number.</param>
/// <param name="SampleBytes">For what exists once per sample: bytes from one sample to the next.</param>
public readonly record struct Placement(Arena Arena, long Offset, long SampleBytes = 0);

/// <summary>Where everything lies that a pass computes with.</summary>
/// <param name="Values">The place of each value.</param>
/// <param name="Buffers">The place of each stage's buffers.</param>
/// <param name="Bytes">
/// The size of each arena that the runtime provides; for <see cref="Arena.Batch"/> per sample, for <see cref="Arena.Lanes"/> per lane.
/// </param>
/// <param name="AliveBytes">The most bytes of a chunk that are alive at once: no plan for <see cref="Arena.Chunk"/> needs less.</param>
public sealed record MemoryPlan(
    IReadOnlyDictionary<Value, Placement> Values,
    IReadOnlyDictionary<(StagePlan Stage, int Buffer), Placement> Buffers,
    IReadOnlyDictionary<Arena, long> Bytes,
    long AliveBytes)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Join("\n", Bytes.Where(b => b.Value > 0).Select(b => FormattableString.Invariant($"{b.Key}: {b.Value} bytes")))
        + FormattableString.Invariant($"\nof a chunk alive at once: {AliveBytes} bytes");
}
