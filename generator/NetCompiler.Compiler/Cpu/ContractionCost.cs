using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Estimates what schedules of a contraction cost.</summary>
internal sealed class ContractionCost
{
    // Cycles that a tile costs besides its sums: the call, addresses, the epilogue's fixed part.
    private const double TileOverhead = 24;

    // Bytes that the second-level cache delivers in a cycle.
    private const double CacheBytesPerCycle = 40;

    // Vectors of more bytes than the first-level cache holds come from the second one.
    private const double NearBytes = 32 * 1024;

    private readonly CpuTarget _target;
    private readonly int _chunkSize;
    private readonly double _terms;
    private readonly double _vectorTerms;

    /// <summary>For a choice of the factor that is loaded in vectors.</summary>
    public ContractionCost(CpuTarget target, StageEnvironment environment, Contraction contraction, ContractionOperand vector)
    {
        _target = target;
        _chunkSize = environment.ChunkSize;
        _terms = Product(contraction.SumAxes);
        _vectorTerms = Product(contraction.SumAxes.Where(vector.DependsOn));
    }

    /// <summary>Cycles for one sample.</summary>
    public double Of(ContractionSchedule schedule)
    {
        var cost = 0.0;
        for (var block = 0; block < schedule.Blocks.Count; block++)
            cost += Tiles(schedule, 0, 1, schedule.Blocks[block].Length * schedule.Window);
        // Over the batch the whole chunk was counted, whether as an axis of the result or of the sum.
        return cost / _chunkSize;
    }

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
        var accumulators = (double)pixels * vectors;
        var arithmetic = accumulators / CpuTarget.MultiplyAddsPerCycle;
        var loads = (pixels + vectors) / CpuTarget.LoadsPerCycle;
        var vectorBytes = schedule.Blocks.PaddedExtent * 4.0 * _vectorTerms;
        var memory = vectorBytes > NearBytes ? vectors * _target.Lanes * 4 / CacheBytesPerCycle : 0;
        var latency = accumulators < 8 ? Math.Max(1, accumulators * CpuTarget.MultiplyAddLatency / 8) : 0;
        return _terms * Math.Max(Math.Max(arithmetic, loads), Math.Max(memory, latency)) + TileOverhead + accumulators * 2;
    }

    private double Product(IEnumerable<Axis> axes) => axes.Aggregate(1.0, (p, a) => p * (a.Extent.IsBatch ? _chunkSize : a.Extent.Size));
}
