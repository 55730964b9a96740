using System.Collections.Immutable;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// Computes contractions as matrix products that are never laid out as such: tiles of both factors in shared memory, a tile of sums
/// in the registers of each thread, and what follows in the stage computed on those before anything is written.
/// </summary>
internal sealed class SimtContraction : IImplementation
{
    /// <summary>Sums that a thread has in registers at most.</summary>
    public const int LargestSums = 64;

    /// <summary>Terms that are in shared memory at a time.</summary>
    public const int Depth = 8;

    private static readonly ImmutableArray<(int X, int Y)> s_threads = [(8, 8), (16, 8), (16, 16), (32, 4), (64, 1), (128, 1)];

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Scope == StageScope.Shared || ContractionShape.Of(stage) is not { } shape)
            yield break;

        foreach (var (x, y) in s_threads)
        {
            var best = Tiles(x, y, shape, environment.ChunkSize)
                .Select(t => (Tile: t, Cost: Cost(t, shape, environment.ChunkSize)))
                .OrderBy(t => t.Cost).Select(t => ((SimtTile Tile, double Cost)?)t).FirstOrDefault();
            if (best is var (tile, cost))
                yield return new Candidate(this, FormattableString.Invariant($"gemm-{x}x{y}"), cost, tile);
        }
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        var (shape, tile) = (ContractionShape.Of(stage)!, (SimtTile)candidate.Schedule!);
        // Of a sum that is one part there is nothing to copy ahead.
        var hasParts = shape.Sums.HasBatch || shape.Sums.Steps > tile.Depth;
        return SimtContractionLowering.Run(stage, environment, shape, new ThreadProduct(tile),
            hasParts && 2 * tile.SharedBytes <= SimtTarget.SharedBytes ? new ThreadProduct(tile, copiesAhead: true) : null);
    }

    private static IEnumerable<SimtTile> Tiles(int x, int y, ContractionShape shape, int chunk)
    {
        foreach (var rows in new[] { 1, 2, 4 })
        {
            foreach (var columns in new[] { 1, 2, 4, 8 })
            {
                var tile = new SimtTile(x, y, rows, columns, shape.Rows.Window, Depth, 1);
                if ((tile.Sums > LargestSums && rows * columns > 1) || tile.SharedBytes > SimtTarget.SharedBytes)
                    continue;
                yield return tile.Sliced(shape, chunk);
            }
        }
    }

    // Cycles of a multiprocessor: the multiply-adds, the reads of shared memory for them, and the filling. The threads of a warp have few columns
    // between them, so that neighbouring ones take no longer than one; of rows each has its own.
    private static double Cost(SimtTile tile, ContractionShape shape, int chunk) => SimtCost.Contraction(
        tile, shape, chunk, tile.Sums + SimtCost.SharedRead * (tile.Rows * tile.Window + (double)tile.Columns / tile.Neighbours));
}
