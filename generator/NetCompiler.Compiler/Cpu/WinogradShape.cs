using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>A convolution as Winograd's algorithm sees it.</summary>
internal sealed class WinogradShape
{
    /// <summary>Elements of a transformed tile, 4×4.</summary>
    public const int Elements = 16;

    /// <summary>Elements of the result that a tile covers in each direction.</summary>
    public const int TileSize = 2;

    // Transformed tiles of one block should stay in the second-level cache.
    private const int BlockBytes = 192 * 1024;

    private WinogradShape(
        CpuTarget target, Contraction contraction, ContractionOperand image, ScalarRead weights, Axis sum, Axis output, Axis y, Axis x,
        (int Y, int X) flip, (int Height, int Width) size)
    {
        (Contraction, Image, Weights, Sum, Output, Y, X, Flip) = (contraction, image, weights, sum, output, y, x, flip);
        Rows = 1;
        (Height, Width) = size;
        (TilesY, TilesX) = (Partition.Blocks(Height, TileSize), Partition.Blocks(Width, TileSize));
        Blocks = new VectorBlocks(target.Cover(output.Extent.Size), 1, target.Lanes);
        ImageChannels = target.PaddedExtent(sum.Extent.Size);
        var perTile = Elements * 4 * (ImageChannels + Blocks.PaddedExtent);
        var tiles = Math.Max(1, Math.Min(Tiles, BlockBytes / perTile));
        // Blocks of the same size, so that none is nearly empty.
        BlockTiles = Partition.EvenSize(Tiles, tiles);
        var best = double.MaxValue;
        for (var vectors = 1; vectors <= Math.Min(4, Blocks.Pieces.Length); vectors++)
        {
            // A register for each sum and for each vector of weights, one for the tile's element.
            var rows = Partition.EvenSize(BlockTiles, Math.Min(BlockTiles, (target.VectorBudget - vectors - 1) / vectors));
            var calls = Partition.Blocks(BlockTiles, rows) * Partition.Blocks(Blocks.Pieces.Length, vectors);
            var cost = calls * CpuTarget.TileCycles(rows, vectors);
            if (cost < best)
                (best, Rows, Blocks) = (cost, rows, Blocks with { Vectors = vectors });
        }
    }

    /// <summary>The convolution.</summary>
    public Contraction Contraction { get; }

    /// <summary>The image.</summary>
    public ContractionOperand Image { get; }

    /// <summary>The read of the weights.</summary>
    public ScalarRead Weights { get; }

    /// <summary>The channels that are summed over.</summary>
    public Axis Sum { get; }

    /// <summary>The channels of the result.</summary>
    public Axis Output { get; }

    /// <summary>The result's rows.</summary>
    public Axis Y { get; }

    /// <summary>The result's columns.</summary>
    public Axis X { get; }

    /// <summary>1 where taps run with the image, −1 where they run against it, as in the gradient of the input.</summary>
    public (int Y, int X) Flip { get; }

    /// <summary>Rows of the result that are needed.</summary>
    public int Height { get; }

    /// <summary>Columns of the result that are needed.</summary>
    public int Width { get; }

    /// <summary>Tiles from top to bottom.</summary>
    public int TilesY { get; }

    /// <summary>Tiles from left to right.</summary>
    public int TilesX { get; }

    /// <summary>Tiles of a sample.</summary>
    public int Tiles => TilesY * TilesX;

    /// <summary>Tiles that are transformed and multiplied at once.</summary>
    public int BlockTiles { get; }

    /// <summary>Channels that are summed over.</summary>
    public int Channels => Sum.Extent.Size;

    /// <summary>The same with padding.</summary>
    public int ImageChannels { get; }

    /// <summary>Vectors that cover the result's channels, in blocks of those of a register tile.</summary>
    public VectorBlocks Blocks { get; }

    /// <summary>Tiles of a register tile of the matrix product.</summary>
    public int Rows { get; }

    /// <summary>Reads a stage as such a convolution, if it is one.</summary>
    public static bool TryRead(CpuTarget target, Stage stage, StageEnvironment environment, [NotNullWhen(true)] out WinogradShape? shape)
    {
        shape = null;
        if (stage.Kind != StageKind.Contraction || stage.Scope != StageScope.Sample
            || !Contraction.TryRead(stage.Anchor, out var contraction)
            || !contraction.Definition.IsDirect || contraction.ResultAxes.Length != 4 || contraction.SumAxes.Length != 3)
        {
            return false;
        }

        var axes = contraction.ResultAxes;
        var (n, output, y, x) = (axes[0], axes[1], axes[2], axes[3]);
        var (image, weights) = stage.Anchor.Inputs[contraction.Left.Source].Type.IsPerSample
            ? (contraction.Left, contraction.Right) : (contraction.Right, contraction.Left);
        if (stage.Anchor.Inputs[weights.Source].Type.IsPerSample || image.Indices.Length != 4
            || !image.Indices[0].Equals((IndexExpression)n))
        {
            return false;
        }

        var (tapY, flipY) = Tap(image.Indices[2], y, contraction.SumAxes);
        var (tapX, flipX) = Tap(image.Indices[3], x, contraction.SumAxes);
        var sum = contraction.SumAxes.FirstOrDefault(a => a != tapY && a != tapX);
        if (tapY is null || tapX is null || sum is null || !image.Indices[1].Equals((IndexExpression)sum)
            || weights.Indices.Any(i => i.Divisor != 1))
        {
            return false;
        }

        if (NeededSize(stage, y, x) is not { } size || output.Extent.Size < 4 || sum.Extent.Size < 4
            || !HasChannelVectors(stage, environment))
        {
            return false;
        }

        var (rows, columns) = (RoundUp(image.Indices[2], y, size.Height), RoundUp(image.Indices[3], x, size.Width));
        var whole = new ScalarRead(image.Source, [image.Indices[0], image.Indices[1], rows, columns], image.Outside ?? 0);
        var operand = new ContractionOperand(stage.Anchor, whole, environment);
        if (operand.Stride(sum) != 1 || operand.Halo is null && !environment.Layouts[operand.Value].IsPadded)
            return false;
        shape = new WinogradShape(target, contraction, operand, weights, sum, output, y, x, (flipY, flipX), size);
        return true;
    }

    // Rows and columns of the result that are needed; null where a pooling's windows are not the tiles.
    private static (int Height, int Width)? NeededSize(Stage stage, Axis y, Axis x)
    {
        if (ContractionScheduler.Pooling(stage) is not { } pooling)
            return (y.Extent.Size, x.Extent.Size);
        var window = Window.From(pooling.Attributes);
        var shape = pooling.Result.Type.Shape;
        return window.Y.Kernel == TileSize && window.X.Kernel == TileSize
            ? (shape[2].Size * TileSize, shape[3].Size * TileSize)
            : null;
    }

    // Vectors run over channels of the result, in everything that the epilogue reads and writes.
    private static bool HasChannelVectors(Stage stage, StageEnvironment environment)
    {
        var inputs = stage.Inputs.Where(v => v.Type.IsPerSample && ContractionScheduler.IsEpilogueInput(stage, v));
        return stage.Outputs.Concat(inputs).Select(v => environment.Layouts[v]).All(l => l.Strides[1] == 1 && l.IsPadded);
    }

    // The tap of an index output ± tap + constant.
    private static (Axis? Tap, int Flip) Tap(IndexExpression index, Axis output, ImmutableArray<Axis> sums)
    {
        if (index.Divisor != 1 || index.Terms.Length != 2 || index.CoefficientOf(output) != 1)
            return (null, 0);
        var tap = index.Terms.FirstOrDefault(t => t.Axis != output);
        return tap.Axis is { Extent.Size: 3 } axis && Math.Abs(tap.Coefficient) == 1 && sums.Contains(axis)
            ? (axis, tap.Coefficient)
            : (null, 0);
    }

    // Tiles may hang over the result's end: what they read there has to exist.
    private static IndexExpression RoundUp(IndexExpression index, Axis axis, int size)
    {
        var rounded = new Axis(axis.Name, Partition.RoundUp(size, TileSize));
        return index with { Terms = [.. index.Terms.Select(t => t.Axis == axis ? t with { Axis = rounded } : t)] };
    }
}
