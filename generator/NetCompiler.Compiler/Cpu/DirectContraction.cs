using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Computes contractions by their definition, in register tiles: convolutions, dense layers, and the gradients of both are one
/// schedule over different strides. What follows in the stage is computed on the tile before it is written.
/// </summary>
internal sealed class DirectContraction(CpuTarget target) : IImplementation
{
    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Kind != StageKind.Contraction || stage.Scope == StageScope.Shared
            || !Contraction.TryRead(stage.Anchor, out var contraction))
        {
            return [];
        }

        return Offer(stage, environment, contraction);
    }

    private IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment, Contraction contraction)
    {
        foreach (var (schedule, cost) in ContractionScheduler.Schedules(target, stage, environment, contraction))
        {
            yield return new Candidate(this, $"direct-{schedule.VectorAxis}", cost, schedule);
            if (FixedPointCost(stage, environment, contraction, schedule, cost) is { } fixedPointCost)
                yield return new Candidate(this, $"fixed-point-{schedule.VectorAxis}", fixedPointCost, schedule with { IsFixedPoint = true });
        }
    }

    // What a schedule costs with weights in fixed point; null where they must not be.
    private double? FixedPointCost(
        Stage stage, StageEnvironment environment, Contraction contraction, ContractionSchedule schedule, double directCost)
    {
        if (environment.Options is { IsStrict: true } or { ParametersChange: true })
            return null;
        var (vector, scalar) = Operands(stage, environment, contraction, schedule);
        if (!FixedPointOperand.IsPossible(contraction, vector, scalar, schedule, LoopOrder(contraction, scalar)))
            return null;
        // Weights that are near come as fast as they can be decoded.
        if (!ContractionCost.IsFar(target, environment.RepeatedBytes ?? sizeof(float) * vector.Value.Type.SampleLength))
            return directCost + 1;
        // The samples of a chunk share what is read; what counts is what a sample gains that comes alone.
        var ofOne = new ContractionCost(target, environment with { ChunkSize = 1 }, contraction, vector, scalar);
        var direct = schedule with { AheadStride = 0 };
        return directCost * ofOne.Of(direct with { IsFixedPoint = true }) / ofOne.Of(direct);
    }

    // The factor that is loaded in vectors, and the other one.
    private static (ContractionOperand Vector, ContractionOperand Scalar) Operands(
        Stage stage, StageEnvironment environment, Contraction contraction, ContractionSchedule schedule)
    {
        var (vector, scalar) = schedule.VectorIsLeft ? (contraction.Left, contraction.Right) : (contraction.Right, contraction.Left);
        var along = schedule.Reorders ? schedule.VectorAxis : null;
        return (new ContractionOperand(stage.Anchor, vector, environment, schedule.CopiesVectors, along),
            new ContractionOperand(stage.Anchor, scalar, environment, along: along));
    }

    // The summed axes, the outermost loop's first: the innermost one is that whose elements lie side by side.
    private static ImmutableArray<Axis> LoopOrder(Contraction contraction, ContractionOperand scalar) =>
        [.. contraction.SumAxes.OrderByDescending(a => a.Extent.IsBatch ? long.MaxValue : Math.Abs(scalar.Stride(a)))];

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        Contraction.TryRead(stage.Anchor, out var contraction);
        return new Lowering(target, stage, environment, contraction!, (ContractionSchedule)candidate.Schedule!).Run();
    }

    private sealed class Lowering(
        CpuTarget target, Stage stage, StageEnvironment environment, Contraction contraction, ContractionSchedule schedule)
    {
        // In the place of a loop: the blocks of vectors.
        private const int Blocks = -1;

        private readonly List<PlanBuffer> _buffers = [];
        private readonly List<KernelLaunch> _prepare = [];
        private readonly List<KernelLaunch> _launches = [];
        private readonly Dictionary<string, TileKernel> _tiles = [];

        // The loop that threads share; null for none.
        private int? _sharedDepth;

        // Blocks of the same vectors: the number of one of them in the driver, and those of the first and the last.
        private sealed record TileBlock(Expression Number, int First, int Last);

        public KernelPlan Run()
        {
            var (vector, scalar) = Operands(stage, environment, contraction, schedule);
            var sums = LoopOrder(contraction, scalar);
            var single = schedule.IsFixedPoint ? PackFixedPoint(vector, sums) : null;
            // Several samples of a chunk share what is read, and would only have more to decode.
            var vectors = single is null || schedule.Loops.Any(l => l.TileElements > 1)
                ? Operand(vector, sums, pack: !vector.Value.Type.IsPerSample) : single;
            var scalars = Operand(scalar, sums, pack: false);
            var accumulator = contraction.SumsBatch ? AddAccumulator() : null;

            var driver = new StageKernel(target.Lanes);
            var tile = new ContractionTile(target, stage, environment, contraction, schedule, sums, vectors, single ?? vectors, scalars, accumulator);
            var (rounds, elements) = accumulator is null ? Share(vector.Value.Type) : (0, 0);
            Drive(driver, tile);
            _launches.Add(driver.ToLaunch(stage.Name, Summaries.Of(stage, $"register tile: {schedule}")) with
            {
                Rounds = rounds,
                Elements = elements,
            });

            var combine = accumulator is null ? null : AccumulatorSum.Lower(target, stage, accumulator, contraction.Definition.Target);
            return new KernelPlan([.. _buffers], [.. _prepare], [.. _launches], combine);
        }

        // Which loop threads share, where the sums of one sample are worth it: the outermost with several tiles.
        private (int Rounds, long Elements) Share(TensorType vectors)
        {
            // A product with a vector, as a step of a recurrent layer, takes as long as its weights take to come: from behind the
            // second-level cache where that does not hold those of a whole step.
            var bytes = (long)(ContractionCost.BytesOfWeight(schedule) * vectors.SampleLength);
            var isFar = !vectors.IsPerSample && ContractionCost.IsFar(target, Math.Max(bytes, environment.RepeatedBytes ?? 0));
            var reading = isFar ? target.FarCycles(bytes, 1)
                : !vectors.IsPerSample && bytes > target.FirstLevelBytes ? bytes / CpuTarget.SecondLevelBytesPerCycle : 0;
            var elements = Math.Max(StageFacts.MultiplyAdds(stage), (long)(reading * CpuTarget.MultiplyAddsPerCycle * target.Lanes))
                / KernelLaunch.MultiplyAddsPerElement;
            var depths = Enumerable.Range(0, schedule.Loops.Length);
            foreach (var depth in schedule.BlocksFirst ? depths.Prepend(Blocks) : depths.Append(Blocks))
            {
                var rounds = depth == Blocks ? schedule.Blocks.Count
                    : schedule.Loops[depth].Axis.Extent.IsBatch ? 1
                    : Partition.Blocks(schedule.Loops[depth].Steps, schedule.Loops[depth].Tile);
                if (!KernelLaunch.IsWorthSharing(rounds, elements, isRepeated: environment.RepeatedBytes is not null))
                    continue;
                _sharedDepth = depth;
                return (rounds, elements);
            }

            return (0, 0);
        }

        // Loops over the tiles, and calls the kernel of each kind of tile.
        private void Drive(StageKernel driver, ContractionTile tile)
        {
            if (schedule.BlocksFirst)
                DriveBlocks(driver, block => Drive(driver, 0, [], extents => Call(driver, tile, extents, block)));
            else
                Drive(driver, 0, [], extents => DriveBlocks(driver, block => Call(driver, tile, extents, block)));
        }

        private void Drive(StageKernel driver, int depth, ImmutableArray<TileExtent> extents, Action<ImmutableArray<TileExtent>> body)
        {
            if (depth == schedule.Loops.Length)
            {
                body(extents);
                return;
            }

            var loop = schedule.Loops[depth];
            var name = loop.Axis.Name;
            if (loop.Axis.Extent.IsBatch)
            {
                var count = driver.Number(LaunchNumber.Count);
                if (loop.Tile == 1)
                {
                    driver.Builder.Loop(name, Constant.Index(0), count, 1, i => Next(i, 1, 0, environment.ChunkSize - 1));
                    return;
                }

                var batch = driver.Builder.Let("whole", IndexArithmetic.Scale(IndexArithmetic.Divide(count, loop.Tile), loop.Tile));
                driver.Builder.Loop(name, Constant.Index(0), batch, loop.Tile, i => Next(i, loop.Tile, 0, environment.ChunkSize - 1));
                driver.Builder.Loop(name, batch, count, 1, i => Next(i, 1, 0, environment.ChunkSize - 1));
                return;
            }

            var (tiles, full) = (loop.Steps / loop.Tile, loop.Steps / loop.Tile * loop.Tile);
            var (start, end) = ((Expression)Constant.Index(0), (Expression)Constant.Index(tiles));
            if (depth == _sharedDepth)
                (start, end) = (driver.Part.Start, full < loop.Steps ? IndexArithmetic.Min(driver.Part.End, end) : driver.Part.End);
            driver.Builder.Loop(name, IndexArithmetic.Scale(start, loop.Tile), IndexArithmetic.Scale(end, loop.Tile), loop.Tile,
                i => Next(i, loop.Tile, 0, full - loop.Tile));
            if (full == loop.Steps)
                return;
            if (depth != _sharedDepth)
                Rest();
            else
                driver.Builder.Add(new If(new Comparison(ComparisonFunction.Greater, driver.Part.End, Constant.Index(tiles)), driver.Builder.Nested(Rest)));

            void Rest() => Next(Constant.Index(full), loop.Steps - full, full, full);

            void Next(Expression first, int steps, long min, long max) =>
                Drive(driver, depth + 1, extents.Add(new TileExtent(loop, first, steps, min, max)), body);
        }

        // A loop over blocks of the same pieces.
        private void DriveBlocks(StageKernel driver, Action<TileBlock> body)
        {
            for (var first = 0; first < schedule.Blocks.Count;)
            {
                var pieces = schedule.Blocks[first];
                var last = first;
                while (last + 1 < schedule.Blocks.Count && schedule.Blocks[last + 1].SequenceEqual(pieces))
                    last++;
                var (start, end) = ((Expression)Constant.Index(first), (Expression)Constant.Index(last + 1));
                if (_sharedDepth == Blocks)
                    (start, end) = (IndexArithmetic.Max(driver.Part.Start, start), IndexArithmetic.Min(driver.Part.End, end));
                var range = (first, last);
                driver.Builder.Loop("block", start, end, 1, i => body(new TileBlock(
                    range.first < range.last && ContractionCost.Turns(target, environment) ? Turned(driver, i, start, end) : i, range.first, range.last)));
                first = last + 1;
            }
        }

        private static Expression Turned(StageKernel driver, Expression block, Expression start, Expression end)
        {
            var isOdd = driver.Builder.Let("isOdd", IndexArithmetic.Remainder(driver.Number(LaunchNumber.Round), 2));
            var fromEnd = IndexArithmetic.Subtract(IndexArithmetic.Add(start, end), Constant.Index(1));
            var difference = driver.Builder.Let("difference", IndexArithmetic.Subtract(fromEnd, IndexArithmetic.Scale(block, 2)));
            return driver.Builder.Let("turned", IndexArithmetic.Add(block, new Binary(BinaryFunction.Multiply, isOdd, difference)));
        }

        private void Call(StageKernel driver, ContractionTile tile, ImmutableArray<TileExtent> extents, TileBlock block)
        {
            // Tiles of one shape share a kernel; what has one place only is a constant in it.
            var shape = string.Join("x", extents.Where(e => e.Loop.TileElements > 1).Select(e => e.Elements)
                .Concat(schedule.Blocks[block.First].Select(p => p.Lanes)));
            var places = extents.Select(e => Place(e.Min, e.Max)).Append(Place(block.First, block.Last));
            var key = $"{shape} {string.Join(",", places)}";
            if (!_tiles.TryGetValue(key, out var known))
            {
                var number = _tiles.Count == 0 ? "" : (_tiles.Count + 1).ToString(CultureInfo.InvariantCulture);
                _tiles[key] = known = tile.Build($"{stage.Name}.tile{number}", extents, (block.First, block.Last));
            }

            var indices = extents.ToDictionary(e => e.Loop.Axis.Name, e => e.Start);
            indices["block"] = block.Number;
            driver.Builder.Add(new Call(known.Kernel,
                [.. known.Indices.Select(name => indices[name]), .. known.Arguments.Select(a => driver.Parameter(a, _buffers))]));

            static string Place(long min, long max) => min == max ? min.ToString(CultureInfo.InvariantCulture) : "*";
        }

        private TileOperand PackFixedPoint(ContractionOperand operand, ImmutableArray<Axis> sums)
        {
            var packed = new FixedPointOperand(operand, schedule, sums);
            var scales = AddBuffer(new PlanBuffer($"{stage.Name}.scales", ScalarKind.F32, schedule.Blocks.PaddedExtent, BufferLifetime.Derived));
            var words = AddBuffer(new PlanBuffer($"{stage.Name}.words", ScalarKind.I32, packed.Length, BufferLifetime.Derived));
            _prepare.Add(packed.Lower(target, stage.Name, (scales, _buffers[scales]), (words, _buffers[words])));
            return new TileOperand(k => k.Pointer(words, _buffers[words]), 0, packed.Stride, packed.BlockStride, 1,
                new FixedPointGroups(packed.GroupAxis, k => k.Pointer(scales, _buffers[scales])));
        }

        private TileOperand Operand(ContractionOperand operand, ImmutableArray<Axis> sums, bool pack)
        {
            if (pack)
            {
                var packed = new PackedOperand(operand, schedule, sums);
                var buffer = AddBuffer(new PlanBuffer($"{stage.Name}.packed", ScalarKind.F32, packed.Length, BufferLifetime.Derived));
                _prepare.Add(packed.Lower(target, stage.Name, buffer, _buffers[buffer]));
                return new TileOperand(k => k.Pointer(buffer, _buffers[buffer]), 0, packed.Stride, packed.BlockStride, 1);
            }

            var stride = operand.Stride(schedule.VectorAxis);
            var blockStride = stride * schedule.Blocks.Stride * schedule.Window;
            if (operand.Halo is not { } halo)
                return At(k => k.Pointer(operand.Value));
            var copy = AddBuffer(halo.ToBuffer(stage.Name));
            _launches.Add(halo.Lower(target, stage.Name, copy));
            return At(k => k.Pointer(copy, _buffers[copy]));

            TileOperand At(Func<StageKernel, Variable> pointer) =>
                new(pointer, operand.Offset, (axis, _) => operand.Stride(axis), blockStride, stride);
        }

        // The vector's axis innermost, padded, the other axes around it.
        private Accumulator AddAccumulator()
        {
            long length = schedule.Blocks.PaddedExtent;
            var axes = new List<(Axis, long)> { (schedule.VectorAxis, 1) };
            foreach (var loop in schedule.Loops.Reverse())
            {
                axes.Insert(0, (loop.Axis, length));
                length *= loop.Axis.Extent.Size;
            }

            var memory = new PlanBuffer($"{stage.Name}.sums", ScalarKind.F32, length, BufferLifetime.Accumulator);
            return new Accumulator(AddBuffer(memory), memory, [.. axes]);
        }

        private int AddBuffer(PlanBuffer buffer)
        {
            _buffers.Add(buffer);
            return _buffers.Count - 1;
        }
    }
}
