using NetCompiler.Compiler.Kernels;
using Barrier = NetCompiler.Compiler.Kernels.Barrier;

namespace NetCompiler.Compiler.Tests.Kernels;

/// <summary>Small kernels that several tests use.</summary>
internal static class SampleKernels
{
    private static readonly KernelType s_floats = KernelType.PointerTo(ScalarKind.F32);

    /// <summary>The inner tile of a 3 × 3 convolution: pixels × vectors accumulators, 4 input channels, rows of 8 pixels.</summary>
    public static Kernel Tile(int pixels, int vectors, int lanes, int channels = 4, int width = 8)
    {
        var builder = new KernelBuilder();
        var x = Buffer(builder, "x", BufferAccess.Read, 3 * width * channels, $"input rows (3, {width}, {channels})");
        var w = Buffer(builder, "w", BufferAccess.Read, 9 * channels * vectors * lanes, "packed weights");
        var y = Buffer(builder, "y", BufferAccess.Write, pixels * vectors * lanes, "output pixels");
        var sums = new Variable[pixels, vectors];
        for (var p = 0; p < pixels; p++)
        {
            for (var v = 0; v < vectors; v++)
                sums[p, v] = builder.Declare($"sum{p}_{v}", Constant.Float(0, lanes));
        }

        builder.Loop("kh", 3, kh => builder.Loop("k", 3 * channels, k =>
        {
            var row = IndexArithmetic.Add(IndexArithmetic.Scale(kh, width * channels), k);
            var tap = IndexArithmetic.Add(
                IndexArithmetic.Scale(kh, 3 * channels * vectors * lanes), IndexArithmetic.Scale(k, vectors * lanes));
            var weights = new Expression[vectors];
            for (var v = 0; v < vectors; v++)
                weights[v] = builder.Let($"w{v}", new Load(w, IndexArithmetic.Add(tap, Constant.Index(v * lanes)), lanes));
            for (var p = 0; p < pixels; p++)
            {
                var value = new Load(x, IndexArithmetic.Add(row, Constant.Index(p * channels)));
                var pixel = builder.Let($"x{p}", lanes == 1 ? value : new Broadcast(value, lanes));
                for (var v = 0; v < vectors; v++)
                    builder.Add(new Assign(sums[p, v], new FusedMultiplyAdd(pixel, weights[v], sums[p, v])));
            }
        }));
        builder.Add(new Remark("ReLU"));
        for (var p = 0; p < pixels; p++)
        {
            for (var v = 0; v < vectors; v++)
            {
                var relu = new Binary(BinaryFunction.Max, sums[p, v], Constant.Float(0, lanes));
                builder.Add(new Store(y, Constant.Index((p * vectors + v) * lanes), relu));
            }
        }

        return builder.Build("Tile", "y = max(0, Σ x · w)\nover 3 × 3 taps and all channels");
    }

    /// <summary>y[i] = 2 · x[i] for two elements.</summary>
    public static Kernel Doubled()
    {
        var builder = new KernelBuilder();
        var x = Buffer(builder, "x", BufferAccess.Read, 2);
        var y = Buffer(builder, "y", BufferAccess.Write, 2);
        builder.Loop("i", 2, i => builder.Add(new Store(y, i, new Binary(BinaryFunction.Multiply, new Load(x, i), Constant.Float(2)))));
        return builder.Build("Doubled", "y = 2 x");
    }

    /// <summary>Statements of every kind that CPU kernels have.</summary>
    public static Kernel EveryStatement()
    {
        var builder = new KernelBuilder();
        var x = Buffer(builder, "x", BufferAccess.Read, 64);
        var y = Buffer(builder, "y", BufferAccess.Write, 64);
        var n = builder.Parameter(new KernelParameter(new Variable("n", KernelType.I64), Range: (0, 5)));
        var scratch = builder.Fresh("scratch", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Local));
        builder.Add(new Allocate(scratch, 4));
        var sum = builder.Declare("sum", Constant.Float(0));
        // It may point behind what there is.
        builder.Add(new Prefetch(x, IndexArithmetic.Add(n, Constant.Index(64))));
        builder.Add(new Remark("adds up"));
        builder.Loop("i", Constant.Index(0), n, 2, i => builder.Add(new Assign(sum, new Binary(BinaryFunction.Add, sum, new Load(x, i)))));
        var unrolled = builder.Fresh("r", KernelType.I64);
        builder.Add(new For(unrolled, Constant.Index(0), Constant.Index(4), 1, LoopKind.Unrolled, builder.Nested(() =>
        {
            var square = builder.Let("square", new Binary(BinaryFunction.Multiply, new Load(x, unrolled), new Load(x, unrolled)));
            builder.Add(new Store(scratch, unrolled, square));
        })));
        var parallel = builder.Fresh("p", KernelType.I64);
        builder.Add(new For(parallel, Constant.Index(0), Constant.Index(4), 1, LoopKind.Parallel, builder.Nested(() =>
            builder.Add(new Store(y, parallel, new Load(scratch, parallel))))));
        builder.Add(new If(
            new Comparison(ComparisonFunction.Greater, n, Constant.Index(2)),
            builder.Nested(() => builder.Add(new Store(y, Constant.Index(4), sum))),
            builder.Nested(() => builder.Add(new Store(y, Constant.Index(5), sum)))));
        builder.Add(new Call(Doubled(), [x, new Binary(BinaryFunction.Add, y, Constant.Index(6))]));
        builder.Add(new Block([new Store(y, IndexArithmetic.Add(n, Constant.Index(8)), new Unary(UnaryFunction.Negate, sum))]));
        return builder.Build("EveryStatement", "Statements of every kind.");
    }

    /// <summary>
    /// Sums of neighbours through shared memory: each thread loads an element, then adds its own to that of the next thread.
    /// </summary>
    /// <param name="withBarrier">Without it the kernel has a race.</param>
    /// <param name="shift">Added to the index of the neighbour; more than 0 leaves the shared memory.</param>
    public static Kernel Neighbours(bool withBarrier = true, int shift = 0)
    {
        const int Threads = 8;
        var builder = new KernelBuilder();
        var x = builder.Parameter(new KernelParameter(new Variable("x", s_floats), BufferAccess.Read, Description: "numbers (n)"));
        var y = builder.Parameter(new KernelParameter(new Variable("y", s_floats), BufferAccess.Write, Description: "sums (n)"));
        var n = builder.Parameter(new KernelParameter(new Variable("n", KernelType.I32), Range: (1, 1000)));
        var thread = new ThreadIndex(ThreadIdentifier.ThreadInGroup, 0);
        var group = new ThreadIndex(ThreadIdentifier.GroupInGrid, 0);
        var i = builder.Let("i", IndexArithmetic.Add(IndexArithmetic.Scale(group, Threads), thread));
        var tile = builder.Fresh("tile", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Shared));
        builder.Add(new Allocate(tile, Threads));
        var inside = new Comparison(ComparisonFunction.Less, i, n);
        builder.Add(new Store(tile, thread, Constant.Float(0)));
        builder.Add(new If(inside, builder.Nested(() => builder.Add(new Store(tile, thread, new Load(x, i))))));
        if (withBarrier)
            builder.Add(new Barrier(BarrierScope.Group));
        var next = IndexArithmetic.Remainder(IndexArithmetic.Add(thread, Constant.Int(1)), Threads);
        var sum = builder.Declare("sum", Constant.Float(0));
        var r = builder.Fresh("r", KernelType.I32);
        builder.Add(new For(r, Constant.Int(0), Constant.Int(2), 1, LoopKind.Unrolled, builder.Nested(() =>
        {
            var from = new Selection(new Comparison(ComparisonFunction.Equal, r, Constant.Int(0)), thread, next);
            var term = builder.Let("term", new Load(tile, IndexArithmetic.Add(from, Constant.Int(shift))));
            builder.Add(new Assign(sum, new FusedMultiplyAdd(term, Constant.Float(1), sum)));
        })));
        builder.Add(new If(inside, builder.Nested(() => builder.Add(new Store(y, i, sum)))));
        return builder.Build(
            "Neighbours",
            "y[i] = x[i] + x[i + 1], around in groups of 8",
            new LaunchShape((Threads, 1, 1),
                (IndexArithmetic.Divide(IndexArithmetic.Add(n, Constant.Int(Threads - 1)), Threads), Constant.Int(1), Constant.Int(1))));
    }

    private static Variable Buffer(KernelBuilder builder, string name, BufferAccess access, long extent, string description = "") =>
        builder.Parameter(new KernelParameter(new Variable(name, s_floats), access, extent, Description: description));
}
