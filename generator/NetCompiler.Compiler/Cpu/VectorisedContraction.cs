using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>A contraction with a choice of the axis that lanes run along and of the factor that is loaded in vectors.</summary>
/// <param name="target">The target.</param>
/// <param name="stage">The stage.</param>
/// <param name="environment">Layouts and chunk size.</param>
/// <param name="contraction">The stage's contraction.</param>
/// <param name="vector">The factor that is loaded in vectors.</param>
/// <param name="scalar">The other one.</param>
/// <param name="axis">The axis, one of the result's.</param>
/// <param name="reorders">True where factors were copied so that their elements lie side by side along the axis.</param>
internal sealed class VectorisedContraction(
    CpuTarget target, Stage stage, StageEnvironment environment, Contraction contraction, ContractionOperand vector,
    ContractionOperand scalar, Axis axis, bool reorders)
{
    // Vectors of sums that a tile holds along the axis.
    private const int LargestVectors = 8;

    // The dimension of the result that belongs to samples, in which the axis counts single elements; −1 for none.
    private readonly int _dimension = stage.Scope == StageScope.Sample ? ContractionScheduler.DimensionOf(contraction, axis) : -1;

    /// <summary>True where both factors and the result lie as vectors along the axis need it.</summary>
    public bool IsPossible()
    {
        if (!vector.DependsOn(axis))
            return false;
        // Weights are packed as the schedule wants them; anything else has to lie right already.
        var isPacked = !vector.Value.Type.IsPerSample;
        if (!isPacked && vector.Stride(axis) != 1 || scalar.DependsOn(axis) && scalar.Stride(axis) != 1)
            return false;
        if (isPacked && vector.Halo is not null)
            return false;
        if (stage.Scope != StageScope.Sample)
            return true;
        // The windows of a pooling lie in one lane, or are pairs of lanes.
        if (WindowAlong(_dimension) > 2)
            return false;
        return _dimension >= 0
            && (axis.Extent.Size == 1 || stage.Outputs.All(v => environment.Layouts[v].Strides[_dimension] == 1)
                && VectorAccess.IsEpiloguePossible(stage, environment, _dimension));
    }

    /// <summary>Of all numbers of blocks along the axis the one that costs least; null where none fits the registers.</summary>
    /// <param name="vectorIsLeft">True where the factor that is loaded in vectors is the left one.</param>
    public (ContractionSchedule Schedule, double Cost)? Best(bool vectorIsLeft)
    {
        var window = WindowAlong(_dimension);
        var isExact = EndsExactly();
        var extent = ContractionScheduler.Pooling(stage) is { } pooling && _dimension > 1
            ? pooling.Result.Type.Shape[_dimension].Size : axis.Extent.Size;
        var pieces = isExact ? target.Fill(extent) : target.Cover(extent);
        if (window > 1 && (isExact || pieces.Any(p => p.Lanes == 1)))
            return null;
        var cost = new ContractionCost(target, environment, contraction, vector, scalar);
        var loopsOf = new Dictionary<int, ImmutableArray<ResultLoop>?>();
        (ContractionSchedule Schedule, double Cost)? best = null;
        for (var count = 1; count <= pieces.Length; count++)
        {
            var blocks = new VectorBlocks(pieces, Partition.Blocks(pieces.Length, count), target.Lanes);
            if (blocks.Count != count || !blocks.IsUniform || LoopsFor(blocks.Vectors * window) is not { } loops)
                continue;
            foreach (var blocksFirst in count > 1 && !vector.Value.Type.IsPerSample ? new[] { false, true } : [false])
            {
                var schedule = new ContractionSchedule(axis, vectorIsLeft, window, vector.Copies, reorders, blocks, loops, blocksFirst);
                // Weights of which each of the result's places along a loop has its own are none that tiles could share.
                if (!loops.Any(l => vector.DependsOn(l.Axis)))
                    schedule = schedule with { AheadStride = cost.AheadStride(schedule) };
                var cycles = cost.Of(schedule);
                if (best is null || cycles < best.Value.Cost)
                    best = (schedule, cycles);
            }
        }

        return best;

        ImmutableArray<ResultLoop>? LoopsFor(int vectors)
        {
            if (!loopsOf.TryGetValue(vectors, out var loops))
                loopsOf[vectors] = loops = Loops(vectors);
            return loops;
        }
    }

    // True where vectors must not run past the end of the axis.
    private bool EndsExactly()
    {
        // What is beside the values may belong to the caller.
        if (stage.Scope == StageScope.Sample
            && stage.Outputs.Concat(EpilogueInputs()).Any(v => v.Type.IsPerSample && v.Type.Rank > 1 && !environment.Layouts[v].IsPadded))
        {
            return true;
        }

        if (vector.Value.Type.IsPerSample && HasEnd(vector) || scalar.DependsOn(axis) && HasEnd(scalar))
            return true;
        // A combined channel index (groups) has neighbours of the next group behind it.
        return stage.Scope == StageScope.Sample
            && contraction.Definition.Target.Any(i => i.Terms.Length > 1 && i.CoefficientOf(axis) != 0);

        bool HasEnd(ContractionOperand operand) => operand.Halo is null && !environment.Layouts[operand.Value].IsPadded;
    }

    // The loops over the result's other axes, with a tile that fits the registers beside its vectors; null where not even one
    // pooling window does.
    private ImmutableArray<ResultLoop>? Loops(int vectors)
    {
        if (vectors > LargestVectors)
            return null;
        // Registers hold the sums, the vectors, and where there are several of these the element that they are multiplied with.
        var budget = (target.VectorBudget - vectors - (vectors > 1 ? 1 : 0)) / vectors;
        var loops = contraction.ResultAxes.Where(a => a != axis).Select(Loop).ToList();
        var room = budget / loops.Aggregate(1, (p, l) => p * l.Window);
        if (room < 1)
            return null;
        // Tiles grow along axes of which the vectors are independent, those first whose elements lie closest.
        foreach (var loop in loops.Where(l => !vector.DependsOn(l.Axis)).OrderBy(l => Math.Abs(scalar.Stride(l.Axis))).ToList())
        {
            var steps = loop.Axis.Extent.IsBatch ? environment.ChunkSize : loop.Steps;
            var tile = Partition.EvenSize(steps, Math.Min(steps, room));
            if (loop.Axis.Extent.IsBatch && tile == steps && environment.ChunkSize > room)
                tile = room;
            loops[loops.IndexOf(loop)] = loop with { Tile = tile };
            room /= tile;
            if (room < 2)
                break;
        }

        return [.. loops];
    }

    private ResultLoop Loop(Axis other)
    {
        var pooling = ContractionScheduler.Pooling(stage);
        var dimension = ContractionScheduler.DimensionOf(contraction, other);
        var steps = other.Extent.IsBatch ? 0
            : pooling is not null && dimension is 2 or 3 ? pooling.Result.Type.Shape[dimension].Size
            : other.Extent.Size;
        return new ResultLoop(other, WindowAlong(dimension), steps, 1);
    }

    // The pooling window along a dimension of the result.
    private int WindowAlong(int dimension) => ContractionScheduler.Pooling(stage) is not { } pooling ? 1 : dimension switch
    {
        2 => Window.From(pooling.Attributes).Y.Kernel,
        3 => Window.From(pooling.Attributes).X.Kernel,
        _ => 1,
    };

    private IEnumerable<Value> EpilogueInputs() => stage.Inputs.Where(v => ContractionScheduler.IsEpilogueInput(stage, v));
}
