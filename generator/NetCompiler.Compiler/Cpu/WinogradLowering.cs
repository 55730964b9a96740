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
    private readonly List<PlanBuffer> _buffers = [];
    private int _weights;
    private int _tiles;
    private int _products;
    private int _patch = -1;

    private int Size => shape.Algorithm.Size;

    private int Elements => Size * Size;

    public KernelPlan Run()
    {
        _weights = Add("transformed", Elements * shape.WeightStride, BufferLifetime.Derived);
        _tiles = Add("tiles", shape.Tiles.Length, BufferLifetime.Scratch);
        _products = Add("products", Elements * shape.ProductStride, BufferLifetime.Scratch);
        if (shape.Tiles.PatchLength > 0)
            _patch = Add("patch", shape.Tiles.PatchLength, BufferLifetime.Scratch);
        return new KernelPlan([.. _buffers], [TransformWeights()], [Driver()]);
    }

    private int Add(string name, long length, BufferLifetime lifetime)
    {
        _buffers.Add(new PlanBuffer($"{stage.Name}.{name}", ScalarKind.F32, length, lifetime));
        return _buffers.Count - 1;
    }

    private Variable Buffer(StageKernel kernel, int buffer) => kernel.Pointer(buffer, _buffers[buffer]);

    private KernelLaunch Driver()
    {
        var driver = new StageKernel(target.Lanes);
        var b = driver.Builder;
        var input = shape.Tiles.Lower($"{stage.Name}.transform_input", shape.BlockTiles, shape.Samples, _tiles, _patch, _buffers);
        var output = TransformOutput();
        var kernels = new Dictionary<RegisterProduct, Kernel>();
        var (tiles, weights, products) = (Buffer(driver, _tiles), Buffer(driver, _weights), Buffer(driver, _products));
        var all = Index.Scale(driver.Number(LaunchNumber.Count), shape.Tiles.Count);
        b.Loop("tile", Constant.Index(0), all, shape.BlockTiles, tile =>
        {
            var count = b.Let("count", Index.Min(Index.Subtract(all, tile), Constant.Index(shape.BlockTiles)));
            Call(input, [tile, count]);
            b.Loop("element", Elements, element =>
            {
                for (var block = 0; block < shape.Blocks.Count;)
                {
                    // A loop over blocks of the same vectors.
                    var pieces = shape.Blocks[block];
                    var first = block;
                    while (block < shape.Blocks.Count && shape.Blocks[block].SequenceEqual(pieces))
                        block++;
                    b.Loop("block", Constant.Index(first), Constant.Index(block), 1, number => Product(element, number, pieces, count));
                }
            });
            Call(output, [tile, count]);
        });
        return driver.ToLaunch(stage.Name, Summaries.Of(stage, string.Format(CultureInfo.InvariantCulture,
            "Winograd F({0}×{0}, {1}×{1}): {2} tiles a sample in blocks of {3}, register tile {4} tiles × {5} vectors",
            shape.Algorithm.Outputs, shape.Algorithm.Taps, shape.Tiles.Count, shape.BlockTiles, shape.Rows, shape.Blocks.Vectors)));

        // M[tile, o] = Σ V[tile, c] · U[c, o] for one element of the transformed tiles. Rows beyond the last tile are never read.
        void Product(Expression element, Expression block, ImmutableArray<VectorPiece> pieces, Expression count)
        {
            var key = new RegisterProduct(shape.Rows, pieces, shape.Tiles.RowStride, 1, shape.Blocks.Width);
            if (!kernels.TryGetValue(key, out var kernel))
                kernels[key] = kernel = key.ToKernel();
            var right = b.Let("right", Index.Add(weights, Index.Add(
                Index.Scale(element, shape.WeightStride), Index.Scale(block, (long)shape.Channels * shape.Blocks.Width))));
            b.Loop("row", Constant.Index(0), count, shape.Rows, row => b.Add(new Call(kernel, [
                Index.Add(tiles, Index.Add(Index.Scale(element, shape.Tiles.MatrixStride), Index.Scale(row, shape.Tiles.RowStride))),
                right,
                Index.Add(products, Index.Add(Index.Scale(element, shape.ProductStride),
                    Index.Add(Index.Scale(row, shape.ProductRow), Index.Scale(block, shape.Blocks.Stride)))),
                Constant.Index(shape.Channels), Constant.Index(shape.ProductRow)])));
        }

        void Call(KernelLaunch launch, ImmutableArray<Expression> indices) =>
            b.Add(new Call(launch.Kernel, [.. indices, .. launch.Arguments.Select(a => driver.Parameter(a, _buffers))]));
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
        var last = shape.Algorithm.Taps - 1;
        var offset = operand.Offset - Math.Min(0, rowStride) * last - Math.Min(0, columnStride) * last;
        var outputs = shape.Output.Extent.Size;
        var (start, end) = kernel.Part;
        b.Loop(shape.Sum.Name, start, end, 1, c =>
        {
            var row = b.Let("from", Index.Add(Index.Scale(c, operand.Stride(shape.Sum)), Constant.Index(offset)));
            kernel.OverPieces(shape.Output.Name, shape.Blocks.Pieces, (o, lanes) =>
            {
                var block = Index.Scale(Index.Divide(o, shape.Blocks.Stride), (long)shape.Channels * shape.Blocks.Width);
                var at = Index.Add(Index.Add(block, Index.Remainder(o, shape.Blocks.Stride)), Index.Scale(c, shape.Blocks.Width));
                b.Add(new Call(WeightKernel(lanes), [
                    Index.Add(from, Index.Add(row, Index.Scale(o, operand.Stride(shape.Output)))), Index.Add(to, at),
                    Index.Min(Index.Subtract(Constant.Index(outputs), o), Constant.Index(lanes)),
                    Constant.Index(operand.Stride(shape.Output)), Constant.Index(rowStride), Constant.Index(columnStride),
                    Constant.Index(shape.WeightStride)]));
            });
        });
        var launch = kernel.ToLaunch($"{stage.Name}.transform_weights",
            $"{stage.Name}: weights transformed, G·g·Gᵀ, as {Elements} matrices ({shape.Channels}, {shape.Output.Extent})");
        return launch with { Rounds = shape.Channels, Elements = (long)shape.Channels * outputs * Elements };
    }

    // The filters of so many pairs of channels are gathered into vectors first. Lanes beyond the last channel are zero.
    private Kernel WeightKernel(int lanes)
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
            for (var i = 0; i < taps * taps; i++)
            {
                var tap = new Load(from, Index.Add(at, Index.Add(rows[i / taps], columns[i % taps])));
                b.Add(new Store(gathered, Index.Add(lane, Constant.Index(i * lanes)), tap));
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
        return b.Build(FormattableString.Invariant($"TransformWeights{Size}x{taps}Lanes{lanes}"),
            FormattableString.Invariant($"G·g·Gᵀ of filters of {taps}×{taps}, each element to a matrix of its own; G =\n{filter}"));
    }

    // Y = Aᵀ·m·A, then what follows in the stage.
    private KernelLaunch TransformOutput()
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var first = kernel.Index("first", 0, (long)shape.Samples * shape.Tiles.Count - 1);
        var count = kernel.Index("count", 1, shape.BlockTiles);
        var products = Buffer(kernel, _products);
        var transform = shape.Algorithm.Output;
        b.Loop("tile", Constant.Index(0), count, 1, tile =>
        {
            var (n, y, x) = shape.Tiles.Place(kernel, Index.Add(first, tile));
            var source = b.Let("source", Index.Scale(tile, shape.ProductRow));
            kernel.OverPieces(shape.Output.Name, shape.Blocks.Pieces, (o, lanes) => new TileTransform(transform, lanes).Write(
                b,
                j => i => new Load(products, Index.Add(Index.Add(source, o), Index.Add(
                    Index.Scale(j, shape.ProductStride), Constant.Index(i * Size * shape.ProductStride))), lanes),
                (group, z) => Epilogue(kernel, n, y, x, o, lanes, group, z), shape.Window));
        });
        var epilogue = string.Join(", ", stage.Nodes.Skip(1).Select(n => n.Operator.Name));
        return kernel.ToLaunch($"{stage.Name}.transform_output",
            $"{stage.Name}: products transformed back, Aᵀ·m·A, then {epilogue}; Aᵀ =\n{transform}");
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
