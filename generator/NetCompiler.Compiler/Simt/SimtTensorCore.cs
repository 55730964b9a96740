using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// Computes contractions as <see cref="SimtContraction"/> does, but for the products, which are those of warps on tensor cores. Offered
/// where the network lets factors be rounded. Devices without tensor cores get the same launch with a kernel in single precision.
/// </summary>
internal sealed class SimtTensorCore : IImplementation
{
    private const int Depth = 16;

    // What tensor cores take for a product of a warp, in instructions that each of its threads could have issued: 512 multiply-adds of tf32
    // a cycle, or 1024 of bfloat16.
    private const double ProductInstructions = 8;

    // A factor's element is rounded.
    private const double Rounding = 1;

    private static readonly ImmutableArray<(int X, int Y)> s_warps = [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (1, 4), (4, 2), (2, 4)];

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (environment.Options?.FactorFormat is not { } format || stage.Scope == StageScope.Shared
            || ContractionShape.Of(stage) is not { } shape)
        {
            yield break;
        }

        foreach (var (x, y) in s_warps)
        {
            var best = Tiles(x, y, shape, environment.ChunkSize, format)
                .Select(t => (Tile: t, Cost: Cost(t, shape, environment.ChunkSize)))
                .OrderBy(t => t.Cost).Select(t => ((TensorTile Tile, double Cost)?)t).FirstOrDefault();
            if (best is var (tile, cost))
                yield return new Candidate(this, FormattableString.Invariant($"tensor-{x}x{y}"), cost, tile);
        }
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        var (shape, tile) = (ContractionShape.Of(stage)!, (TensorTile)candidate.Schedule!);
        return SimtContractionLowering.Run(
            stage, environment, shape, new ThreadProduct(tile.Tile with { Depth = SimtContraction.Depth }), new TensorCoreProduct(tile));
    }

    private static IEnumerable<TensorTile> Tiles(int x, int y, ContractionShape shape, int chunk, MatrixFormat format)
    {
        foreach (var rows in new[] { 1, 2, 4 })
        {
            foreach (var columns in new[] { 1, 2, 4, 8 })
            {
                var tensor = TensorTile.Of(x, y, rows, columns, shape.Rows.Window, Depth, format);
                if (tensor.Tile.Sums <= SimtContraction.LargestSums && tensor.SharedBytes <= SimtTarget.SharedBytes)
                    yield return tensor with { Tile = tensor.Tile.Sliced(shape, chunk) };
            }
        }
    }

    // As of other contractions; a thread's instructions are the products, the reads of shared memory and the rounding for them.
    private static double Cost(TensorTile tensor, ContractionShape shape, int chunk)
    {
        var (rows, elements) = (tensor.Rows * tensor.Tile.Window, MatrixFragment.ElementsOfRegister(tensor.Format));
        var reads = elements * (MatrixFragment.LeftRegisters * rows + MatrixFragment.RightRegisters * tensor.Columns);
        var instructions = ProductInstructions * rows * tensor.Columns + (SimtCost.SharedRead + Rounding) * reads;
        return SimtCost.Contraction(tensor.Tile, shape, chunk, instructions / MatrixFragment.Terms(tensor.Format));
    }
}
