using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Depthwise convolutions (and the gradients of their input at stride 1): in tiles of neighbouring results of a row, a vector of channels
/// each. A row of weights stays in registers, and so does an element of the image for all results whose windows it is in. Taps that are
/// outside of the image are left out, so that it needs no copy with a halo.
/// </summary>
internal sealed class Depthwise(CpuTarget target) : IImplementation
{
    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (DepthwiseShape.TryRead(target, stage, environment, out var shape))
            yield return new Candidate(this, "depthwise", shape.Cycles, shape);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment) =>
        new Lowering(target, stage, environment, (DepthwiseShape)candidate.Schedule!).Run();

    private sealed class Lowering(CpuTarget target, Stage stage, StageEnvironment environment, DepthwiseShape shape)
    {
        private readonly PlanBuffer _packed = new(
            $"{stage.Name}.packed", ScalarKind.F32, (long)shape.Rows.Taps * shape.Columns.Taps * shape.Stride, BufferLifetime.Derived);

        private readonly Dictionary<(int First, int Count, int Lanes), TileKernel> _tiles = [];

        public KernelPlan Run()
        {
            var kernel = new StageKernel(target.Lanes);
            var b = kernel.Builder;
            var elements = StageFacts.MultiplyAdds(stage) / KernelLaunch.MultiplyAddsPerElement;
            var isShared = KernelLaunch.IsWorthSharing(shape.Rows.Results, elements);
            b.Loop("n", Constant.Index(0), kernel.Number(LaunchNumber.Count), 1, n =>
            {
                var (start, end) = isShared ? kernel.Part : (Constant.Index(0), Constant.Index(shape.Rows.Results));
                b.Loop("y", start, end, 1, y => Row(kernel, n, y));
            });
            var launch = kernel.ToLaunch(stage.Name, Summaries.Of(stage, FormattableString.Invariant(
                $"depthwise: register tiles of {shape.Tiles[0].Count} columns, rows of {shape.Columns.Taps} taps in registers")));
            if (isShared)
                launch = launch with { Rounds = shape.Rows.Results, Elements = elements };
            return new KernelPlan([_packed], [Pack()], [launch]);
        }

        // Tiles inside of the image are alike; those at its edges leave out other taps each.
        private void Row(StageKernel kernel, Expression n, Expression y)
        {
            for (var i = 0; i < shape.Tiles.Length;)
            {
                var tile = shape.Tiles[i];
                var alike = shape.IsInside(tile)
                    ? shape.Tiles.Skip(i).TakeWhile(t => t.Count == tile.Count && shape.IsInside(t)).Count() : 1;
                var last = shape.Tiles[i + alike - 1].First;
                kernel.Builder.Loop("x", Constant.Index(tile.First), Constant.Index(last + 1), tile.Count, x =>
                    kernel.OverPieces(shape.Channel.Name, shape.Pieces, (c, lanes) =>
                    {
                        var known = Tile(tile, last, lanes);
                        var indices = new Dictionary<string, Expression> { ["n"] = n, ["y"] = y, ["x"] = x, ["c"] = c };
                        var arguments = known.Arguments.Select(a => kernel.Parameter(a, [_packed]));
                        kernel.Builder.Add(new Call(known.Kernel, [.. known.Indices.Select(name => indices[name]), .. arguments]));
                    }));
                i += alike;
            }
        }

        private TileKernel Tile((int First, int Count) tile, int last, int lanes)
        {
            if (_tiles.TryGetValue((tile.First, tile.Count, lanes), out var known))
                return known;
            var kernel = new StageKernel(target.Lanes);
            var n = kernel.Index("n", 0, environment.ChunkSize - 1);
            var y = kernel.Index("y", 0, shape.Rows.Results - 1);
            var x = tile.First == last ? (Expression)Constant.Index(last) : kernel.Index("x", tile.First, last);
            var c = kernel.Index("c", 0, shape.Stride - lanes);
            Body(kernel, [n, c, y, x], tile, lanes);
            var launch = kernel.ToLaunch(
                $"{stage.Name}.tile", FormattableString.Invariant($"{stage.Name}: {tile.Count} columns of a row, {lanes} channels"));
            return _tiles[(tile.First, tile.Count, lanes)] = new TileKernel(
                launch.Kernel, x is Constant ? ["n", "y", "c"] : ["n", "y", "x", "c"], launch.Arguments);
        }

        private void Body(StageKernel kernel, Expression[] place, (int First, int Count) tile, int lanes)
        {
            var b = kernel.Builder;
            var (n, c, y, x) = (place[0], place[1], place[2], place[3]);
            var (rows, columns) = (shape.Rows, shape.Columns);
            var value = stage.Anchor.Inputs[shape.Image.Source];
            var (image, strides) = (kernel.Pointer(value), environment.Layouts[value].Strides);
            var weights = kernel.Pointer(0, _packed);
            var sums = Enumerable.Range(0, tile.Count).Select(p => b.Declare($"s{p}", Constant.Float(0, lanes))).ToArray();
            var (first, end) = rows.TapsOf(y);
            b.Loop("ky", first, end, 1, ky =>
            {
                kernel.Ranges[ky] = (0, rows.Taps - 1);
                var row = Index.Add(Index.Add(Index.Scale(y, rows.Step), Constant.Index(rows.Origin)), Index.Scale(ky, rows.Direction));
                var at = Index.Add(Index.Add(Index.Scale(n, strides[0]), c), Index.Add(Index.Scale(row, strides[2]),
                    Index.Scale(Index.Add(Index.Scale(x, columns.Step), Constant.Index(columns.Origin)), strides[3])));
                var weightsAt = Index.Add(Index.Scale(ky, (long)columns.Taps * shape.Stride), c);
                var taps = Enumerable.Range(0, columns.Taps).Select(kx =>
                    b.Let("w", new Load(weights, Index.Add(weightsAt, Constant.Index((long)kx * shape.Stride)), lanes))).ToArray();
                // From left to right: each element of the image with all results whose windows it is in.
                var reads = from p in Enumerable.Range(0, tile.Count)
                            from kx in Enumerable.Range(0, columns.Taps)
                            where columns.IsInside(tile.First + p, kx)
                            group (Result: p, Tap: kx) by columns.Place(p, kx);
                foreach (var read in reads.OrderBy(g => g.Key))
                {
                    var element = b.Let("x", new Load(image, Index.Add(at, Constant.Index(read.Key * strides[3])), lanes));
                    foreach (var (result, tap) in read)
                        b.Add(new Assign(sums[result], new FusedMultiplyAdd(element, taps[tap], sums[result])));
                }
            });

            var results = sums.Select((sum, p) => (Key: LinearForm.Key([n, c, y, Index.Add(x, Constant.Index(p))]), Sum: sum))
                .ToDictionary(r => r.Key, r => r.Sum);
            var evaluator = new StageEvaluator(stage, environment, kernel)
            {
                Resident = (resident, index, _, _) => resident == stage.Anchor.Result ? results[LinearForm.Key(index)] : null,
            };
            for (var p = 0; p < tile.Count; p++)
            {
                var column = Index.Add(x, Constant.Index(p));
                evaluator.Scope(() =>
                {
                    foreach (var output in stage.Outputs)
                        evaluator.Store(output, [n, c, y, column], evaluator.Evaluate(output, [n, c, y, column], 1, lanes));
                });
            }
        }

        // Tap after tap, the channels of one side by side.
        private KernelLaunch Pack()
        {
            var kernel = new StageKernel(target.Lanes);
            var b = kernel.Builder;
            var operand = new ContractionOperand(stage.Anchor, shape.Weights, environment);
            var (from, to) = (kernel.Pointer(operand.Value), kernel.Pointer(0, _packed));
            b.Loop("ky", shape.Rows.Taps, ky => b.Loop("kx", shape.Columns.Taps, kx =>
            {
                var source = Index.Add(Constant.Index(operand.Offset),
                    Index.Add(Index.Scale(ky, operand.Stride(shape.Rows.Tap)), Index.Scale(kx, operand.Stride(shape.Columns.Tap))));
                var packed = Index.Scale(Index.Add(Index.Scale(ky, shape.Columns.Taps), kx), shape.Stride);
                b.Loop(shape.Channel.Name, shape.Channel.Extent.Size, c => b.Add(new Store(to, Index.Add(packed, c),
                    new Load(from, Index.Add(source, Index.Scale(c, operand.Stride(shape.Channel)))))));
            }));
            return kernel.ToLaunch(
                $"{stage.Name}.pack", $"{stage.Name}: {operand.Value} {operand.Value.Type} packed as (ky, kx, {shape.Channel})");
        }
    }
}
