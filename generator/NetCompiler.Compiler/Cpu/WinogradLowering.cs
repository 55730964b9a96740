using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Writes the kernels of a convolution by F(m×m, r×r): weights G·g·Gᵀ once, then for each block of tiles Bᵀ·d·B, a matrix product for each
/// element of a transformed tile, Aᵀ·m·A, and what follows in the stage.
/// </summary>
internal sealed class WinogradLowering(CpuTarget target, Stage stage, StageEnvironment environment, WinogradShape shape)
{
    // As many blocks, or more, threads compute each for itself: all weights are read again and again in any case.
    private const int FewestSharedBlocks = 4;

    // A block's products that are worth being shared with what comes before and behind them: elements as those of launches.
    private const long FewestSharedProducts = 64 * 1024;

    private readonly List<PlanBuffer> _buffers = [];
    private int _weights;
    private int _tiles;
    private int _products;

    private int Size => shape.Algorithm.Size;

    private int Elements => Size * Size;

    // True where threads share what is done with a block, since there are few of them and each is much work; else each computes blocks of its share
    // of the tiles.
    private bool SharesBlock =>
        !SharesChannels && shape.BlockCount < FewestSharedBlocks && ProductElements >= FewestSharedProducts;

    private bool SharesTiles => !SharesBlock && !SharesChannels;

    // True where they share blocks of the result's channels: a sample alone has no blocks of tiles to share. The tiles each of them transforms
    // for itself, which costs less than handing them over.
    private bool SharesChannels => shape.IsSharedByChannels
        && (shape.Blocks.AreEven || shape.Blocks.Count > 1 && ProductElements < FewestSharedProducts);

    public KernelPlan Run()
    {
        _weights = Add("transformed", Elements * shape.WeightStride, BufferLifetime.Derived);
        var lifetime = SharesBlock ? BufferLifetime.Scratch : BufferLifetime.Own;
        _tiles = Add("tiles", shape.Tiles.Length, lifetime);
        _products = Add("products", Elements * shape.ProductStride, lifetime);
        List<KernelLaunch> launches = [];
        int? copy = null;
        if (shape.Phases is { } phases)
        {
            var buffer = Add("phases", phases.Length * shape.Samples, BufferLifetime.Scratch);
            launches.Add(phases.Lower($"{stage.Name}.phases", buffer, _buffers));
            copy = buffer;
        }

        ImmutableArray<KernelLaunch> block =
        [
            shape.Tiles.Lower($"{stage.Name}.transform_input", shape.BlockTiles, shape.Samples, _tiles, _buffers, copy),
            Multiply(), TransformOutput(),
        ];
        launches.AddRange(SharesBlock
            ? Enumerable.Range(0, shape.BlockCount).SelectMany(i => block.Select(launch => launch.With(i * shape.BlockTiles)))
            : [Blocks(block)]);
        return new KernelPlan([.. _buffers], [TransformWeights()], [.. launches]);
    }

    // Block after block, all that is done with it: of all tiles some channels, or of some tiles all channels.
    private KernelLaunch Blocks(ImmutableArray<KernelLaunch> launches)
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var part = kernel.Part;
        var tiles = Index.Scale(kernel.Number(LaunchNumber.Count), shape.Tiles.Count);
        var (start, end) = SharesTiles
            ? (Index.Scale(part.Start, shape.GroupTiles), Index.Min(Index.Scale(part.End, shape.GroupTiles), tiles))
            : (Constant.Index(0), tiles);
        var last = b.Let("last", end);
        b.Loop("first", start, last, shape.BlockTiles, first =>
        {
            kernel.Ranges[first] = (0, (long)shape.Samples * shape.Tiles.Count - 1);
            var count = SharesTiles ? b.Let("blockTiles", Index.Min(Constant.Index(shape.BlockTiles), Index.Subtract(last, first))) : null;
            for (var i = 0; i < launches.Length; i++)
                kernel.Call(launches[i], first, _buffers, count is not null ? (Constant.Index(0), count) : i > 0 ? part : null);
        });
        return kernel.ToLaunch(stage.Name, Summary()) with
        {
            Rounds = SharesChannels ? shape.Blocks.Count : shape.GroupCount,
            RepeatsWork = SharesChannels,
            Elements = launches.Sum(launch => launch.Elements) * shape.Tiles.Count / shape.SampleTiles,
        };
    }

    private string Summary() => Summaries.Of(stage, string.Format(CultureInfo.InvariantCulture,
        "Winograd {0}{1}: {2} tiles a sample in blocks of {3}, register tile {4} tiles × {5} vectors",
        shape.Algorithm, shape.Phases is { } phases ? $" over {phases.Count} phases" : "", shape.Tiles.Count, shape.BlockTiles, shape.Rows, shape.Blocks.Vectors));

    private int Add(string name, long length, BufferLifetime lifetime)
    {
        _buffers.Add(new PlanBuffer($"{stage.Name}.{name}", ScalarKind.F32, length, lifetime));
        return _buffers.Count - 1;
    }

    private Variable Buffer(StageKernel kernel, int buffer) => kernel.Pointer(buffer, _buffers[buffer]);

    // Products of a block: one for each element of the transformed tiles and each block of vectors.
    private int Products => Elements * shape.Blocks.Count;

    private long ProductElements => (long)shape.SampleTiles * Elements * shape.Channels * shape.Output.Extent.Size
        / KernelLaunch.MultiplyAddsPerElement;

    // M[tile, o] = Σ V[tile, c] · U[c, o] for a block of tiles, of which a part is some products, some channels, or the tiles that there are. Rows
    // beyond the last tile are never read.
    private KernelLaunch Multiply()
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var (tiles, weights, products) = (Buffer(kernel, _tiles), Buffer(kernel, _weights), Buffer(kernel, _products));
        var first = kernel.Constant("first", 0, (long)shape.Samples * shape.Tiles.Count - 1);
        var (start, end) = SharesTiles ? (Constant.Index(0), Constant.Index(Products)) : kernel.Part;
        var count = SharesTiles ? kernel.Number(LaunchNumber.PartEnd)
            : b.Let("tiles", Index.Min(shape.Tiles.Left(kernel, first), Constant.Index(shape.BlockTiles)));
        var blocks = shape.Blocks;
        // While a block of weights is in use, the next one is brought near: a part of it by each of the tiles that share the block.
        var rowTiles = Partition.Blocks(shape.BlockTiles, shape.Rows);
        var aheadStride = shape.WeightsAreFar ? Partition.Blocks(blocks.Width, rowTiles) : 0;
        var (whole, rest) = (shape.BlockTiles / shape.Rows * shape.Rows, shape.BlockTiles % shape.Rows);
        if (SharesChannels)
        {
            b.Loop("element", Elements, element => b.Loop("block", start, end, 1, block => Each(element, block)));
        }
        else
        {
            b.Loop("product", start, end, 1, number =>
            {
                kernel.Ranges[number] = (0, Products - 1);
                Each(b.Let("element", Index.Divide(number, blocks.Count)), b.Let("block", Index.Remainder(number, blocks.Count)));
            });
        }

        return kernel.ToLaunch(SharesBlock ? stage.Name : $"{stage.Name}.multiply", SharesBlock ? Summary()
            : $"{stage.Name}: matrix products, one for each element of a transformed tile and each {blocks.Vectors} vectors") with
        {
            Rounds = SharesChannels ? blocks.Count : SharesTiles ? shape.BlockTiles : Products,
            Elements = ProductElements,
        };

        void Each(Expression element, Expression block)
        {
            var left = b.Let("left", Index.Add(tiles, Index.Scale(element, shape.Tiles.MatrixStride)));
            var right = b.Let("right", Index.Add(weights, Place(element, block)));
            var next = aheadStride == 0 ? null : b.Let("next", Index.Add(weights, Next(element, block)));
            var to = b.Let("to", Index.Add(products, Index.Add(
                Index.Scale(element, shape.ProductStride), Index.Scale(block, blocks.Stride))));
            // The last block may be of fewer or narrower vectors.
            var last = blocks.Count - 1;
            if (blocks.Alike == blocks.Count)
                Product(0);
            else
                b.Add(new If(new Comparison(ComparisonFunction.Less, block, Constant.Index(last)),
                    b.Nested(() => Product(0)), b.Nested(() => Product(last))));

            void Product(int like)
            {
                b.Loop("row", Constant.Index(0), rest == 0 ? count : b.Let("whole", Index.Min(count, Constant.Index(whole))), shape.Rows,
                    row => Rows(row, shape.Rows));
                if (rest > 0)
                {
                    b.Add(new If(new Comparison(ComparisonFunction.Greater, count, Constant.Index(whole)),
                        b.Nested(() => Rows(Constant.Index(whole), rest))));
                }

                void Rows(Expression row, int rows)
                {
                    var product = new RegisterProduct(
                        rows, blocks[like], shape.Tiles.RowStride, 1, blocks.WidthOf(like), shape.Channels, aheadStride).ToKernel();
                    ImmutableArray<Expression> arguments = [
                        Index.Add(left, Index.Scale(row, shape.Tiles.RowStride)), right, Index.Add(to, Index.Scale(row, shape.ProductRow)),
                        Constant.Index(shape.Channels), Constant.Index(shape.ProductRow)];
                    if (next is not null)
                    {
                        var done = Index.Scale(Index.Divide(row, shape.Rows), shape.Channels * aheadStride);
                        arguments = arguments.Add(Index.Add(next, done));
                    }

                    b.Add(new Call(product, arguments));
                }
            }
        }

        // Where a block of weights lies.
        Expression Place(Expression element, Expression block) => Index.Add(
            Index.Scale(element, shape.WeightStride), Index.Scale(block, (long)shape.Channels * blocks.Stride));

        // The one that is used next: that behind it, or the first one of the next matrix.
        Expression Next(Expression element, Expression block)
        {
            var (first, last) = SharesChannels ? (start, end) : (Constant.Index(0), Constant.Index(blocks.Count));
            var behind = Index.Add(block, Constant.Index(1));
            var nextMatrix = Place(Index.Add(element, Constant.Index(1)), first);
            return blocks.Count == 1 ? nextMatrix
                : new Selection(new Comparison(ComparisonFunction.Less, behind, last), Place(element, behind), nextMatrix);
        }
    }

    // U = G·g·Gᵀ for each pair of channels, in vectors over those of the result.
    private KernelLaunch TransformWeights()
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var operand = new ContractionOperand(stage.Anchor, shape.Weights, environment);
        var from = kernel.Pointer(operand.Value);
        var to = Buffer(kernel, _weights);
        // Taps that run against the image begin at the last one.
        var (rowStride, columnStride) = (operand.Stride(shape.Taps.Y) * shape.Flip.Y, operand.Stride(shape.Taps.X) * shape.Flip.X);
        var taps = shape.Taps.Y.Extent.Size;
        var last = taps - 1;
        var step = shape.Phases?.Step ?? 1;
        var offset = operand.Offset - Math.Min(0, rowStride) * last - Math.Min(0, columnStride) * last;
        var outputs = shape.Output.Extent.Size;
        var blocks = shape.Blocks;
        var (start, end) = kernel.Part;
        b.Loop(shape.Sum.Name, start, end, 1, c =>
        {
            for (var phase = 0; phase < step * step; phase++)
                TransformPhase(c, phase / step, phase % step, Index.Add(c, Constant.Index((long)phase * shape.Sum.Extent.Size)));
        });
        var launch = kernel.ToLaunch($"{stage.Name}.transform_weights",
            $"{stage.Name}: weights transformed, G·g·Gᵀ, as {Elements} matrices ({shape.Channels}, {shape.Output.Extent})");
        return launch with { Rounds = shape.Sum.Extent.Size, Elements = (long)shape.Channels * outputs * Elements };

        // Every s-th tap from a phase's first one; channels of the phase lie behind those of the phases before.
        void TransformPhase(Expression c, int phaseY, int phaseX, Expression channel)
        {
            var first = offset + phaseY * rowStride + phaseX * columnStride;
            var row = b.Let("from", Index.Add(Index.Scale(c, operand.Stride(shape.Sum)), Constant.Index(first)));
            var (tapsY, tapsX) = (Partition.Blocks(taps - phaseY, step), Partition.Blocks(taps - phaseX, step));
            // The last block may be narrower than those before it.
            var lastBlock = blocks.Count - 1;
            var before = blocks.WidthOf(lastBlock) < blocks.Stride ? lastBlock * blocks.Vectors : blocks.Pieces.Length;
            Transform([.. blocks.Pieces.Take(before)], blocks.Width);
            Transform([.. blocks.Pieces.Skip(before)], blocks.WidthOf(lastBlock));

            void Transform(ImmutableArray<VectorPiece> pieces, int width) => kernel.OverPieces(shape.Output.Name, pieces, (o, lanes) =>
            {
                var block = Index.Scale(Index.Divide(o, blocks.Stride), (long)shape.Channels * blocks.Stride);
                var at = Index.Add(Index.Add(block, Index.Remainder(o, blocks.Stride)), Index.Scale(channel, width));
                b.Add(new Call(WeightKernel(lanes, tapsY, tapsX), [
                    Index.Add(from, Index.Add(row, Index.Scale(o, operand.Stride(shape.Output)))), Index.Add(to, at),
                    Index.Min(Index.Subtract(Constant.Index(outputs), o), Constant.Index(lanes)),
                    Constant.Index(operand.Stride(shape.Output)), Constant.Index(rowStride * step), Constant.Index(columnStride * step),
                    Constant.Index(shape.WeightStride)]));
            });
        }
    }

    // The filters of so many pairs of channels are gathered into vectors first. Lanes beyond the last channel, and taps that are not there, are zero.
    private Kernel WeightKernel(int lanes, int tapsY, int tapsX)
    {
        var b = new KernelBuilder();
        var from = TileTransform.Pointer(b, "weights", BufferAccess.Read);
        var to = TileTransform.Pointer(b, "matrices", BufferAccess.Write);
        var count = TileTransform.Number(b, "count");
        var stride = TileTransform.Number(b, "stride");
        var rowStride = TileTransform.Number(b, "rowStride");
        var columnStride = TileTransform.Number(b, "columnStride");
        var matrixStride = TileTransform.Number(b, "matrixStride");
        var (filter, taps) = (shape.Algorithm.Filter, shape.Algorithm.Taps);
        var gathered = b.Fresh("gathered", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Local));
        b.Add(new Allocate(gathered, taps * taps * lanes));
        for (var i = 0; i < taps * taps; i++)
            b.Add(new Store(gathered, Constant.Index(i * lanes), Constant.Float(0, lanes)));
        var rows = TileTransform.Multiples(b, "row", rowStride, taps);
        var columns = TileTransform.Multiples(b, "column", columnStride, taps);
        b.Loop("lane", Constant.Index(0), count, 1, lane =>
        {
            var at = b.Let("at", new Binary(BinaryFunction.Multiply, lane, stride));
            for (var i = 0; i < tapsY; i++)
            {
                for (var j = 0; j < tapsX; j++)
                {
                    var tap = new Load(from, Index.Add(at, Index.Add(rows[i], columns[j])));
                    b.Add(new Store(gathered, Index.Add(lane, Constant.Index((i * taps + j) * lanes)), tap));
                }
            }
        });
        new TileTransform(filter, lanes).Write(
            b,
            j => i => new Load(gathered, Index.Add(Index.Scale(j, lanes), Constant.Index((long)i * taps * lanes)), lanes),
            (i, z) =>
            {
                var at = b.Let("to", Index.Add(to, TileTransform.Product(matrixStride, Index.Scale(i, Size))));
                for (var j = 0; j < Size; j++)
                    b.Add(new Store(at, Index.Scale(matrixStride, j), z[0][j]));
            });
        var present = tapsY == taps && tapsX == taps ? "" : FormattableString.Invariant($"Of{tapsY}x{tapsX}");
        return b.Build(FormattableString.Invariant($"TransformWeights{Size}x{taps}{present}Lanes{lanes}"),
            FormattableString.Invariant($"G·g·Gᵀ of filters of {tapsY}×{tapsX}, each element to a matrix of its own; G =\n{filter}"));
    }

    // Y = Aᵀ·m·A, then what follows in the stage.
    private KernelLaunch TransformOutput()
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var products = Buffer(kernel, _products);
        var transform = shape.Algorithm.Output;
        var blocks = shape.Blocks;
        shape.Tiles.OverBlock(kernel, shape.BlockTiles, shape.Samples, (tile, number) =>
        {
            var (n, y, x) = shape.Tiles.Place(kernel, number);
            var source = b.Let("source", Index.Scale(tile, shape.ProductRow));
            if (!SharesChannels)
            {
                kernel.OverPieces(shape.Output.Name, blocks.Pieces, Transform);
                return;
            }

            // The last block may be of fewer or narrower vectors.
            kernel.OverBlocks(kernel.Part, blocks.Count, blocks.Alike, (block, like) => kernel.OverPieces(
                shape.Output.Name, blocks[like], (o, lanes) => Transform(Index.Add(Index.Scale(block, blocks.Stride), o), lanes)));

            void Transform(Expression o, int lanes) => new TileTransform(transform, lanes).Write(
                b,
                j => i => new Load(products, Index.Add(Index.Add(source, o), Index.Add(
                    Index.Scale(j, shape.ProductStride), Constant.Index(i * Size * shape.ProductStride))), lanes),
                (group, z) => Epilogue(kernel, n, y, x, o, lanes, group, z), shape.Window);
        }, isWhole: SharesChannels);
        var epilogue = string.Join(", ", stage.Nodes.Skip(1).Select(n => n.Operator.Name));
        return kernel.ToLaunch($"{stage.Name}.transform_output",
            $"{stage.Name}: products transformed back, Aᵀ·m·A, then {epilogue}") with
        {
            Rounds = SharesChannels ? blocks.Count : shape.BlockTiles,
            Elements = (long)shape.SampleTiles * Elements * shape.ProductRow,
        };
    }

    // One row of the stage's results in a tile, from as many of the convolution's as a pooling window has.
    private void Epilogue(
        StageKernel kernel, Expression n, Expression y, Expression x, Expression o, int lanes, Expression group, Expression[][] results)
    {
        var outputs = shape.Algorithm.Outputs;
        var perTile = outputs / shape.Window;
        var b = kernel.Builder;
        var registers = new Dictionary<string, Expression>();
        var at = Index.Add(Index.Scale(y, perTile), group);
        for (var i = 0; i < results.Length; i++)
        {
            for (var j = 0; j < outputs; j++)
            {
                registers[LinearForm.Key([n, o, Index.Add(Index.Scale(at, shape.Window), Constant.Index(i)),
                    Index.Add(Index.Scale(x, outputs), Constant.Index(j))])] = results[i][j];
            }
        }

        var evaluator = new StageEvaluator(stage, environment, kernel)
        {
            Resident = (value, index, _, _) => value == stage.Anchor.Result ? registers[LinearForm.Key(index)] : null,
        };
        if (group is Variable)
            kernel.Ranges[group] = (0, perTile - 1);
        Inside(at, shape.Height, perTile > 1, () =>
        {
            for (var j = 0; j < perTile; j++)
            {
                ImmutableArray<Expression> index = [n, o, at, Index.Add(Index.Scale(x, perTile), Constant.Index(j))];
                Inside(index[3], shape.Width, j > 0, () => evaluator.Scope(() =>
                {
                    foreach (var value in stage.Outputs)
                        evaluator.Store(value, index, evaluator.Evaluate(value, index, 1, lanes));
                }));
            }
        });

        // The last tiles may hang over; they begin inside.
        void Inside(Expression index, int extent, bool canHangOver, Action write)
        {
            if (canHangOver && extent % perTile != 0)
                b.Add(new If(new Comparison(ComparisonFunction.Less, index, Constant.Index(extent)), b.Nested(write)));
            else
                write();
        }
    }
}
