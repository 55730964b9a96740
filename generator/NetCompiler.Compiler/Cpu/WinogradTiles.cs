using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Tiles of an image with channels innermost (<see cref="TileSource"/>), which are transformed and laid out as matrices (tiles, channels), one for
/// each element of a transformed tile. What tiles cover beyond the image is zero: a tile that hangs over is put together in a patch first.
/// </summary>
internal sealed class WinogradTiles
{
    private readonly CpuTarget _target;
    private readonly TileSource _source;
    private readonly Lazy<ImmutableArray<(Kernel Kernel, long Offset, long Length)>> _kernels;

    /// <param name="target">The target.</param>
    /// <param name="source">What they are read from.</param>
    /// <param name="transform">What is applied to a tile's columns and rows.</param>
    /// <param name="step">Rows and columns of the image from a tile to the next.</param>
    /// <param name="origin">The row and the column at which the first tile begins; negative in front of the image.</param>
    /// <param name="grid">Tiles from top to bottom and from left to right.</param>
    /// <param name="blockTiles">Tiles of a block, and rows of a matrix.</param>
    /// <param name="leastRowLength">Channels that a row of a matrix is to have at least, whatever is in them.</param>
    public WinogradTiles(
        CpuTarget target, TileSource source, LinearTransform transform, int step, (int Y, int X) origin, (int Y, int X) grid,
        int blockTiles, int leastRowLength = 0)
    {
        (_target, _source, Transform, Step, Origin, Grid) = (target, source, transform, step, origin, grid);
        Pieces = target.Cover(source.Channels);
        RowStride = SpreadRow(Math.Max(target.PaddedExtent(source.Channels), leastRowLength));
        MatrixStride = Spread(blockTiles * RowStride);
        // Most shapes are only weighed against others.
        _kernels = new(() => [.. KernelsByLanes()]);
    }

    /// <summary>What is applied to a tile's columns and rows.</summary>
    public LinearTransform Transform { get; }

    /// <summary>Rows and columns of the image from a tile to the next.</summary>
    public int Step { get; }

    /// <summary>The row and the column at which the first tile begins.</summary>
    public (int Y, int X) Origin { get; }

    /// <summary>Tiles from top to bottom and from left to right.</summary>
    public (int Y, int X) Grid { get; }

    /// <summary>Tiles of a sample.</summary>
    public int Count => Grid.Y * Grid.X;

    /// <summary>Vectors that cover the channels.</summary>
    public ImmutableArray<VectorPiece> Pieces { get; }

    /// <summary>Elements from a tile of a matrix to the next.</summary>
    public long RowStride { get; }

    /// <summary>Elements from a matrix to the next.</summary>
    public long MatrixStride { get; }

    /// <summary>Matrices.</summary>
    public int Matrices => Transform.Rows * Transform.Rows;

    /// <summary>Elements of all matrices.</summary>
    public long Length => Matrices * MatrixStride;

    /// <summary>Cycles for all tiles of a sample.</summary>
    public double Cycles => Count * (CallCycles + Pieces.Length * TileTransform.Cycles(Transform))
        + Overhanging * Window * Window * Pieces.Length * PatchCycles;

    private const double CallCycles = 30;

    // A load and a store for each element of a patch.
    private const double PatchCycles = 1.5;

    // Channels that a patch holds at once.
    private int PatchChannels => 4 * _target.Lanes;

    private int Window => Transform.Columns;

    private bool HangsOver => Overhanging > 0;

    private int Overhanging => Count - Inside(Origin.Y, Grid.Y, _source.Height) * Inside(Origin.X, Grid.X, _source.Width);

    /// <summary>
    /// A length in whole cache lines, an odd number of them: what lies that far apart is spread over the sets of a cache, where powers of
    /// two would meet in a few.
    /// </summary>
    public static long Spread(long length) => ((length + 15) / 16 | 1) * 16;

    /// <summary>
    /// The launch that transforms a block of tiles: the first one, counted over all samples, is a number of its own; of the block it does
    /// those from the part's start to its end, as far as there are samples.
    /// </summary>
    /// <param name="name">What the stage calls it.</param>
    /// <param name="blockTiles">The most tiles of a block.</param>
    /// <param name="samples">The most samples.</param>
    /// <param name="matrices">The buffer of the matrices.</param>
    /// <param name="buffers">The plan's buffers.</param>
    /// <param name="copy">The buffer of the image's copy, where tiles are read from one.</param>
    public KernelLaunch Lower(
        string name, int blockTiles, int samples, int matrices, IReadOnlyList<PlanBuffer> buffers, int? copy = null)
    {
        var kernel = new StageKernel(_target.Lanes);
        var b = kernel.Builder;
        var image = copy is { } buffer ? kernel.Pointer(buffer, buffers[buffer]) : kernel.Pointer(_source.Image);
        var to = kernel.Pointer(matrices, buffers[matrices]);
        var (rowStride, columnStride) = (_source.Layout.Strides[2], _source.Layout.Strides[3]);
        Variable? patch = null;
        if (HangsOver)
        {
            patch = b.Fresh("patch", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Local));
            b.Add(new Allocate(patch, Window * Window * PatchChannels));
        }

        OverBlock(kernel, blockTiles, samples, (tile, number) =>
        {
            var (n, y, x) = Place(kernel, number);
            var top = b.Let("top", Index.Add(Index.Scale(y, Step), Constant.Index(Origin.Y)));
            var left = b.Let("left", Index.Add(Index.Scale(x, Step), Constant.Index(Origin.X)));
            var row = Index.Scale(tile, RowStride);
            if (patch is null)
                Whole();
            else
                b.Add(new If(
                    And(InsideOf(top, Window, _source.Height), InsideOf(left, Window, _source.Width)), b.Nested(Whole), b.Nested(Patched)));

            void Whole()
            {
                foreach (var (transform, offset, length) in _kernels.Value)
                {
                    var first = Constant.Index(offset);
                    var from = Index.Add(image, Index.Add(Offset(n, top, left), first));
                    Transform(transform, from, first, Constant.Index(length), rowStride, columnStride);
                }
            }

            // Some channels at a time, which stay in the first-level cache.
            void Patched()
            {
                foreach (var (transform, offset, length) in _kernels.Value)
                {
                    var lanes = Pieces.First(p => p.Offset == offset).Lanes;
                    b.Loop("channel", Constant.Index(offset), Constant.Index(offset + length), PatchChannels, channel =>
                    {
                        var channels = b.Let("channels", Index.Min(
                            Index.Subtract(Constant.Index(offset + length), channel), Constant.Index(PatchChannels)));
                        b.Loop("i", Window, i => b.Loop("j", Window, j => Fill(channel, channels, lanes, i, j)));
                        Transform(transform, patch!, channel, channels, Window * PatchChannels, PatchChannels);
                    });
                }
            }

            void Fill(Expression channel, Expression channels, int lanes, Expression i, Expression j)
            {
                var (r, c) = (b.Let("r", Index.Add(top, i)), b.Let("c", Index.Add(left, j)));
                var at = b.Let("at", Index.Scale(Index.Add(Index.Scale(i, Window), j), PatchChannels));
                var source = Index.Add(Offset(n, r, c), channel);
                b.Add(new If(And(InsideOf(r, 1, _source.Height), InsideOf(c, 1, _source.Width)),
                    b.Nested(() => Each(o => new Load(image, Index.Add(source, o), lanes))),
                    b.Nested(() => Each(_ => Constant.Float(0, lanes)))));

                void Each(Func<Expression, Expression> element) => b.Loop("o", Constant.Index(0), channels, lanes, o =>
                    b.Add(new Store(patch!, Index.Add(at, o), element(o))));
            }

            void Transform(Kernel transform, Expression from, Expression channel, Expression channels, long rows, long columns) =>
                b.Add(new Call(transform, [
                    from, Index.Add(to, Index.Add(row, channel)), channels, Constant.Index(rows), Constant.Index(columns),
                    Constant.Index(MatrixStride)]));
        });
        var tiles = string.Format(CultureInfo.InvariantCulture, "tiles of {0}×{0}", Window);
        var from = copy is { } number ? buffers[number].Name : $"{_source.Image} {_source.Image.Type}";
        return kernel.ToLaunch(name, $"{tiles} of {from} transformed, T·d·Tᵀ, as {Matrices} matrices (tiles, channels)") with
        {
            Rounds = blockTiles,
            // Of one sample, whose launches threads share.
            Elements = Math.Min(blockTiles, Count) * Matrices * RowStride,
        };

        Expression Offset(Expression n, Expression y, Expression x) =>
            Index.Add(Index.Scale(n, _source.Layout.Length), Index.Add(Index.Scale(y, rowStride), Index.Scale(x, columnStride)));
    }

    /// <summary>A loop over the tiles of a block that a part of a launch does.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="blockTiles">The most tiles of a block.</param>
    /// <param name="samples">The most samples.</param>
    /// <param name="body">Gets the number of a tile in the block, and over all samples.</param>
    /// <param name="isWhole">True where a part has all tiles, and less of something else.</param>
    public void OverBlock(
        StageKernel kernel, int blockTiles, int samples, Action<Expression, Expression> body, bool isWhole = false)
    {
        var first = kernel.Constant("first", 0, (long)samples * Count - 1);
        var (start, end) = isWhole ? (Constant.Index(0), Constant.Index(blockTiles)) : kernel.Part;
        var last = Index.Min(end, Left(kernel, first));
        kernel.Builder.Loop("tile", start, kernel.Builder.Let("last", last), 1, tile =>
        {
            kernel.Ranges[tile] = (0, blockTiles - 1);
            body(tile, Index.Add(first, tile));
        });
    }

    /// <summary>Tiles from one on, counted over all samples of a chunk.</summary>
    public Expression Left(StageKernel kernel, Expression first) =>
        Index.Subtract(Index.Scale(kernel.Number(LaunchNumber.Count), Count), first);

    /// <summary>The sample, row and column of a tile by its number over all samples.</summary>
    public (Expression N, Expression Y, Expression X) Place(StageKernel kernel, Expression number)
    {
        var b = kernel.Builder;
        number = b.Let("number", number);
        var n = b.Declare("n", Index.Divide(number, Count));
        var inSample = b.Let("inSample", Index.Remainder(number, Count));
        var y = b.Declare("y", Index.Divide(inSample, Grid.X));
        var x = b.Declare("x", Index.Remainder(inSample, Grid.X));
        kernel.Ranges[y] = (0, Grid.Y - 1);
        kernel.Ranges[x] = (0, Grid.X - 1);
        return (n, y, x);
    }

    // Full vectors by one kernel, which other stages share, and each narrower one by its own.
    private IEnumerable<(Kernel Kernel, long Offset, long Length)> KernelsByLanes() =>
        Pieces.GroupBy(p => p.Lanes).Select(group => (
            new TileTransform(Transform, group.Key).ToKernel(
                FormattableString.Invariant($"Transform{Transform.Rows}x{Transform.Columns}Lanes{group.Key}"),
                FormattableString.Invariant($"T·d·Tᵀ of a tile of {Window}×{Window}, each element to a matrix of its own; T =\n{Transform}")),
            (long)group.First().Offset, (long)group.Sum(p => p.Lanes)));

    // Tiles along one direction that do not hang over.
    private int Inside(int origin, int tiles, int extent) => Enumerable.Range(0, tiles)
        .Count(i => origin + i * Step >= 0 && origin + i * Step + Window <= extent);

    /// <summary>True where so many elements from one on are elements of an extent.</summary>
    internal static Expression InsideOf(Expression first, int count, int extent) => And(
        new Comparison(ComparisonFunction.GreaterOrEqual, first, Constant.Index(0)),
        new Comparison(ComparisonFunction.LessOrEqual, first, Constant.Index(extent - count)));

    private static Expression And(Expression a, Expression b) => new Binary(BinaryFunction.And, a, b);

    // Rows 4 KB apart would share one set of the first-level cache.
    private static long SpreadRow(long length) => length % 512 == 0 ? length + 16 : length;
}
