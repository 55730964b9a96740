using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Writes one kernel of a register tile: the loops over the summed axes, and on the sums what follows in the stage.</summary>
/// <param name="tile">What all tiles of the contraction share.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="extents">What the tile covers of each of the schedule's loops.</param>
/// <param name="starts">The first step along each of them, in the kernel.</param>
/// <param name="block">The number of its block.</param>
/// <param name="firstBlock">The first of the blocks that the kernel is for, which all lie alike.</param>
internal sealed class TileBody(
    ContractionTile tile, StageKernel kernel, ImmutableArray<TileExtent> extents, Expression[] starts,
    Expression block, int firstBlock)
{
    // More multiply-adds than this in one method fall off a cliff, in AOT first.
    private const int LargestBody = 256;

    /// <summary>
    /// Bytes that a load of vectors goes on from round to round. At 2048 a core with AVX-512 got a third less of its second-level cache.
    /// </summary>
    public const int LargestStep = 1024;

    // Multiply-adds of a round of a long loop. More would gain a few per cent, and make sources of deep networks a tenth larger.
    private const int LargestRound = 32;

    // Loops of more rounds, those over channels, gain little by being written out.
    private const int LargestWrittenLoop = 9;

    // Sums whose epilogue is written out where it contains long functions.
    private const int LargestWrittenFunctions = 2;

    // Sums that keep the multipliers busy: latency times multiply-adds that begin in a cycle.
    private const int BusySums = (int)(CpuTarget.MultiplyAddLatency * CpuTarget.MultiplyAddsPerCycle);

    private readonly List<int[]> _pixels = Points([.. extents.Select(e => e.Elements)]);

    // The vectors of the result.
    private readonly ImmutableArray<VectorPiece> _pieces = tile.Schedule.Blocks[firstBlock];

    // Those of sums: the same, or two for each where pooling takes pairs of lanes.
    private readonly ImmutableArray<VectorPiece> _vectors = [.. tile.Schedule.Blocks[firstBlock].SelectMany(
        p => Enumerable.Range(0, tile.Schedule.Window).Select(i => new VectorPiece(p.Offset * tile.Schedule.Window + i * p.Lanes, p.Lanes)))];

    // The factor that is loaded in vectors.
    private readonly TileOperand _operand = tile.VectorsFor(extents.Aggregate(1, (product, e) => product * e.Elements));

    // For each copy, pixel and vector its sum.
    private readonly List<Variable[][]> _sums = [];

    private KernelBuilder Builder => kernel.Builder;

    // Terms whose weights lie together, and which a round of the innermost loop adds.
    private int GroupTerms => _operand.Groups is null ? 1 : FixedPoint.Terms;

    private ContractionSchedule Schedule => tile.Schedule;

    /// <summary>
    /// Copies of each of so many sums, for terms that follow each other: few sums wait for each other; several copies, added up at the end,
    /// keep the multipliers busy.
    /// </summary>
    public static int Copies(int sums) => Math.Max(1, BusySums / sums);

    public void Write()
    {
        var vectorStart = Builder.Let("vectorStart", Start(_operand));
        var scalarStart = Builder.Let("scalarStart", Start(tile.Scalars));
        var loops = Loops();
        var count = _pixels.Count * _vectors.Length;
        var unroll = Unroll(count, loops);
        var copies = tile.Accumulator is null ? Math.Min(unroll * GroupTerms, Copies(count)) : 1;
        for (var copy = 0; copy < copies; copy++)
            _sums.Add(Declare(copy));
        Sum(loops, 0, new Terms(vectorStart, scalarStart, AheadStart(vectorStart)), unroll);
        var total = Total();
        if (tile.Accumulator is { } accumulator)
            StoreAccumulators(accumulator, total);
        else
            Epilogue(total);
    }

    private Variable[][] Declare(int copy)
    {
        var sums = new Variable[_pixels.Count][];
        for (var p = 0; p < _pixels.Count; p++)
        {
            sums[p] = new Variable[_vectors.Length];
            for (var v = 0; v < _vectors.Length; v++)
            {
                var lanes = _vectors[v].Lanes;
                var start = tile.Accumulator is { } accumulator && copy == 0
                    ? new Load(accumulator.Pointer(kernel), AccumulatorIndex(accumulator, _pixels[p], _vectors[v]), lanes)
                    : (Expression)Constant.Float(0, lanes);
                sums[p][v] = Builder.Declare($"s{p}{(_vectors.Length > 1 ? $"_{v}" : "")}", start);
            }
        }

        return sums;
    }

    // The summed axes as loops: neighbouring ones over which both factors go on with the same steps are one.
    private List<SumLoop> Loops()
    {
        var loops = new List<SumLoop>();
        foreach (var axis in tile.Sums)
        {
            if (axis.Extent is { IsBatch: false, Size: 1 })
                continue;
            var terms = axis == _operand.Groups?.Axis ? GroupTerms : 1;
            var loop = new SumLoop(axis.Name, axis.Extent.IsBatch ? null : axis.Extent.Size / terms,
                StrideOf(_operand, axis), StrideOf(tile.Scalars, axis) * terms);
            if (loops.Count > 0 && loops[loops.Count - 1] is var outer && loop.Constant is { } extent
                && outer.VectorStride == loop.VectorStride * extent && outer.ScalarStride == loop.ScalarStride * extent)
            {
                loops[loops.Count - 1] = new SumLoop(
                    outer.Name + loop.Name, outer.Constant * extent, loop.VectorStride, loop.ScalarStride, outer.PerSample * extent);
                continue;
            }

            loops.Add(loop);
        }

        return loops;
    }

    // Rounds of the innermost loop that are written out: all of a short one, as long as the body stays small.
    private int Unroll(int count, List<SumLoop> loops)
    {
        if (loops.Count == 0)
            return 1;
        var loop = loops[loops.Count - 1];
        var inner = loop.Constant ?? 1;
        var registers = tile.Target.VectorBudget - count - _vectors.Length - 1;
        count *= GroupTerms;
        if (inner * count <= LargestBody && inner <= LargestWrittenLoop)
        {
            if (Repeated(inner, loop.ScalarStride) <= registers)
                return inner;
            // Fewer rounds, of a loop that is left: rounds written out behind it would read the same elements.
            var rounds = inner / 2;
            while (rounds > 1 && Repeated(rounds, loop.ScalarStride) > registers)
                rounds--;
            return Math.Max(1, rounds);
        }

        var unroll = 1;
        while (unroll < 8 && count * unroll * 2 <= LargestRound && 4 * unroll * 2 * loop.VectorStride <= LargestStep)
            unroll *= 2;
        return unroll;
    }

    // Elements that more than one of so many rounds read, as neighbouring windows do: a JIT compiler keeps them in registers, or, where
    // there are none left, on the stack, which takes longer than to load them again.
    private int Repeated(int rounds, long stride)
    {
        var offsets = _pixels.Select(p => PixelOffset(tile.Scalars, p)).Distinct().ToList();
        return Enumerable.Range(0, rounds).SelectMany(i => offsets.Select(o => o + i * stride)).GroupBy(o => o).Count(g => g.Count() > 1);
    }

    // Where in the next block this tile's part of it begins, which it brings near.
    private Expression? AheadStart(Expression vectorStart)
    {
        if (Schedule.AheadStride == 0 || GroupTerms > 1)
            return null;
        Expression number = Constant.Index(0);
        for (var i = 0; i < extents.Length; i++)
        {
            var loop = extents[i].Loop;
            var tiles = Partition.Blocks(loop.Axis.Extent.IsBatch ? tile.Environment.ChunkSize : loop.Steps, loop.Tile);
            number = Index.Add(Index.Scale(number, tiles), Index.Divide(starts[i], loop.Tile));
        }

        var next = _operand.BlockStride;
        var terms = next / Schedule.Blocks.Stride;
        return Builder.Let("aheadStart", Index.Add(
            Index.Add(vectorStart, Constant.Index(next)), Index.Scale(number, terms * Schedule.AheadStride)));
    }

    private void Sum(List<SumLoop> loops, int depth, Terms at, int unroll)
    {
        if (depth == loops.Count)
        {
            BringNear(at, 1);
            Step(at, 0);
            return;
        }

        var loop = loops[depth];
        Expression end = loop.Constant is { } size
            ? Constant.Index(size)
            : Index.Scale(kernel.Number(LaunchNumber.Count), loop.PerSample);
        if (depth < loops.Count - 1)
        {
            Builder.Loop(loop.Name, Constant.Index(0), end, 1, i => Sum(loops, depth + 1, After(i), unroll));
            return;
        }

        if (loop.Constant is not { } constant)
        {
            Builder.Loop(loop.Name, Constant.Index(0), end, 1, i =>
            {
                BringNear(After(i), 1);
                Step(After(i), 0);
            });
            return;
        }

        var whole = constant / unroll * unroll;
        Builder.Loop(loop.Name, Constant.Index(0), Constant.Index(whole), unroll, i =>
        {
            BringNear(After(i), unroll);
            for (var u = 0; u < unroll; u++)
                Step(After(Index.Add(i, Constant.Index(u))), u);
        });
        if (whole < constant)
            BringNear(After(Constant.Index(whole)), constant - whole);
        for (var i = whole; i < constant; i++)
            Step(After(Constant.Index(i)), 0);

        Terms After(Expression rounds) => new(
            Index.Add(at.Vector, Index.Scale(rounds, loop.VectorStride)), Index.Add(at.Scalar, Index.Scale(rounds, loop.ScalarStride)),
            at.Ahead is null ? null
                : Index.Add(at.Ahead, Index.Scale(rounds, loop.VectorStride / Schedule.Blocks.WidthOf(firstBlock) * Schedule.AheadStride)));
    }

    // This tile's part of what the next block needs, of so many terms.
    private void BringNear(Terms terms, int count)
    {
        if (terms.Ahead is { } ahead)
            Builder.BringNear(_operand.Pointer(kernel), ahead, count * Schedule.AheadStride);
    }

    // What a round of the innermost loop adds, the number of which counts up to what is written out.
    private void Step(Terms terms, int round)
    {
        if (_operand.Groups is { } groups)
            MultiplyAddGroup(terms, groups.Axis, round);
        else
            MultiplyAdd(terms, round % _sums.Count);
    }

    // A vector's weights for four terms are decoded and used up before the next one's: there are registers for the elements that all vectors are
    // multiplied with.
    private void MultiplyAddGroup(Terms terms, Axis axis, int round)
    {
        var widest = _vectors.Max(piece => piece.Lanes);
        var stride = StrideOf(tile.Scalars, axis);
        var factors = Enumerable.Range(0, GroupTerms).Select(t => (Expression)new Load(
            tile.Scalars.Pointer(kernel), Index.Add(terms.Scalar, Constant.Index(t * stride)))).ToArray();
        if (widest > 1)
            factors = [.. factors.Select(x => Builder.Let("x", new Broadcast(x, widest)))];
        for (var v = 0; v < _vectors.Length; v++)
        {
            var lanes = _vectors[v].Lanes;
            var at = Index.Add(terms.Vector, Constant.Index(_vectors[v].Offset * FixedPoint.Words));
            var weights = FixedPoint.Decode(Builder, [.. Enumerable.Range(0, FixedPoint.Words).Select(i =>
                Builder.Let("word", new Load(_operand.Pointer(kernel), Index.Add(at, Constant.Index(i * lanes)), lanes)))]);
            for (var t = 0; t < weights.Length; t++)
            {
                var sum = _sums[(round * GroupTerms + t) % _sums.Count][0][v];
                var factor = lanes == widest ? factors[t] : lanes == 1 ? new Extract(factors[t], 0) : new LowerLanes(factors[t], lanes);
                Builder.Add(new Assign(sum, new FusedMultiplyAdd(factor, weights[t], sum)));
            }
        }
    }

    private void MultiplyAdd(Terms terms, int copy)
    {
        var (vectorAt, scalarAt, _) = terms;
        var vectorPointer = _operand.Pointer(kernel);
        var scalarPointer = tile.Scalars.Pointer(kernel);
        var weights = new Dictionary<long, Expression[]>();
        for (var p = 0; p < _pixels.Count; p++)
        {
            // Vectors differ between pixels only along axes on which they depend; tiles do not grow along these.
            var vectorOffset = PixelOffset(_operand, _pixels[p]);
            if (!weights.TryGetValue(vectorOffset, out var w))
            {
                w = [.. _vectors.Select(piece => Builder.Let("w", new Load(vectorPointer,
                    Index.Add(vectorAt, Constant.Index(vectorOffset + piece.Offset * _operand.LaneStride)), piece.Lanes)))];
                weights[vectorOffset] = w;
            }

            var at = Index.Add(scalarAt, Constant.Index(PixelOffset(tile.Scalars, _pixels[p])));
            var widest = _vectors.Max(piece => piece.Lanes);
            Expression? broadcast = null;
            for (var v = 0; v < _vectors.Length; v++)
            {
                var lanes = _vectors[v].Lanes;
                Expression factor;
                if (tile.Scalars.LaneStride == 1)
                {
                    factor = new Load(scalarPointer, Index.Add(at, Constant.Index(_vectors[v].Offset)), lanes);
                }
                else if (lanes == 1)
                {
                    factor = new Load(scalarPointer, at);
                }
                else
                {
                    broadcast ??= _vectors.Length > 1
                        ? Builder.Let("x", new Broadcast(new Load(scalarPointer, at), widest))
                        : new Broadcast(new Load(scalarPointer, at), widest);
                    factor = lanes == widest ? broadcast : new LowerLanes(broadcast, lanes);
                }

                var sum = _sums[copy][p][v];
                Builder.Add(new Assign(sum, new FusedMultiplyAdd(factor, w[v], sum)));
            }
        }
    }

    // The copies of each sum, added up.
    private Expression[][] Total() =>
        [.. Enumerable.Range(0, _pixels.Count).Select(p => Enumerable.Range(0, _vectors.Length).Select(v =>
            _sums.Skip(1).Aggregate((Expression)_sums[0][p][v], (total, copy) => new Binary(BinaryFunction.Add, total, copy[p][v])))
            .Select((e, v) => Builder.Let("sum", Scaled(e, _vectors[v]))).ToArray())];

    // A sum of products with fixed-point numbers, in units of their scale, as what it stands for.
    private Expression Scaled(Expression sum, VectorPiece piece) => _operand.Groups is not { } groups ? sum
        : new Binary(BinaryFunction.Multiply, sum, new Load(
            groups.Scales(kernel), Index.Add(Index.Scale(block, Schedule.Blocks.Stride), Constant.Index(piece.Offset)), piece.Lanes));

    private void StoreAccumulators(Accumulator accumulator, Expression[][] total)
    {
        for (var p = 0; p < _pixels.Count; p++)
        {
            for (var v = 0; v < _vectors.Length; v++)
                Builder.Add(new Store(accumulator.Pointer(kernel), AccumulatorIndex(accumulator, _pixels[p], _vectors[v]), total[p][v]));
        }
    }

    private Expression AccumulatorIndex(Accumulator accumulator, int[] pixel, VectorPiece piece)
    {
        Expression index = Constant.Index(0);
        foreach (var (axis, stride) in accumulator.Axes)
            index = Index.Add(index, Index.Scale(AxisValue(axis, pixel, piece), stride));
        return index;
    }

    // An axis' value at a pixel of the tile; for the vector's axis that of lane 0.
    private Expression AxisValue(Axis axis, int[] pixel, VectorPiece piece)
    {
        if (axis == Schedule.VectorAxis)
            return Index.Add(Index.Scale(block, Schedule.Blocks.Stride * Schedule.Window), Constant.Index(piece.Offset));
        var loop = LoopOf(axis);
        return Index.Add(Index.Scale(starts[loop], extents[loop].Loop.Window), Constant.Index(pixel[loop]));
    }

    // Which of the schedule's loops runs over an axis; −1 for the vector's axis.
    private int LoopOf(Axis axis) => tile.Schedule.Loops.Select(l => l.Axis).ToList().IndexOf(axis);

    // Where a factor begins for this tile.
    private Expression Start(TileOperand operand)
    {
        var start = Index.Add(Index.Scale(block, operand.BlockStride), Constant.Index(operand.Offset));
        for (var i = 0; i < extents.Length; i++)
            start = Index.Add(start, Index.Scale(starts[i], StrideOf(operand, extents[i].Loop.Axis) * extents[i].Loop.Window));
        return start;
    }

    private long StrideOf(TileOperand operand, Axis axis) => operand.Stride(axis, firstBlock);

    private long PixelOffset(TileOperand operand, int[] pixel) => extents.Select((e, i) => StrideOf(operand, e.Loop.Axis) * pixel[i]).Sum();

    // Everything behind the contraction, on the sums in registers.
    private void Epilogue(Expression[][] total)
    {
        var contraction = tile.Contraction;
        var result = tile.Stage.Anchor.Result;
        var targets = contraction.Definition.Target;
        var registers = new Dictionary<string, Expression>();
        for (var p = 0; p < _pixels.Count; p++)
        {
            for (var v = 0; v < _vectors.Length; v++)
                registers[LinearForm.Key([.. targets.Select(t => Target(t, _pixels[p], _vectors[v]))])] = total[p][v];
        }

        var dimension = ContractionScheduler.DimensionOf(contraction, Schedule.VectorAxis);
        if (IsStaged())
        {
            StagedEpilogue(total, targets, dimension);
            return;
        }

        var evaluator = new StageEvaluator(tile.Stage, tile.Environment, kernel)
        {
            Resident = (value, index, lanes, step) =>
                value != result ? null : step == 1 ? registers[LinearForm.Key(index)] : Pairs(index, lanes),
        };
        foreach (var step in Points([.. extents.Select(e => e.Steps)]))
        {
            foreach (var piece in _pieces)
            {
                Store(evaluator, [.. targets.Select(t => DomainIndex(t, loop => Constant.Index(step[loop]), Constant.Index(piece.Offset)))],
                    piece.Lanes, dimension);
            }
        }

        // Every other lane of two vectors side by side, from the first lane or from the second.
        Expression Pairs(ImmutableArray<Expression> index, int lanes)
        {
            for (var first = 0; first < Schedule.Window; first++)
            {
                if (registers.TryGetValue(LinearForm.Key(At(-first)), out var low))
                {
                    return new Shuffle(low, registers[LinearForm.Key(At(lanes - first))],
                        [.. Enumerable.Range(0, lanes).Select(i => first + i * Schedule.Window)]);
                }
            }

            throw new InvalidOperationException($"{result}[{string.Join(", ", index)}] is not in registers.");

            ImmutableArray<Expression> At(int offset) => index.SetItem(dimension, Index.Add(index[dimension], Constant.Index(offset)));
        }
    }

    // Functions that are many instructions each are written once and looped over: written out for every sum, they are beyond what a
    // method may have inlined, and each call would save and restore all sums.
    private bool IsStaged() => _pixels.Count * _vectors.Length > LargestWrittenFunctions && Schedule.Window == 1
        && extents.All(e => e.Loop.Window == 1)
        && tile.Stage.Nodes.Skip(1).SelectMany(n => n.Definition.Definitions).SelectMany(d => d.Body.Functions()).Any(IsLong);

    private static bool IsLong(UnaryFunction function) => function is UnaryFunction.Exp or UnaryFunction.Log or UnaryFunction.Tanh
        or UnaryFunction.Sigmoid or UnaryFunction.Erf;

    // The epilogue as a loop over the sums, which wait in memory.
    private void StagedEpilogue(Expression[][] total, ImmutableArray<IndexExpression> targets, int dimension)
    {
        var memory = Builder.Fresh("sums", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Local));
        Builder.Add(new Allocate(memory, _pixels.Count * _vectors.Length * kernel.Lanes));
        for (var p = 0; p < _pixels.Count; p++)
        {
            for (var v = 0; v < _vectors.Length; v++)
                Builder.Add(new Store(memory, Constant.Index(p * _vectors.Length * kernel.Lanes + _vectors[v].Offset), total[p][v]));
        }

        var steps = new Expression[extents.Length];
        Nest(0, Constant.Index(0));

        void Nest(int depth, Expression pixel)
        {
            if (depth < extents.Length)
            {
                Builder.Loop(extents[depth].Loop.Axis.Name, extents[depth].Steps, i =>
                {
                    if (i is Variable)
                        kernel.Ranges[i] = (0, extents[depth].Steps - 1);
                    steps[depth] = i;
                    Nest(depth + 1, Index.Add(Index.Scale(pixel, extents[depth].Steps), i));
                });
                return;
            }

            kernel.OverPieces(Schedule.VectorAxis.Name, _pieces, (offset, lanes) =>
            {
                var at = Index.Add(Index.Scale(pixel, _vectors.Length * kernel.Lanes), offset);
                var sum = Builder.Let("sum", new Load(memory, at, lanes));
                var evaluator = new StageEvaluator(tile.Stage, tile.Environment, kernel)
                {
                    Resident = (value, _, _, _) => value == tile.Stage.Anchor.Result ? sum : null,
                };
                Store(evaluator, [.. targets.Select(t => DomainIndex(t, loop => steps[loop], offset))], lanes, dimension);
            }, LargestWrittenFunctions);
        }
    }

    // All that the stage computes at a place.
    private void Store(StageEvaluator evaluator, ImmutableArray<Expression> index, int lanes, int dimension) => evaluator.Scope(() =>
    {
        foreach (var value in tile.Stage.Outputs)
            evaluator.Store(value, index, evaluator.Evaluate(value, index, lanes == 1 ? -1 : dimension, lanes));
    });

    // An index of the contraction's result at a pixel of the tile.
    private Expression Target(IndexExpression index, int[] pixel, VectorPiece piece)
    {
        Expression sum = Constant.Index(index.Constant);
        foreach (var term in index.Terms)
            sum = Index.Add(sum, Index.Scale(AxisValue(term.Axis, pixel, piece), term.Coefficient));
        return sum;
    }

    // The index of a result of the stage: in steps of the pooling window where there is one.
    private Expression DomainIndex(IndexExpression index, Func<int, Expression> step, Expression offset)
    {
        Expression sum = Constant.Index(index.Constant);
        foreach (var term in index.Terms)
        {
            var loop = LoopOf(term.Axis);
            var at = loop < 0
                ? Index.Add(Index.Scale(block, Schedule.Blocks.Stride), offset)
                : Index.Add(starts[loop], step(loop));
            sum = Index.Add(sum, Index.Scale(at, term.Coefficient));
        }

        return sum;
    }

    private static List<int[]> Points(int[] extents)
    {
        var points = new List<int[]> { new int[extents.Length] };
        for (var d = 0; d < extents.Length; d++)
        {
            points = [.. points.SelectMany(p => Enumerable.Range(0, extents[d]).Select(i =>
            {
                var next = (int[])p.Clone();
                next[d] = i;
                return next;
            }))];
        }

        return points;
    }

    // Where both factors of a term are, and what is brought near meanwhile.
    private readonly record struct Terms(Expression Vector, Expression Scalar, Expression? Ahead);

    private sealed record SumLoop(string Name, int? Constant, long VectorStride, long ScalarStride, int PerSample = 1);
}
