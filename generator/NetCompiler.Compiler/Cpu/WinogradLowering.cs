using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Writes the kernels of a convolution by F(2×2, 3×3): weights G·g·Gᵀ once, then for each block of tiles Bᵀ·d·B, 16 products,
/// Aᵀ·m·A.
/// </summary>
internal sealed class WinogradLowering(CpuTarget target, Stage stage, StageEnvironment environment, WinogradShape shape)
{
    private readonly List<PlanBuffer> _buffers = [];
    private int _weights;
    private int _tiles;
    private int _products;
    private int _halo = -1;

    // Tiles of a block, rounded up to whole register tiles: what is computed beyond the last tile is never read.
    private int BlockRows => Partition.RoundUp(shape.BlockTiles, shape.Rows);

    private int OutputChannels => shape.Blocks.PaddedExtent;

    public KernelPlan Run()
    {
        _weights = Add(new PlanBuffer($"{stage.Name}.transformed", ScalarKind.F32,
            (long)WinogradShape.Elements * shape.Blocks.Count * shape.Channels * shape.Blocks.Width, BufferLifetime.Derived));
        _tiles = Add(new PlanBuffer($"{stage.Name}.tiles", ScalarKind.F32,
            (long)WinogradShape.Elements * BlockRows * shape.ImageChannels, BufferLifetime.Scratch));
        _products = Add(new PlanBuffer($"{stage.Name}.products", ScalarKind.F32,
            (long)WinogradShape.Elements * BlockRows * OutputChannels, BufferLifetime.Scratch));
        var launches = new List<KernelLaunch>();
        if (shape.Image.Halo is { } halo)
        {
            _halo = Add(halo.ToBuffer(stage.Name));
            launches.Add(halo.Lower(target, stage.Name, _halo));
        }

        launches.Add(Driver());
        return new KernelPlan([.. _buffers], [TransformWeights()], [.. launches]);
    }

    private int Add(PlanBuffer buffer)
    {
        _buffers.Add(buffer);
        return _buffers.Count - 1;
    }

    private Variable Buffer(StageKernel kernel, int buffer) => kernel.Pointer(buffer, _buffers[buffer]);

    private KernelLaunch Driver()
    {
        var driver = new StageKernel(target.Lanes);
        var b = driver.Builder;
        var input = TransformInput();
        var output = TransformOutput();
        var products = Enumerable.Range(0, shape.Blocks.Count).Select(block => shape.Blocks[block]).ToImmutableArray();
        var kernels = new Dictionary<string, KernelLaunch>();
        b.Loop("n", Constant.Index(0), driver.Number(LaunchNumber.Count), 1, n =>
        {
            var whole = shape.Tiles / shape.BlockTiles * shape.BlockTiles;
            b.Loop("tile", Constant.Index(0), Constant.Index(whole), shape.BlockTiles, tile => Block(tile, shape.BlockTiles));
            if (whole < shape.Tiles)
                Block(Constant.Index(whole), shape.Tiles - whole);

            void Block(Expression tile, int count)
            {
                Call(input, [n, tile, Constant.Index(count)]);
                b.Loop("element", WinogradShape.Elements, element =>
                {
                    for (var block = 0; block < products.Length; block++)
                    {
                        var key = string.Join(",", products[block].Select(p => p.Lanes));
                        if (!kernels.TryGetValue(key, out var product))
                            kernels[key] = product = Product(products[block], kernels.Count);
                        var rows = Partition.RoundUp(count, shape.Rows);
                        b.Loop("row", Constant.Index(0), Constant.Index(rows), shape.Rows, row =>
                            Call(product, [element, Constant.Index(block), row]));
                    }
                });
                Call(output, [n, tile, Constant.Index(count)]);
            }
        });
        return driver.ToLaunch(stage.Name, Summaries.Of(stage,
            $"Winograd F(2×2, 3×3): {shape.Tiles} tiles in blocks of {shape.BlockTiles}, "
            + $"register tile {shape.Rows} tiles × {shape.Blocks.Vectors} vectors"));

        void Call(KernelLaunch launch, ImmutableArray<Expression> indices) =>
            b.Add(new Call(launch.Kernel, [.. indices, .. launch.Arguments.Select(a => driver.Parameter(a, _buffers))]));
    }

    // U = G·g·Gᵀ with G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1], for each pair of channels.
    private KernelLaunch TransformWeights()
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var operand = new ContractionOperand(stage.Anchor, shape.Weights, environment);
        var from = kernel.Pointer(operand.Value);
        var to = Buffer(kernel, _weights);
        var stride = (long)shape.Blocks.Count * shape.Channels * shape.Blocks.Width;
        var taps = shape.Contraction.SumAxes.Where(a => a != shape.Sum).ToArray();
        var image = shape.Contraction.Left.Source == shape.Weights.Source ? shape.Contraction.Right : shape.Contraction.Left;
        var (ky, kx) = image.Indices[2].CoefficientOf(taps[0]) != 0 ? (taps[0], taps[1]) : (taps[1], taps[0]);
        b.Loop(shape.Sum.Name, shape.Channels, c => b.Loop(shape.Output.Name, shape.Output.Extent.Size, o =>
        {
            var at = b.Let("at", Index.Add(Index.Scale(c, operand.Stride(shape.Sum)), Index.Scale(o, operand.Stride(shape.Output))));
            var g = Grid(3, 3, (i, j) =>
            {
                var (tapY, tapX) = (shape.Flip.Y > 0 ? i : 2 - i, shape.Flip.X > 0 ? j : 2 - j);
                var offset = operand.Offset + tapY * operand.Stride(ky) + tapX * operand.Stride(kx);
                return b.Let($"g{i}{j}", new Load(from, Index.Add(at, Constant.Index(offset))));
            });
            var rows = new Expression[4, 3];
            for (var j = 0; j < 3; j++)
                Transform(i => g[i, j], (i, e) => rows[i, j] = e);
            var block = b.Let("block", Index.Divide(o, shape.Blocks.Width));
            var lane = Index.Remainder(o, shape.Blocks.Width);
            var row = Index.Add(Index.Scale(block, (long)shape.Channels * shape.Blocks.Width), Index.Scale(c, shape.Blocks.Width));
            var start = b.Let("to", Index.Add(row, lane));
            for (var i = 0; i < 4; i++)
            {
                Transform(j => rows[i, j], (j, e) => b.Add(new Store(to, Index.Add(start, Constant.Index((i * 4 + j) * stride)), e)));
            }
        }));
        return kernel.ToLaunch($"{stage.Name}.transform_weights",
            $"{stage.Name}: weights transformed, G·g·Gᵀ, as 16 matrices ({shape.Channels}, {shape.Output.Extent})");

        // G times a column of three.
        void Transform(Func<int, Expression> x, Action<int, Expression> store)
        {
            var half = b.Let("half", Multiply(Sum(x(0), x(2)), 0.5));
            var middle = b.Let("middle", Multiply(x(1), 0.5));
            store(0, x(0));
            store(1, b.Let("t", Sum(half, middle)));
            store(2, b.Let("t", Difference(half, middle)));
            store(3, x(2));
        }
    }

    // A transform's sample, the first tile of its block, and the tiles of the block.
    private (Variable N, Variable First, Variable Count) BlockParameters(StageKernel kernel) => (
        kernel.Index("n", 0, environment.ChunkSize - 1), kernel.Index("first", 0, shape.Tiles - 1),
        kernel.Index("count", 1, shape.BlockTiles));

    // Where the matrix of one element of the transformed tiles begins.
    private static long MatrixOffset(int row, int column, long length) => (row * 4 + column) * length;

    // V = Bᵀ·d·B with Bᵀ = [1 0 −1 0; 0 1 1 0; 0 −1 1 0; 0 1 0 −1], vectors over channels.
    private KernelLaunch TransformInput()
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var (n, first, count) = BlockParameters(kernel);
        var image = shape.Image;
        var from = _halo >= 0 ? Buffer(kernel, _halo) : kernel.Pointer(image.Value);
        var to = Buffer(kernel, _tiles);
        var batch = shape.Contraction.ResultAxes[0];
        var (rowStride, columnStride) = Strides();
        // Taps that run against the image end where the others begin.
        var offset = image.Offset - (shape.Flip.Y < 0 ? 2 * rowStride : 0) - (shape.Flip.X < 0 ? 2 * columnStride : 0);
        b.Loop("tile", Constant.Index(0), count, 1, tile =>
        {
            var number = b.Let("number", Index.Add(tile, first));
            var y = b.Let("y", Index.Divide(number, shape.TilesX));
            var x = b.Let("x", Index.Remainder(number, shape.TilesX));
            var sample = Index.Scale(n, image.Stride(batch));
            var row = Index.Scale(y, WinogradShape.TileSize * rowStride);
            var column = Index.Scale(x, WinogradShape.TileSize * columnStride);
            var source = b.Let("source", Index.Add(Index.Add(Index.Add(sample, row), column), Constant.Index(offset)));
            var start = b.Let("to", Index.Scale(tile, shape.ImageChannels));
            kernel.OverPieces(shape.Sum.Name, target.Cover(shape.Channels), (c, lanes) =>
            {
                var d = Grid(4, 4, (i, j) => b.Let($"d{i}{j}",
                    new Load(from, Index.Add(Index.Add(source, c), Constant.Index(i * rowStride + j * columnStride)), lanes)));
                var t = Grid(4, 4, (i, j) => b.Let($"t{i}{j}", Rows(i, k => d[k, j])));
                for (var i = 0; i < 4; i++)
                {
                    for (var j = 0; j < 4; j++)
                    {
                        var element = MatrixOffset(i, j, (long)BlockRows * shape.ImageChannels);
                        b.Add(new Store(to, Index.Add(Index.Add(start, c), Constant.Index(element)), Rows(j, k => t[i, k])));
                    }
                }
            });
        });
        return kernel.ToLaunch($"{stage.Name}.transform_input", $"{stage.Name}: tiles of 4×4 of {image.Value} transformed, Bᵀ·d·B");

        static Expression Rows(int i, Func<int, Expression> d) => i switch
        {
            0 => Difference(d(0), d(2)),
            1 => Sum(d(1), d(2)),
            2 => Difference(d(2), d(1)),
            _ => Difference(d(1), d(3)),
        };
    }

    // M[tile, o] = Σ V[tile, c] · U[c, o] for one of the 16 elements, in a register tile.
    private KernelLaunch Product(ImmutableArray<VectorPiece> pieces, int number)
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var element = kernel.Index("element", 0, WinogradShape.Elements - 1);
        var block = kernel.Index("block", 0, shape.Blocks.Count - 1);
        var row = kernel.Index("row", 0, BlockRows - shape.Rows);
        var (tiles, weights, products) = (Buffer(kernel, _tiles), Buffer(kernel, _weights), Buffer(kernel, _products));
        var tile = b.Let("tile", Index.Add(
            Index.Scale(element, (long)BlockRows * shape.ImageChannels), Index.Scale(row, shape.ImageChannels)));
        var weight = b.Let("weight", Index.Add(
            Index.Scale(element, (long)shape.Blocks.Count * shape.Channels * shape.Blocks.Width),
            Index.Scale(block, (long)shape.Channels * shape.Blocks.Width)));
        var sums = Enumerable.Range(0, shape.Rows).Select(r => pieces.Select((p, v) =>
            b.Declare($"s{r}_{v}", Constant.Float(0, p.Lanes))).ToArray()).ToArray();
        var widest = pieces.Max(p => p.Lanes);
        b.Loop(shape.Sum.Name, shape.Channels, c =>
        {
            var weightRow = Index.Add(weight, Index.Scale(c, shape.Blocks.Width));
            var w = pieces.Select(p => b.Let("w", new Load(weights, Index.Add(weightRow, Constant.Index(p.Offset)), p.Lanes))).ToArray();
            for (var r = 0; r < shape.Rows; r++)
            {
                var at = Index.Add(Index.Add(tile, c), Constant.Index(r * shape.ImageChannels));
                Expression factor = new Broadcast(new Load(tiles, at), widest);
                if (pieces.Length > 1)
                    factor = b.Let("x", factor);
                for (var v = 0; v < pieces.Length; v++)
                {
                    var lanes = pieces[v].Lanes;
                    var narrowed = lanes == widest ? factor : new LowerLanes(factor, lanes);
                    b.Add(new Assign(sums[r][v], new FusedMultiplyAdd(narrowed, w[v], sums[r][v])));
                }
            }
        });
        var productRow = Index.Add(Index.Scale(element, (long)BlockRows * OutputChannels), Index.Scale(row, OutputChannels));
        var to = b.Let("to", Index.Add(productRow, Index.Scale(block, shape.Blocks.Stride)));
        for (var r = 0; r < shape.Rows; r++)
        {
            for (var v = 0; v < pieces.Length; v++)
                b.Add(new Store(products, Index.Add(to, Constant.Index(r * OutputChannels + pieces[v].Offset)), sums[r][v]));
        }

        return kernel.ToLaunch($"{stage.Name}.product{(number == 0 ? "" : (number + 1).ToString(CultureInfo.InvariantCulture))}",
            $"{stage.Name}: one of 16 products of transformed tiles and weights, "
            + $"{shape.Rows} tiles × {pieces.Sum(p => p.Lanes)} channels in registers");
    }

    // Y = Aᵀ·m·A with Aᵀ = [1 1 1 0; 0 1 −1 −1], then what follows in the stage, in registers.
    private KernelLaunch TransformOutput()
    {
        var kernel = new StageKernel(target.Lanes);
        var b = kernel.Builder;
        var (n, first, count) = BlockParameters(kernel);
        var products = Buffer(kernel, _products);
        var pooled = ContractionScheduler.Pooling(stage) is not null;
        b.Loop("tile", Constant.Index(0), count, 1, tile =>
        {
            var number = b.Let("number", Index.Add(tile, first));
            var y = b.Declare("y", Index.Divide(number, shape.TilesX));
            var x = b.Declare("x", Index.Remainder(number, shape.TilesX));
            kernel.Ranges[y] = (0, shape.TilesY - 1);
            kernel.Ranges[x] = (0, shape.TilesX - 1);
            var source = b.Let("source", Index.Scale(tile, OutputChannels));
            var length = (long)BlockRows * OutputChannels;
            kernel.OverPieces(shape.Output.Name, shape.Blocks.Pieces, (o, lanes) =>
            {
                var m = Grid(4, 4, (i, j) => b.Let($"m{i}{j}",
                    new Load(products, Index.Add(Index.Add(source, o), Constant.Index(MatrixOffset(i, j, length))), lanes)));
                var t = Grid(2, 4, (i, j) => b.Let($"t{i}{j}", Rows(i, k => m[k, j])));
                var result = Grid(2, 2, (i, j) => b.Let($"r{i}{j}", Rows(j, k => t[i, k])));
                Epilogue(kernel, n, y, x, o, lanes, result, pooled);
            });
        });
        var epilogue = string.Join(", ", stage.Nodes.Skip(1).Select(n => n.Operator.Name));
        return kernel.ToLaunch($"{stage.Name}.transform_output",
            $"{stage.Name}: products transformed back, Aᵀ·m·A, then {epilogue}");

        static Expression Rows(int i, Func<int, Expression> m) => i == 0
            ? Sum(Sum(m(0), m(1)), m(2))
            : Difference(Difference(m(1), m(2)), m(3));
    }

    private void Epilogue(
        StageKernel kernel, Expression n, Expression y, Expression x, Expression o, int lanes, Expression[,] result, bool pooled)
    {
        const int size = WinogradShape.TileSize;
        var registers = new Dictionary<string, Expression>();
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
                registers[LinearForm.Key([n, o, Pixel(y, i), Pixel(x, j)])] = result[i, j];
        }

        var evaluator = new StageEvaluator(stage, environment, kernel)
        {
            Resident = (value, index, _, _) => value == stage.Anchor.Result ? registers[LinearForm.Key(index)] : null,
        };
        if (pooled)
        {
            Store([n, o, y, x]);
            return;
        }

        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                ImmutableArray<Expression> index = [n, o, Pixel(y, i), Pixel(x, j)];
                // The last tiles may hang over.
                Expression? inside = null;
                if (i == 1 && shape.Height % size != 0)
                    inside = new Comparison(ComparisonFunction.Less, index[2], Constant.Index(shape.Height));
                if (j == 1 && shape.Width % size != 0)
                {
                    var column = new Comparison(ComparisonFunction.Less, index[3], Constant.Index(shape.Width));
                    inside = inside is null ? column : new Binary(BinaryFunction.And, inside, column);
                }

                if (inside is null)
                    Store(index);
                else
                    kernel.Builder.Add(new If(inside, kernel.Builder.Nested(() => Store(index))));
            }
        }

        void Store(ImmutableArray<Expression> index) => evaluator.Scope(() =>
        {
            foreach (var value in stage.Outputs)
                evaluator.Store(value, index, evaluator.Evaluate(value, index, 1, lanes));
        });

        static Expression Pixel(Expression tile, int i) => Index.Add(Index.Scale(tile, size), Constant.Index(i));
    }

    private (long Row, long Column) Strides()
    {
        var layout = shape.Image.Halo?.Layout ?? environment.Layouts[shape.Image.Value];
        return (layout.Strides[2], layout.Strides[3]);
    }

    private static Expression[,] Grid(int rows, int columns, Func<int, int, Expression> element)
    {
        var grid = new Expression[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                grid[i, j] = element(i, j);
        }

        return grid;
    }

    private static Expression Sum(Expression a, Expression b) => new Binary(BinaryFunction.Add, a, b);

    private static Expression Difference(Expression a, Expression b) => new Binary(BinaryFunction.Subtract, a, b);

    private static Expression Multiply(Expression a, double factor) =>
        new Binary(BinaryFunction.Multiply, a, Constant.Float(factor, a.Type.Lanes));
}
