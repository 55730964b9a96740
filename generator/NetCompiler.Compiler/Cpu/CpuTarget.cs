using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>A CPU with vectors of a width, single precision.</summary>
public sealed class CpuTarget : ITarget
{
    /// <summary>A CPU target.</summary>
    /// <param name="vectorBits">128, 256 or 512.</param>
    public CpuTarget(int vectorBits)
    {
        if (vectorBits is not (128 or 256 or 512))
            throw new ArgumentOutOfRangeException(nameof(vectorBits), vectorBits, "A vector is 128, 256 or 512 bits wide.");
        VectorBits = vectorBits;
        Implementations =
        [
            new DirectContraction(this), new Winograd(this), new Depthwise(this), new LoopNest(this), new BatchSum(this), new ScanLoop(this),
            new ScatterSum(this), new AttentionRows(this),
        ];
    }

    /// <summary>The width of a vector in bits.</summary>
    public int VectorBits { get; }

    /// <summary>Floats in a vector.</summary>
    public int Lanes => VectorBits / 32;

    /// <summary>
    /// Vectors that a schedule may keep alive: 31 of the 32 registers of AVX-512, 15 of the 16 of narrower ones. One more costs
    /// 4 % (JIT) to 16 % (AOT) there, and half the speed here.
    /// </summary>
    public int VectorBudget => VectorBits == 512 ? 31 : 15;

    /// <summary>Multiply-adds of vectors that begin in one cycle.</summary>
    public const double MultiplyAddsPerCycle = 2;

    /// <summary>Loads that begin in one cycle.</summary>
    public const double LoadsPerCycle = 2;

    /// <summary>Cycles until a multiply-add's result can be used.</summary>
    public const double MultiplyAddLatency = 4;

    // Instructions that begin in one cycle of a core that runs another thread besides, as measured.
    private const double InstructionsPerCycle = 3.3;

    // Sums of vectors that keep such a core busy, and the cycles that each one that is missing costs.
    private const int UnhinderedSums = 12;
    private const double MissingSumCycles = 0.125;

    /// <summary>Bytes of the first-level cache of cores with such vectors.</summary>
    public int FirstLevelBytes => VectorBits == 512 ? 48 * 1024 : 32 * 1024;

    /// <summary>Bytes of the second-level cache that cores with such vectors have at least.</summary>
    public int SecondLevelBytes => VectorBits == 512 ? 1024 * 1024 : 512 * 1024;

    /// <summary>Bytes that the second-level cache delivers in a cycle.</summary>
    public const double SecondLevelBytesPerCycle = 32;

    /// <summary>What a core may count on of the third-level cache, which it shares.</summary>
    public const int ThirdLevelBytes = 8 * 1024 * 1024;

    /// <summary>Bytes that come from behind the second-level cache in a cycle.</summary>
    public const double ThirdLevelBytesPerCycle = 14;

    /// <summary>Bytes that come from memory in a cycle.</summary>
    public double MemoryBytesPerCycle => VectorBits == 512 ? 8 : 4;

    /// <summary>Cycles for reading what is not in the second-level cache, round after round.</summary>
    /// <param name="bytes">Bytes of a round.</param>
    /// <param name="rounds">Rounds.</param>
    /// <param name="thirdLevelBytes">What the third-level cache keeps of it.</param>
    internal double FarCycles(double bytes, double rounds, double thirdLevelBytes = ThirdLevelBytes) =>
        rounds * bytes / (bytes > thirdLevelBytes ? MemoryBytesPerCycle : ThirdLevelBytesPerCycle);

    /// <summary>
    /// Cycles for one round of so many sums that do not depend on each other: each waits for itself in the round before. A core that is
    /// held up now and then, by a load or by another thread that it runs, catches up only with more sums than just fill its latency.
    /// </summary>
    /// <param name="sums">Sums of vectors.</param>
    internal static double SumCycles(double sums) =>
        Math.Max(MultiplyAddLatency, sums / MultiplyAddsPerCycle) + MissingSumCycles * Math.Max(0, UnhinderedSums - sums);

    /// <summary>
    /// Cycles for the loads of a round of a register tile, or for all its instructions, where these take longer. An element that a single
    /// vector is multiplied with is loaded by the multiply-add itself where vectors have 512 bits.
    /// </summary>
    /// <param name="rows">Elements that are loaded one at a time.</param>
    /// <param name="vectors">Vectors that are loaded.</param>
    /// <param name="others">Loads besides.</param>
    /// <param name="arithmetic">Instructions besides loads and multiply-adds.</param>
    internal double LoadCycles(double rows, double vectors, double others = 0, double arithmetic = 0)
    {
        var instructions = rows * vectors + vectors + others + arithmetic + (vectors == 1 && VectorBits == 512 ? 0 : rows);
        return Math.Max((rows + vectors + others) / LoadsPerCycle, instructions / InstructionsPerCycle);
    }

    /// <summary>Cycles for one round of a register tile: those of its sums, or its loads where these take longer.</summary>
    /// <param name="rows">Elements that are loaded one at a time.</param>
    /// <param name="vectors">Vectors that are loaded.</param>
    internal double TileCycles(double rows, double vectors) => Math.Max(SumCycles(rows * vectors), LoadCycles(rows, vectors));

    /// <summary>
    /// Cycles of computing while what it needs next is on its way: the longer of both and, as they now and then wait for each other, a part
    /// of the shorter.
    /// </summary>
    internal static double Overlapped(double computing, double reading) =>
        Math.Max(computing, reading) + 0.25 * Math.Min(computing, reading);

    /// <inheritdoc/>
    public string Name => $"cpu{VectorBits}";

    /// <inheritdoc/>
    public ImmutableArray<IImplementation> Implementations { get; }

    /// <inheritdoc/>
    public Layout LayoutOf(TensorType type) => type.IsPerSample
        ? Layout.Innermost(type, type.FeatureDimension, type.Rank > 1 ? PaddedExtent(type.Shape[type.FeatureDimension].Size) : 1)
        : Layout.Canonical(type);

    /// <summary>
    /// Vectors that cover an extent, the last one the narrowest that does: 50 = 16 + 16 + 16 + 4 (of which 2 are padding). An
    /// extent of 1 is a scalar.
    /// </summary>
    public ImmutableArray<VectorPiece> Cover(int extent)
    {
        if (extent == 1)
            return [new VectorPiece(0, 1)];
        var pieces = ImmutableArray.CreateBuilder<VectorPiece>();
        for (var offset = 0; offset < extent; offset += pieces[pieces.Count - 1].Lanes)
            pieces.Add(new VectorPiece(offset, LanesFor(extent - offset)));
        return pieces.ToImmutable();
    }

    /// <summary>Vectors and scalars that fill an extent exactly: 10 = 8 + 1 + 1.</summary>
    public ImmutableArray<VectorPiece> Fill(int extent)
    {
        var pieces = ImmutableArray.CreateBuilder<VectorPiece>();
        var offset = 0;
        while (offset < extent)
        {
            var lanes = Lanes;
            while (lanes > extent - offset)
                lanes = lanes > 4 ? lanes / 2 : 1;
            pieces.Add(new VectorPiece(offset, lanes));
            offset += lanes;
        }

        return pieces.ToImmutable();
    }

    /// <summary>An extent with the padding that <see cref="Cover"/> adds.</summary>
    public int PaddedExtent(int extent)
    {
        var whole = extent == 1 ? 1 : extent / Lanes * Lanes;
        return whole == extent ? extent : whole + LanesFor(extent - whole);
    }

    // The narrowest vector that covers what is left, or the widest there is.
    private int LanesFor(int rest)
    {
        var lanes = Lanes;
        while (lanes > 4 && lanes / 2 >= rest)
            lanes /= 2;
        return lanes;
    }
}
