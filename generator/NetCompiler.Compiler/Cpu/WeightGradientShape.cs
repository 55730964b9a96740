using System.Diagnostics.CodeAnalysis;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// The gradient of a convolution's weights as Winograd's algorithm sees it: tiles of the result's gradient are filters that the image is
/// convolved with, F(3×3, m×m), and the products of all tiles are added up before they are transformed back.
/// </summary>
internal sealed class WeightGradientShape
{
    // Vectors of a register tile.
    private const int LargestVectors = 4;

    // Cycles of a call of a register tile besides its multiply-adds, for each of its sums, and for each accumulator.
    private const double TileOverhead = 16;
    private const double SumOverhead = 1.5;
    private const double AccumulatorCycles = 2;

    private WeightGradientShape(
        CpuTarget target, Contraction contraction, MinimalFilter algorithm, StageEnvironment environment, Value image, Value gradient,
        (Axis C, Axis O, Axis Ky, Axis Kx) axes, (int Y, int X) origin)
    {
        (Contraction, Algorithm, Axes) = (contraction, algorithm, axes);
        Samples = environment.ChunkSize;
        var (height, width) = (gradient.Type.Shape[2].Size, gradient.Type.Shape[3].Size);
        var step = algorithm.Taps;
        var grid = (Partition.Blocks(height, step), Partition.Blocks(width, step));
        var tiles = Samples * grid.Item1 * grid.Item2;
        var single = new VectorBlocks(target.Cover(axes.O.Extent.Size), 1, target.Lanes);
        Blocks = single;
        var best = double.MaxValue;
        for (var vectors = 1; vectors <= Math.Min(LargestVectors, single.Pieces.Length); vectors++)
        {
            var blocks = single with { Vectors = vectors };
            var most = Math.Min((target.VectorBudget - vectors - 1) / vectors, Channels);
            for (var rows = 1; rows <= most; rows++)
            {
                for (var parts = 1; parts <= tiles; parts *= 2)
                {
                    var blockTiles = Partition.Blocks(tiles, parts);
                    var cost = ProductCycles(target, rows, blocks, tiles, blockTiles);
                    if (cost < best)
                        (best, Rows, Blocks, BlockTiles, Products) = (cost, rows, blocks, blockTiles, cost / Samples);
                }
            }
        }

        var rowBytes = 4 * algorithm.Size * algorithm.Size * Blocks.Width;
        GroupRows = Math.Min(Partition.RoundUp(Channels, Rows), Math.Max(1, target.SecondLevelBytes / 8 / rowBytes / Rows) * Rows);
        ProductStride = WinogradTiles.Spread((long)GroupRows * Blocks.Width);
        Image = new WinogradTiles(target, TileSource.Of(image, environment), algorithm.Input, step, origin, grid, BlockTiles,
            Partition.RoundUp(Channels, Rows));
        Gradient = new WinogradTiles(
            target, TileSource.Of(gradient, environment), algorithm.Filter, step, (0, 0), grid, BlockTiles);
    }

    /// <summary>The gradient as a contraction.</summary>
    public Contraction Contraction { get; }

    /// <summary>F(3, m).</summary>
    public MinimalFilter Algorithm { get; }

    /// <summary>The axes of the result: channels of the image, channels of the convolution's result, rows and columns of taps.</summary>
    public (Axis C, Axis O, Axis Ky, Axis Kx) Axes { get; }

    /// <summary>Tiles of the image.</summary>
    public WinogradTiles Image { get; }

    /// <summary>Tiles of the gradient of the convolution's result.</summary>
    public WinogradTiles Gradient { get; }

    /// <summary>The most samples that are computed together.</summary>
    public int Samples { get; }

    /// <summary>Channels of the image.</summary>
    public int Channels => Axes.C.Extent.Size;

    /// <summary>Vectors that cover the channels of the convolution's result, in blocks of those of a register tile.</summary>
    public VectorBlocks Blocks { get; }

    /// <summary>Channels of the image of a register tile.</summary>
    public int Rows { get; }

    /// <summary>Channels of the image whose products are transformed back together; a multiple of <see cref="Rows"/>.</summary>
    public int GroupRows { get; }

    /// <summary>Tiles whose products are added up before they are transformed back.</summary>
    public int BlockTiles { get; }

    /// <summary>Elements from a matrix of products to the next.</summary>
    public long ProductStride { get; }

    /// <summary>Cycles of the products and of what is done with them for a sample.</summary>
    public double Products { get; }

    /// <summary>Cycles for a sample.</summary>
    public double Cycles => Products + Image.Cycles + Gradient.Cycles;

    /// <summary>Reads a stage as such a gradient, if it is one.</summary>
    /// <param name="target">The target.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="environment">Layouts and chunk size.</param>
    /// <param name="step">Rows and columns of a tile of the gradient of the convolution's result, m.</param>
    /// <param name="shape">The gradient.</param>
    public static bool TryRead(
        CpuTarget target, Stage stage, StageEnvironment environment, int step, [NotNullWhen(true)] out WeightGradientShape? shape)
    {
        shape = null;
        if (stage.Kind != StageKind.Contraction || stage.Scope != StageScope.BatchSum || stage.Nodes.Length != 1
            || !Contraction.TryRead(stage.Anchor, out var contraction)
            || !contraction.Definition.IsDirect || contraction.ResultAxes.Length != 4 || contraction.SumAxes.Length != 3)
        {
            return false;
        }

        var (image, gradient) = IsPlain(contraction.Left) ? (contraction.Right, contraction.Left) : (contraction.Left, contraction.Right);
        var (imageValue, gradientValue) = (stage.Anchor.Inputs[image.Source], stage.Anchor.Inputs[gradient.Source]);
        if (!IsPlain(gradient) || image.Indices.Length != 4 || gradient.Indices.Length != 4 || image.Outside is not (null or 0)
            || !ChannelVectors.IsImage(imageValue, environment) || !ChannelVectors.IsImage(gradientValue, environment))
        {
            return false;
        }

        var (n, o) = (gradient.Indices[0].Terms[0].Axis, gradient.Indices[1].Terms[0].Axis);
        var (y, x) = (gradient.Indices[2].Terms[0].Axis, gradient.Indices[3].Terms[0].Axis);
        var rows = TapRange.TryRead(image, 2, y, contraction.ResultAxes, imageValue);
        var columns = TapRange.TryRead(image, 3, x, contraction.ResultAxes, imageValue);
        var c = contraction.ResultAxes.FirstOrDefault(a => a != o && a != rows?.Tap && a != columns?.Tap);
        if (rows is not { Taps: WinogradShape.TapExtent, Direction: 1, Step: 1 }
            || columns is not { Taps: WinogradShape.TapExtent, Direction: 1, Step: 1 } || c is null
            || !image.Indices[0].Equals((IndexExpression)n) || !image.Indices[1].Equals((IndexExpression)c)
            || !new[] { n, y, x }.All(contraction.SumAxes.Contains) || !contraction.ResultAxes.Contains(o)
            || c.Extent.Size < 4 || o.Extent.Size < 4)
        {
            return false;
        }

        shape = new WeightGradientShape(target, contraction, MinimalFilter.Of(WinogradShape.TapExtent, step), environment, imageValue,
            gradientValue, (c, o, rows.Tap, columns.Tap), (rows.Origin, columns.Origin));
        return true;
    }

    // A read at the axes themselves.
    private static bool IsPlain(ScalarRead read) => read.Indices.All(
        i => i.Divisor == 1 && i.Constant == 0 && i.Terms.Length == 1 && i.Terms[0].Coefficient == 1);

    // For all samples: products; the tiles, once for each block of vectors, from where they are; transforms back to the accumulators.
    private double ProductCycles(CpuTarget target, int rows, VectorBlocks blocks, int tiles, int blockTiles)
    {
        var elements = Algorithm.Size * Algorithm.Size;
        var parts = Partition.Blocks(tiles, blockTiles);
        var calls = elements * Partition.Blocks(Channels, rows);
        var last = blocks.Pieces.Length - (blocks.Count - 1) * blocks.Vectors;
        var products = calls * ((blocks.Count - 1) * Call(blocks.Vectors) + Call(last));
        var channels = target.PaddedExtent(Channels);
        var bytes = 4.0 * elements * blockTiles * (channels + blocks.PaddedExtent);
        var read = 4.0 * elements * tiles * (channels * (blocks.Count + 1.0) + 2.0 * blocks.PaddedExtent);
        var traffic = read / (bytes > target.SecondLevelBytes / 2 ? CpuTarget.ThirdLevelBytesPerCycle : CpuTarget.SecondLevelBytesPerCycle);
        var back = (double)parts * Channels * blocks.Pieces.Length
            * (TileTransform.Cycles(Algorithm.Output) + Algorithm.Outputs * Algorithm.Outputs * AccumulatorCycles);
        return CpuTarget.Overlapped(products, traffic) + back;

        double Call(int vectors) => tiles * target.TileCycles(rows, vectors) + parts * (TileOverhead + rows * vectors * SumOverhead);
    }
}
