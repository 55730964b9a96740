using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Stages;

/// <summary>What a launch hands to a kernel's parameter.</summary>
public abstract record LaunchArgument
{
    /// <summary>The argument with other values in place of the stage's.</summary>
    public virtual LaunchArgument With(Func<Value, Value> values) => this;

    /// <summary>A value that the stage reads or writes: the first sample of the chunk.</summary>
    public sealed record OfValue(Value Value) : LaunchArgument
    {
        /// <inheritdoc/>
        public override LaunchArgument With(Func<Value, Value> values) => new OfValue(values(Value));
    }

    /// <summary>Memory of the plan's own, by its index in <see cref="KernelPlan.Buffers"/>.</summary>
    public sealed record OfBuffer(int Index) : LaunchArgument;

    /// <summary>A number that the running pass knows.</summary>
    public sealed record OfNumber(LaunchNumber Number) : LaunchArgument;

    /// <summary>A number of the launch's own, in which launches of one kernel differ.</summary>
    public sealed record OfConstant(long Value) : LaunchArgument;

    /// <summary>
    /// A value or buffer as a launch in a loop means it: in round r from <paramref name="First"/> + <paramref name="Step"/> · r elements
    /// on, where rounds are counted up to <paramref name="Period"/> and from 0 again; with a period of 0 they are just counted.
    /// </summary>
    public sealed record Moving(LaunchArgument Memory, long First, long Step, int Period = 0) : LaunchArgument
    {
        /// <summary>The elements in front of what a round means.</summary>
        public long Offset(int round) => First + Step * (Period == 0 ? round : round % Period);

        /// <summary>The same as an expression.</summary>
        public Expression At(Expression round)
        {
            var counter = Period == 0 ? round : IndexArithmetic.Remainder(round, Period);
            return IndexArithmetic.Add(IndexArithmetic.Scale(counter, Step), new Constant(round.Type, First));
        }

        /// <inheritdoc/>
        public override LaunchArgument With(Func<Value, Value> values) => this with { Memory = Memory.With(values) };
    }
}

/// <summary>A loop over launches: those that stand side by side and name the same one are repeated together. Compared by identity.</summary>
/// <param name="rounds">How often.</param>
public sealed class LaunchLoop(int rounds)
{
    /// <summary>How often the launches run.</summary>
    public int Rounds { get; } = rounds;

    /// <summary>Launches with the loop that they are in, those that are repeated together side by side.</summary>
    public static IEnumerable<(LaunchLoop? Loop, ImmutableArray<T> Launches)> Group<T>(IEnumerable<T> launches, Func<T, KernelLaunch> launchOf)
    {
        var together = new List<T>();
        foreach (var launch in launches)
        {
            if (together.Count > 0 && launchOf(together[0]).Loop != launchOf(launch).Loop)
            {
                yield return (launchOf(together[0]).Loop, [.. together]);
                together.Clear();
            }

            together.Add(launch);
        }

        if (together.Count > 0)
            yield return (launchOf(together[0]).Loop, [.. together]);
    }
}

/// <summary>Numbers that a running step knows.</summary>
public enum LaunchNumber
{
    /// <summary>Samples in the chunk.</summary>
    Count,

    /// <summary>The chunk's first sample.</summary>
    First,

    /// <summary>Samples in the batch.</summary>
    BatchSize,

    /// <summary>The seed of this call.</summary>
    Seed,

    /// <summary>Lanes that a sum over the batch is split into; for <see cref="KernelPlan.Combine"/>.</summary>
    Lanes,

    /// <summary>Floats from a lane's accumulators to the next lane's; for <see cref="KernelPlan.Combine"/>.</summary>
    LaneStride,

    /// <summary>The first round of the outermost loop that this part of a launch does.</summary>
    PartStart,

    /// <summary>The round behind the last one that it does.</summary>
    PartEnd,

    /// <summary>The round of the loop over launches that the launch is in, see <see cref="LaunchLoop"/>; 0 outside of one.</summary>
    Round,
}

/// <summary>A kernel and what it is called with.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Arguments">An argument for each of its parameters.</param>
/// <param name="Rounds">Rounds of its outermost loop, where launches with parts of them may run side by side; else 0.</param>
/// <param name="Elements">What it reads or writes in all, or what takes as long, to decide whether parts are worth it.</param>
public sealed record KernelLaunch(Kernel Kernel, ImmutableArray<LaunchArgument> Arguments, int Rounds = 0, long Elements = 0)
{
    /// <summary>Multiply-adds of vectors that take as long as reading or writing an element.</summary>
    public const int MultiplyAddsPerElement = 32;

    /// <summary>Some one or two microseconds of work: less is done sooner than another thread hears of it and takes its share.</summary>
    public const long FewestSharedElements = 4 * 1024;

    // The same in a loop over launches, where what comes behind it waits in every round.
    private const long FewestRepeatedElements = 2 * FewestSharedElements;

    /// <summary>Parts that are worth being handed to threads; 1 where it is better left whole.</summary>
    public int Parts => (int)Math.Max(1, Math.Min(Rounds, Elements / FewestSharedElements));

    /// <summary>True where threads that compute a chunk together share the launch's rounds.</summary>
    public bool IsShared => IsWorthSharing(Rounds, Elements, isRepeated: Loop is not null);

    /// <summary>True where a launch is worth being shared by threads that wait for it.</summary>
    /// <param name="rounds">Rounds of its outermost loop.</param>
    /// <param name="elements">What it reads or writes in all.</param>
    /// <param name="isRepeated">True in a loop over launches, between which threads wait for the next one.</param>
    public static bool IsWorthSharing(int rounds, long elements, bool isRepeated = false) =>
        rounds > 1 && elements >= (isRepeated ? FewestRepeatedElements : FewestSharedElements);

    /// <summary>What a number is where the launch is left whole; null for what does not depend on that.</summary>
    public long? Whole(LaunchNumber number) => number switch
    {
        LaunchNumber.PartStart => 0,
        LaunchNumber.PartEnd => Rounds,
        _ => null,
    };

    /// <summary>The same with another number in place of that which the launch has of its own.</summary>
    public KernelLaunch With(long number) => this with
    {
        Arguments = [.. Arguments.Select(a => a is LaunchArgument.OfConstant ? new LaunchArgument.OfConstant(number) : a)],
    };

    /// <summary>
    /// A kernel that a device of compute capability 8.0 and up runs instead, as it has asynchronous copies and tensor cores: with the same name,
    /// groups and arguments. Null where there is none.
    /// </summary>
    public Kernel? Sm80Kernel { get; init; }

    /// <summary>True where each part of the launch does some of its work again.</summary>
    public bool RepeatsWork { get; init; }

    /// <summary>The loop that the launch is in; null where it runs once.</summary>
    public LaunchLoop? Loop { get; init; }
}

/// <summary>How long a buffer of a plan has to keep what is in it.</summary>
public enum BufferLifetime
{
    /// <summary>For one chunk, while the stage runs.</summary>
    Scratch,

    /// <summary>For one thread, while it does its part of a launch.</summary>
    Own,

    /// <summary>Until the parameters change: packed weights. Filled by <see cref="KernelPlan.Prepare"/>.</summary>
    Derived,

    /// <summary>For one call: what a lane adds up. Zero at first, read by <see cref="KernelPlan.Combine"/>.</summary>
    Accumulator,
}

/// <summary>Memory that an implementation needs besides the stage's values.</summary>
/// <param name="Name">What it holds: "conv1 weights, packed".</param>
/// <param name="Scalar">Its element type.</param>
/// <param name="Length">Its elements; for scratch those of one chunk.</param>
/// <param name="Lifetime">How long it lives.</param>
public sealed record PlanBuffer(string Name, ScalarKind Scalar, long Length, BufferLifetime Lifetime);

/// <summary>A stage as kernels: what <see cref="IImplementation.Lower"/> makes.</summary>
/// <param name="Buffers">Memory of its own.</param>
/// <param name="Prepare">Launches that fill derived buffers from parameters.</param>
/// <param name="Launches">Launches that compute the stage, for one chunk.</param>
/// <param name="Combine">
/// For a sum over the batch: the launch that adds up the lanes' accumulators and writes the result. Its accumulator argument is
/// that of lane 0.
/// </param>
public sealed record KernelPlan(
    ImmutableArray<PlanBuffer> Buffers,
    ImmutableArray<KernelLaunch> Prepare,
    ImmutableArray<KernelLaunch> Launches,
    KernelLaunch? Combine = null);
