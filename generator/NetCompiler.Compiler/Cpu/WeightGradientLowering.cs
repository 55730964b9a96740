using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Writes the kernels of the gradient of a convolution's weights by F(r×r, m×m): for each block of tiles Bᵀ·x·B and G·dy·Gᵀ, a matrix
/// product over the tiles for each element, and Aᵀ·m·A added to the accumulators.
/// </summary>
internal sealed class WeightGradientLowering(CpuTarget target, Stage stage, WeightGradientShape shape)
{
    private readonly List<PlanBuffer> _buffers = [];

    private int Size => shape.Algorithm.Size;

    private int Elements => Size * Size;

    private int Taps => shape.Algorithm.Outputs;

    public KernelPlan Run()
    {
        var image = Add("tiles", shape.Image.Length, BufferLifetime.Scratch);
        var gradient = Add("gradientTiles", shape.Gradient.Length, BufferLifetime.Scratch);
        var products = Add("products", Elements * shape.ProductStride, BufferLifetime.Scratch);
        var accumulator = AddAccumulator();

        var driver = new StageKernel(target.Lanes);
        var b = driver.Builder;
        var transformImage = shape.Image.Lower(
            $"{stage.Name}.transform_image", shape.BlockTiles, shape.Samples, image, _buffers);
        var transformGradient = shape.Gradient.Lower(
            $"{stage.Name}.transform_gradient", shape.BlockTiles, shape.Samples, gradient, _buffers);
        var all = Index.Scale(driver.Number(LaunchNumber.Count), shape.Image.Count);
        var kernels = new Dictionary<RegisterProduct, Kernel>();
        b.Loop("tile", Constant.Index(0), all, shape.BlockTiles, tile =>
        {
            var count = b.Let("count", Index.Min(Index.Subtract(all, tile), Constant.Index(shape.BlockTiles)));
            driver.Call(transformImage, tile, _buffers);
            driver.Call(transformGradient, tile, _buffers);
            for (var block = 0; block < shape.Blocks.Count;)
            {
                // A loop over blocks of the same vectors.
                var pieces = shape.Blocks[block];
                var first = block;
                while (block < shape.Blocks.Count && shape.Blocks[block].SequenceEqual(pieces))
                    block++;
                b.Loop("block", Constant.Index(first), Constant.Index(block), 1, number =>
                    b.Loop(shape.Axes.C.Name, Constant.Index(0), Constant.Index(shape.Channels), shape.GroupRows,
                        c => Group(c, number, pieces, count)));
            }
        });
        var launch = driver.ToLaunch(stage.Name, Summaries.Of(stage, string.Format(CultureInfo.InvariantCulture,
            "Winograd {0}: {1} tiles a sample, added up over {2}, register tile {3} channels × {4} vectors",
            shape.Algorithm, shape.Image.Count, shape.BlockTiles, shape.Rows, shape.Blocks.Vectors)));
        return new KernelPlan([.. _buffers], [], [launch],
            AccumulatorSum.Lower(target, stage, accumulator, shape.Contraction.Definition.Target));

        // M[c, o] = Σ{tile} V[tile, c] · U[tile, o] for some channels of both, for each element, and back to the accumulators.
        void Group(Expression c, Expression block, ImmutableArray<VectorPiece> pieces, Expression count)
        {
            var rows = b.Let("rows", Index.Min(Index.Subtract(Constant.Index(shape.Channels), c), Constant.Index(shape.GroupRows)));
            var key = new RegisterProduct(shape.Rows, pieces, 1, shape.Image.RowStride, shape.Gradient.RowStride);
            if (!kernels.TryGetValue(key, out var kernel))
                kernels[key] = kernel = key.ToKernel();
            var (left, right) = (driver.Pointer(image, _buffers[image]), driver.Pointer(gradient, _buffers[gradient]));
            var product = driver.Pointer(products, _buffers[products]);
            b.Loop("element", Elements, element => b.Loop("row", Constant.Index(0), rows, shape.Rows, row => b.Add(new Call(kernel, [
                Index.Add(left, Index.Add(Index.Scale(element, shape.Image.MatrixStride), Index.Add(c, row))),
                Index.Add(right, Index.Add(Index.Scale(element, shape.Gradient.MatrixStride), Index.Scale(block, shape.Blocks.Stride))),
                Index.Add(product, Index.Add(Index.Scale(element, shape.ProductStride), Index.Scale(row, shape.Blocks.Width))),
                count, Constant.Index(shape.Blocks.Width)]))));
            var (cStride, columnStride) = (accumulator.Axes[0].Stride, accumulator.Axes[2].Stride);
            var sums = Index.Add(accumulator.Pointer(driver), Index.Add(Index.Scale(c, cStride), Index.Scale(block, shape.Blocks.Stride)));
            foreach (var group in pieces.GroupBy(p => p.Lanes))
            {
                var offset = Constant.Index(group.First().Offset);
                b.Add(new Call(TransformBack(group.Key), [
                    Index.Add(product, offset), Index.Add(sums, offset), rows, Constant.Index(group.Sum(p => p.Lanes)),
                    Constant.Index(shape.ProductStride), Constant.Index(shape.Blocks.Width), Constant.Index(cStride),
                    Constant.Index(columnStride)]));
            }
        }
    }

    private int Add(string name, long length, BufferLifetime lifetime)
    {
        _buffers.Add(new PlanBuffer($"{stage.Name}.{name}", ScalarKind.F32, length, lifetime));
        return _buffers.Count - 1;
    }

    private Accumulator AddAccumulator()
    {
        long row = shape.Blocks.PaddedExtent;
        var (c, o, ky, kx) = shape.Axes;
        var buffer = Add("sums", shape.Channels * Taps * Taps * row, BufferLifetime.Accumulator);
        return new Accumulator(buffer, _buffers[buffer], [(c, Taps * Taps * row), (ky, Taps * row), (kx, row), (o, 1)]);
    }

    // What is added to the accumulators: Aᵀ·m·A for each pair of channels.
    private Kernel TransformBack(int lanes)
    {
        var b = new KernelBuilder();
        var from = TileTransform.Pointer(b, "products", BufferAccess.Read);
        var to = TileTransform.Pointer(b, "sums", BufferAccess.Read | BufferAccess.Write);
        var rows = TileTransform.Number(b, "rows");
        var channels = TileTransform.Number(b, "channels");
        var matrixStride = TileTransform.Number(b, "matrixStride");
        var fromRow = TileTransform.Number(b, "productStride");
        var toRow = TileTransform.Number(b, "sumStride");
        var tapStride = TileTransform.Number(b, "tapStride");
        var transform = shape.Algorithm.Output;
        var matrices = TileTransform.Multiples(b, "matrix", Index.Scale(matrixStride, Size), Size);
        var taps = TileTransform.Multiples(b, "tap", tapStride, Taps);
        b.Loop("row", Constant.Index(0), rows, 1, row => b.Loop("c", Constant.Index(0), channels, lanes, c =>
        {
            var source = b.Let("source", Index.Add(from, Index.Add(TileTransform.Product(fromRow, row), c)));
            var sums = b.Let("target", Index.Add(to, Index.Add(TileTransform.Product(toRow, row), c)));
            new TileTransform(transform, lanes).Write(
                b,
                j =>
                {
                    var at = b.Let("at", Index.Add(source, TileTransform.Product(matrixStride, j)));
                    return i => new Load(at, matrices[i], lanes);
                },
                (i, z) =>
                {
                    var at = b.Let("to", Index.Add(sums, TileTransform.Product(tapStride, Index.Scale(i, Taps))));
                    for (var j = 0; j < Taps; j++)
                        b.Add(new Store(at, taps[j], new Binary(BinaryFunction.Add, new Load(at, taps[j], lanes), z[0][j])));
                });
        }));
        return b.Build(FormattableString.Invariant($"TransformBack{Taps}x{Size}Lanes{lanes}"),
            FormattableString.Invariant($"sums += Aᵀ·m·A, each element of m from a matrix of its own; Aᵀ =\n{transform}"));
    }
}
