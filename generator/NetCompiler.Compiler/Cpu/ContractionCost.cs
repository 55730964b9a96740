using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Estimates what schedules of a contraction cost.</summary>
internal sealed class ContractionCost
{
    /// <summary>Cycles that a register tile costs besides its sums: the call, addresses, the epilogue's fixed part.</summary>
    public const double TileOverhead = 24;

    /// <summary>Cycles for each of its sums' way through the epilogue.</summary>
    public const double SumOverhead = 2;

    // What weights may count on of the second-level cache, beside what passes through it.
    private const double NearPart = 0.625;

    private readonly CpuTarget _target;
    private readonly int _chunkSize;
    private readonly double _terms;
    private readonly double _vectorTerms;
    private readonly double _scalarBytes;
    private readonly bool _isPacked;
    private readonly bool _turns;
    private readonly double _copies;

    /// <summary>For a choice of the factor that is loaded in vectors, and the other one.</summary>
    public ContractionCost(
        CpuTarget target, StageEnvironment environment, Contraction contraction, ContractionOperand vector, ContractionOperand scalar)
    {
        _target = target;
        _chunkSize = environment.ChunkSize;
        _turns = Turns(target, environment);
        _terms = Product(contraction.SumAxes);
        _vectorTerms = Product(contraction.SumAxes.Where(vector.DependsOn));
        _isPacked = !vector.Value.Type.IsPerSample;
        _copies = new[] { vector, scalar }.Sum(o => o.Value.Type.IsPerSample && o.Halo is { } halo ? halo.Cycles(target) : 0);
        _scalarBytes = 4.0 * scalar.Value.Type.SampleLength * (scalar.Value.Type.IsPerSample ? environment.ChunkSize : 1);
    }

    /// <summary>Cycles for one sample. Of fixed-point weights for a chunk of one: several samples read single precision.</summary>
    public double Of(ContractionSchedule schedule)
    {
        // All blocks but the last one are alike.
        var last = schedule.Blocks.Count - 1;
        var computing = Block(last) + (last > 0 ? last * Block(0) : 0);
        var (weights, elements) = FarCycles(schedule);
        // Elements are few for each multiply-add and lie one behind the other: a core fetches them ahead by itself.
        var cost = schedule.AheadStride > 0
            ? CpuTarget.Overlapped(computing, weights + elements)
            : weights + CpuTarget.Overlapped(computing, elements);
        // Over the batch the whole chunk was counted, whether as an axis of the result or of the sum.
        return cost / _chunkSize + _copies;

        double Block(int block) => Tiles(schedule, 0, 1, schedule.Blocks.VectorsOf(block) * schedule.Window);
    }

    /// <summary>
    /// Elements of the next block that each term of a tile brings near, so that all of it is there when its turn comes. 0 where weights are
    /// near anyway, where one tile goes through them once, where a block has so few tiles that a term would have to bring more than a cache
    /// line, where it has so many that reading it hardly matters, and where steps turn (<see cref="Turns"/>): what is needed next then lies
    /// in front as often as behind, or is near.
    /// </summary>
    public int AheadStride(ContractionSchedule schedule)
    {
        if (_turns || !schedule.BlocksFirst || !_isPacked || !IsFar(_target, VectorBytes(schedule)))
            return 0;
        var tiles = TilesOfBlock(schedule);
        var stride = (int)Math.Ceiling(schedule.Blocks.Width / tiles);
        return tiles > 1 && stride is >= CacheLines.Floats / 4 and <= CacheLines.Floats ? stride : 0;
    }

    /// <summary>
    /// True in a scan whose steps go through more than a cache surely holds. What it does hold is what came last, so that every other step
    /// begins at the end.
    /// </summary>
    public static bool Turns(CpuTarget target, StageEnvironment environment) => environment.RepeatedBytes > target.SecondLevelBytes / 2;

    /// <summary>True for weights that do not stay in the second-level cache.</summary>
    /// <param name="target">The target.</param>
    /// <param name="bytes">Bytes of all of them.</param>
    public static bool IsFar(CpuTarget target, double bytes) => bytes > NearPart * target.SecondLevelBytes;

    /// <summary>Bytes that a packed weight takes.</summary>
    public static double BytesOfWeight(ContractionSchedule schedule) =>
        schedule.IsFixedPoint ? (double)sizeof(int) * FixedPoint.Words / FixedPoint.Terms : sizeof(float);

    private double VectorBytes(ContractionSchedule schedule) => schedule.Blocks.PaddedExtent * BytesOfWeight(schedule) * _vectorTerms;

    // What comes from behind the second-level cache: of what the inner loops go through, all in every round of the outer one.
    private (double Weights, double Elements) FarCycles(ContractionSchedule schedule)
    {
        if (!_isPacked)
            return (0, 0);
        var vectorBytes = VectorBytes(schedule);
        if (schedule.BlocksFirst)
        {
            return IsFar(_target, vectorBytes / schedule.Blocks.Count)
                ? (double.MaxValue, 0)
                : (Far(vectorBytes, 1), Far(_scalarBytes, schedule.Blocks.Count));
        }

        return (Far(vectorBytes, TilesOfBlock(schedule)), 0);

        double Far(double bytes, double rounds) => IsFar(_target, bytes) ? _target.FarCycles(bytes, rounds) : 0;
    }

    private double TilesOfBlock(ContractionSchedule schedule) => schedule.Loops.Aggregate(1.0, (product, loop) =>
        product * Math.Ceiling((double)(loop.Axis.Extent.IsBatch ? _chunkSize : loop.Steps) / loop.Tile));

    // The tiles from a loop inwards, of so many pixels and vectors by the loops around it.
    private double Tiles(ContractionSchedule schedule, int depth, int pixels, int vectors)
    {
        if (depth == schedule.Loops.Length)
            return Tile(schedule, pixels, vectors);
        var loop = schedule.Loops[depth];
        var steps = loop.Axis.Extent.IsBatch ? _chunkSize : loop.Steps;
        var (whole, rest) = (steps / loop.Tile, steps % loop.Tile);
        var sum = whole * Tiles(schedule, depth + 1, pixels * loop.TileElements, vectors);
        if (rest > 0)
        {
            sum += loop.Axis.Extent.IsBatch
                ? rest * Tiles(schedule, depth + 1, pixels * loop.Window, vectors)
                : Tiles(schedule, depth + 1, pixels * loop.Window * rest, vectors);
        }

        return sum;
    }

    private double Tile(ContractionSchedule schedule, int pixels, int vectors)
    {
        var accumulators = pixels * vectors;
        var copies = TileBody.Copies(accumulators);
        var arithmetic = CpuTarget.SumCycles(accumulators * copies) / copies;
        var loads = _target.LoadCycles(pixels, vectors, schedule.AheadStride > 0 ? 1 : 0,
            schedule.IsFixedPoint ? vectors * FixedPoint.Instructions(_target.Lanes) : 0);
        var memory = VectorBytes(schedule) > _target.FirstLevelBytes
            ? vectors * _target.Lanes * BytesOfWeight(schedule) / CpuTarget.SecondLevelBytesPerCycle : 0;
        return _terms * Math.Max(Math.Max(arithmetic, loads), memory) + TileOverhead + accumulators * SumOverhead;
    }

    private double Product(IEnumerable<Axis> axes) => axes.Aggregate(1.0, (p, a) => p * (a.Extent.IsBatch ? _chunkSize : a.Extent.Size));
}
