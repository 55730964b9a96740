using System.Diagnostics.CodeAnalysis;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>A convolution as Winograd's algorithm sees it: forward, or the gradient of its input.</summary>
internal sealed class WinogradShape
{
    // Vectors of a register tile.
    private const int LargestVectors = 4;

    // Cycles of a call of a register tile besides its multiply-adds, and for each of its sums.
    private const double TileOverhead = 16;
    private const double SumOverhead = 1.5;

    // Cycles of a block of tiles besides what is done with its tiles.
    private const double BlockOverhead = 200;

    // What of reading weights from the second-level cache is not hidden by computing, or of computing by that.
    private const double WaitedFor = 0.1;

    // How much longer a register tile may take that lets threads share the channels of a sample evenly.
    private const double UnevenBlocks = 1.03;

    // What is in the way of a block's tiles that the second-level cache does not hold: fetched to be written, evicted, fetched to be read.
    private const double SpillTransfers = 3;

    private readonly CpuTarget _target;

    private WinogradShape(
        CpuTarget target, MinimalFilter algorithm, StageEnvironment environment, Value image, ScalarRead weights, Axis sum, Axis output,
        TapRange rows, TapRange columns, (int Height, int Width) size, int window)
    {
        _target = target;
        (Algorithm, Weights, Sum, Output, Window) = (algorithm, weights, sum, output, window);
        (Taps, Flip) = ((rows.Tap, columns.Tap), (rows.Direction, columns.Direction));
        var outputs = algorithm.Outputs / window;
        Grid = (Partition.Blocks(size.Height, outputs), Partition.Blocks(size.Width, outputs));
        (Height, Width) = size;
        var origin = (rows.Begin, columns.Begin);
        if (IsPhased(rows))
        {
            var (overlap, step) = (algorithm.Size - algorithm.Outputs, rows.Step);
            Phases = new PhaseImage(target, image, environment.Layouts[image], step, origin,
                (Grid.Y * algorithm.Outputs + overlap, Grid.X * algorithm.Outputs + overlap));
            origin = (0, 0);
        }

        var source = Phases?.Source ?? TileSource.Of(image, environment);
        Channels = source.Channels;
        Samples = environment.ChunkSize;
        Blocks = new VectorBlocks(target.Cover(output.Extent.Size), 1, target.Lanes);
        Rows = BlockTiles = 1;
        var best = double.MaxValue;
        foreach (var (tileRows, vectors) in RegisterTiles())
        {
            var blocks = Blocks with { Vectors = vectors };
            foreach (var tiles in BlockSizes(tileRows))
            {
                var cycles = ProductCycles(tileRows, blocks, tiles);
                var cost = AreSharedByChannels(tiles) && !blocks.AreEven ? UnevenBlocks * cycles : cycles;
                if (cost < best)
                    (best, Rows, Blocks, BlockTiles, Products) = (cost, tileRows, blocks, tiles, cycles);
            }
        }

        Tiles = new WinogradTiles(
            target, source, algorithm.Input, algorithm.Outputs * algorithm.Step, origin, Grid, BlockTiles);
        ProductRow = target.PaddedExtent(output.Extent.Size);
        ProductStride = WinogradTiles.Spread((long)BlockTiles * ProductRow);
        WeightStride = WinogradTiles.Spread((long)Channels * Blocks.PaddedExtent);
    }

    /// <summary>F(m, r).</summary>
    public MinimalFilter Algorithm { get; }

    /// <summary>The copy of the image that tiles are read from, where it is one; see <see cref="TryRead"/>.</summary>
    public PhaseImage? Phases { get; }

    /// <summary>Tiles of the image.</summary>
    public WinogradTiles Tiles { get; }

    /// <summary>The read of the weights.</summary>
    public ScalarRead Weights { get; }

    /// <summary>The channels that are summed over.</summary>
    public Axis Sum { get; }

    /// <summary>The channels of the result.</summary>
    public Axis Output { get; }

    /// <summary>The weights' axes over rows and columns of taps.</summary>
    public (Axis Y, Axis X) Taps { get; }

    /// <summary>1 where taps run with the image, −1 where they run against it, as in the gradient of the input.</summary>
    public (int Y, int X) Flip { get; }

    /// <summary>Rows and columns of the convolution's result that one of the stage's takes: the pooling window behind it, else 1.</summary>
    public int Window { get; }

    /// <summary>Rows of the stage's result.</summary>
    public int Height { get; }

    /// <summary>Columns of the stage's result.</summary>
    public int Width { get; }

    /// <summary>Tiles from top to bottom and from left to right.</summary>
    public (int Y, int X) Grid { get; }

    /// <summary>The most samples that are computed together.</summary>
    public int Samples { get; }

    /// <summary>
    /// Tiles that are transformed and multiplied at once, of one sample or of several: a multiple of <see cref="Rows"/>, or all of them.
    /// </summary>
    public int BlockTiles { get; }

    /// <summary>Channels that are summed over, of all phases.</summary>
    public int Channels { get; }

    /// <summary>Vectors that cover the result's channels, in blocks of those of a register tile.</summary>
    public VectorBlocks Blocks { get; }

    /// <summary>Tiles of a register tile of the matrix product.</summary>
    public int Rows { get; }

    /// <summary>Elements from a tile's products to the next tile's.</summary>
    public int ProductRow { get; }

    /// <summary>Elements from a matrix of products to the next.</summary>
    public long ProductStride { get; }

    /// <summary>Elements from a matrix of transformed weights to the next.</summary>
    public long WeightStride { get; }

    /// <summary>
    /// True where a sample alone has one block of tiles, so that only its channels are left to be shared by threads. Not where weights come from
    /// memory: there the register tiles that are the fastest for one thread are kept.
    /// </summary>
    public bool IsSharedByChannels => AreSharedByChannels(BlockTiles);

    /// <summary>Blocks of tiles of a chunk.</summary>
    public int BlockCount => Partition.Blocks(Samples * Tiles.Count, BlockTiles);

    /// <summary>
    /// Tiles that threads divide a chunk by, where each of them computes blocks: those of a register tile. Where the last one of a block is smaller,
    /// a block, since a smaller register tile may add up in another order.
    /// </summary>
    public int GroupTiles => BlockTiles % Rows == 0 ? Rows : BlockTiles;

    /// <summary>Groups of so many tiles of a chunk.</summary>
    public int GroupCount => Partition.Blocks(Samples * Tiles.Count, GroupTiles);

    /// <summary>The most tiles of a block that are one sample's.</summary>
    public int SampleTiles => Math.Min(BlockTiles, Tiles.Count);

    /// <summary>True for weights that do not stay in the second-level cache.</summary>
    public bool WeightsAreFar => IsFar(WeightBytes);

    /// <summary>Cycles of the matrix products for a sample.</summary>
    public double Products { get; }

    /// <summary>Cycles for a sample.</summary>
    public double Cycles => (Phases?.Cycles ?? 0) + Products + Tiles.Cycles
        + Tiles.Count * Blocks.Pieces.Length * (TileTransform.Cycles(Algorithm.Output) + EpilogueCycles * Height * Width / Tiles.Count);

    // Cycles for a vector of the stage's result besides the transform.
    private const double EpilogueCycles = 2;

    /// <summary>
    /// Reads a stage as such a convolution, if it is one: of three taps, from an image with channels innermost; or of more taps with a stride, which
    /// is one of fewer taps over the image's phases.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="environment">Layouts and chunk size.</param>
    /// <param name="outputs">Rows and columns of results of a tile, m.</param>
    /// <param name="shape">The convolution.</param>
    public static bool TryRead(
        CpuTarget target, Stage stage, StageEnvironment environment, int outputs, [NotNullWhen(true)] out WinogradShape? shape)
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
        var value = stage.Anchor.Inputs[image.Source];
        if (stage.Anchor.Inputs[weights.Source].Type.IsPerSample || image.Indices.Length != 4
            || !image.Indices[0].Equals((IndexExpression)n) || image.Outside is not (null or 0)
            || weights.Indices.Any(i => i.Divisor != 1 || i.CoefficientOf(y) != 0 || i.CoefficientOf(x) != 0))
        {
            return false;
        }

        var rows = TapRange.TryRead(image, 2, y, contraction.SumAxes, value);
        var columns = TapRange.TryRead(image, 3, x, contraction.SumAxes, value);
        var sum = contraction.SumAxes.FirstOrDefault(a => a != rows?.Tap && a != columns?.Tap);
        if (rows is null || columns is null || rows.Step != columns.Step || rows.Taps != columns.Taps
            || sum is null || !image.Indices[1].Equals((IndexExpression)sum)
            || output.Extent.Size < 4 || !ChannelVectors.AreInEpilogue(stage, environment)
            || NeededSize(stage, y, x, outputs) is not var (height, width, window)
            || AlgorithmOf(rows, columns, outputs) is not { } algorithm
            || !IsPhased(rows) && (sum.Extent.Size < 4 || !ChannelVectors.IsImage(value, environment)))
        {
            return false;
        }

        shape = new WinogradShape(target, algorithm, environment, value, weights, sum, output, rows, columns, (height, width), window);
        return true;
    }

    /// <summary>Rows and columns of taps; over phases the fewest.</summary>
    public const int TapExtent = 3;

    // Of a phase; more have larger tiles, whose errors are larger.
    private const int LargestPhaseTaps = 4;

    // Rows and columns of the image from a tile to the next. With stride 2 tiles of four rows would have 81 matrices, for a fifth fewer products than
    // the 25 of tiles of two; with stride 3 no two results share an input.
    private const int LargestTileStep = 4;

    private static bool IsPhased(TapRange taps) => taps.Taps > TapExtent && taps.Step > 1;

    // The filter for so many rows and columns of a tile's results; null where it has none.
    private static MinimalFilter? AlgorithmOf(TapRange rows, TapRange columns, int outputs)
    {
        if (!IsPhased(rows))
        {
            return rows.Taps == TapExtent && rows.Step * outputs <= LargestTileStep
                ? MinimalFilter.Of(outputs, TapExtent, rows.Step) : null;
        }

        var taps = Partition.Blocks(rows.Taps, rows.Step);
        return rows.Direction > 0 && columns.Direction > 0 && taps is >= TapExtent and <= LargestPhaseTaps
            ? MinimalFilter.Of(outputs, taps) : null;
    }

    // Rows and columns of the stage's result, and the pooling window; null where the tiles are not made of windows.
    private static (int Height, int Width, int Window)? NeededSize(Stage stage, Axis y, Axis x, int outputs)
    {
        if (ContractionScheduler.Pooling(stage) is not { } pooling)
            return (y.Extent.Size, x.Extent.Size, 1);
        var window = Ops.Window.From(pooling.Attributes);
        var shape = pooling.Result.Type.Shape;
        return window.Y.Kernel == window.X.Kernel && outputs % window.Y.Kernel == 0
            ? (shape[2].Size, shape[3].Size, window.Y.Kernel)
            : null;
    }

    // A register for each sum and for each vector of weights, one for the tile's element.
    private IEnumerable<(int Rows, int Vectors)> RegisterTiles()
    {
        for (var vectors = 1; vectors <= Math.Min(LargestVectors, Blocks.Pieces.Length); vectors++)
        {
            var most = Math.Min((_target.VectorBudget - vectors - 1) / vectors, Samples * Grid.Y * Grid.X);
            for (var rows = 1; rows <= most; rows++)
                yield return (rows, vectors);
        }
    }

    // Blocks of the same size, so that none is nearly empty.
    private IEnumerable<int> BlockSizes(int rows)
    {
        var all = Samples * Grid.Y * Grid.X;
        var tiles = Partition.Blocks(all, rows);
        for (var most = 1; most < 2 * tiles; most *= 2)
            yield return Math.Min(all, Partition.EvenSize(tiles, Math.Min(most, tiles)) * rows);
    }

    // Large blocks read the weights less often; small ones, and the weights beside them, stay in the second-level cache.
    private double ProductCycles(int rows, VectorBlocks blocks, int blockTiles)
    {
        var tiles = Samples * Grid.Y * Grid.X;
        var elements = Algorithm.Size * Algorithm.Size;
        var last = blocks.Pieces.Length - (blocks.Count - 1) * blocks.Vectors;
        var calls = tiles / blockTiles * (blockTiles / rows) + Partition.Blocks(tiles % blockTiles, rows);
        var products = elements * (calls * Calls(rows) + (blockTiles % rows > 0 ? Calls(blockTiles % rows) : 0));
        var tileBytes = 4.0 * elements * (_target.PaddedExtent(Channels) + blocks.PaddedExtent);
        var blockBytes = tileBytes * blockTiles;
        var isFar = IsFar(WeightBytes + blockBytes);
        var parts = Partition.Blocks(tiles, blockTiles);
        var far = isFar ? _target.FarCycles(WeightBytes, parts) : 0;
        var spilled = SpillTransfers * _target.FarCycles(
            Math.Max(0, blockBytes - _target.SecondLevelBytes / 2.0), (double)tiles / blockTiles, CpuTarget.ThirdLevelBytes / 2);
        return (CpuTarget.Overlapped(products, far) + spilled + parts * BlockOverhead) / Samples;

        double Calls(int rows) => (blocks.Count - 1) * CallCycles(rows, blocks.Vectors) + CallCycles(rows, last);
    }

    // All transformed weights.
    private double WeightBytes => 4.0 * Algorithm.Size * Algorithm.Size * Channels * Blocks.PaddedExtent;

    // The third-level cache does not hold them either.
    private bool WeightsAreInMemory => WeightBytes > CpuTarget.ThirdLevelBytes;

    private bool AreSharedByChannels(int blockTiles) => Grid.Y * Grid.X <= blockTiles && !WeightsAreInMemory;

    private bool IsFar(double bytes) => bytes > 0.75 * _target.SecondLevelBytes;

    // Weights that one call reads, and the next one reads again, stay in the first-level cache if they are few.
    private double CallCycles(int rows, int vectors)
    {
        var bytes = 4.0 * _target.Lanes * vectors;
        var near = bytes * Channels <= _target.FirstLevelBytes / 2 ? 0 : bytes / CpuTarget.SecondLevelBytesPerCycle;
        var computing = _target.TileCycles(rows, vectors);
        // What comes from memory is waited for anyway, and large blocks are asked for earlier.
        var waitedFor = WeightsAreInMemory ? 0 : WaitedFor;
        return Channels * (Math.Max(near, computing) + waitedFor * Math.Min(near, computing))
            + TileOverhead + rows * vectors * SumOverhead;
    }
}
