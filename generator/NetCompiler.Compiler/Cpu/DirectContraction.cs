using System.Collections.Immutable;
using System.Globalization;
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

        return ContractionScheduler.Schedules(target, stage, environment, contraction)
            .Select(s => new Candidate(this, $"direct-{s.Schedule.VectorAxis}", s.Cost, s.Schedule));
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        Contraction.TryRead(stage.Anchor, out var contraction);
        return new Lowering(target, stage, environment, contraction!, (ContractionSchedule)candidate.Schedule!).Run();
    }

    private sealed class Lowering(
        CpuTarget target, Stage stage, StageEnvironment environment, Contraction contraction, ContractionSchedule schedule)
    {
        private readonly List<PlanBuffer> _buffers = [];
        private readonly List<KernelLaunch> _prepare = [];
        private readonly List<KernelLaunch> _launches = [];
        private readonly Dictionary<string, TileKernel> _tiles = [];

        public KernelPlan Run()
        {
            var (vectorRead, scalarRead) = schedule.VectorIsLeft
                ? (contraction.Left, contraction.Right) : (contraction.Right, contraction.Left);
            var along = schedule.Reorders ? schedule.VectorAxis : null;
            var vector = new ContractionOperand(stage.Anchor, vectorRead, environment, schedule.CopiesVectors, along);
            var scalar = new ContractionOperand(stage.Anchor, scalarRead, environment, along: along);
            // The innermost loop is the one whose elements lie side by side.
            ImmutableArray<Axis> sums =
                [.. contraction.SumAxes.OrderByDescending(a => a.Extent.IsBatch ? long.MaxValue : Math.Abs(scalar.Stride(a)))];

            var vectors = Operand(vector, sums, pack: !vector.Value.Type.IsPerSample);
            var scalars = Operand(scalar, sums, pack: false);
            var accumulator = contraction.SumsBatch ? AddAccumulator() : null;

            var driver = new StageKernel(target.Lanes);
            var tile = new ContractionTile(target, stage, environment, contraction, schedule, sums, vectors, scalars, accumulator);
            Drive(driver, tile, 0, []);
            _launches.Add(driver.ToLaunch(stage.Name, Summaries.Of(stage, $"register tile: {schedule}")));

            var combine = accumulator is null ? null : AccumulatorSum.Lower(target, stage, accumulator, contraction.Definition.Target);
            return new KernelPlan([.. _buffers], [.. _prepare], [.. _launches], combine);
        }

        // Loops over the tiles, and calls the kernel of each kind of tile.
        private void Drive(StageKernel driver, ContractionTile tile, int depth, ImmutableArray<TileExtent> extents)
        {
            if (depth == schedule.Loops.Length)
            {
                DriveBlocks(driver, tile, extents);
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

                var whole = driver.Builder.Let("whole", IndexArithmetic.Scale(IndexArithmetic.Divide(count, loop.Tile), loop.Tile));
                driver.Builder.Loop(name, Constant.Index(0), whole, loop.Tile, i => Next(i, loop.Tile, 0, environment.ChunkSize - 1));
                driver.Builder.Loop(name, whole, count, 1, i => Next(i, 1, 0, environment.ChunkSize - 1));
                return;
            }

            var full = loop.Steps / loop.Tile * loop.Tile;
            driver.Builder.Loop(name, Constant.Index(0), Constant.Index(full), loop.Tile, i => Next(i, loop.Tile, 0, full - loop.Tile));
            if (full < loop.Steps)
                Next(Constant.Index(full), loop.Steps - full, full, full);

            void Next(Expression start, int steps, long min, long max) =>
                Drive(driver, tile, depth + 1, extents.Add(new TileExtent(loop, start, steps, min, max)));
        }

        // A loop over blocks of the same pieces.
        private void DriveBlocks(StageKernel driver, ContractionTile tile, ImmutableArray<TileExtent> extents)
        {
            for (var first = 0; first < schedule.Blocks.Count;)
            {
                var pieces = schedule.Blocks[first];
                var last = first;
                while (last + 1 < schedule.Blocks.Count && schedule.Blocks[last + 1].SequenceEqual(pieces))
                    last++;
                driver.Builder.Loop("block", Constant.Index(first), Constant.Index(last + 1), 1,
                    block => Call(driver, tile, extents, block, pieces, (first, last)));
                first = last + 1;
            }
        }

        private void Call(
            StageKernel driver, ContractionTile tile, ImmutableArray<TileExtent> extents, Expression block,
            ImmutableArray<VectorPiece> pieces, (long First, long Last) blocks)
        {
            // Tiles of one shape share a kernel; what has one place only is a constant in it.
            var shape = string.Join("x", extents.Where(e => e.Loop.TileElements > 1).Select(e => e.Elements)
                .Concat(pieces.Select(p => p.Lanes)));
            var places = extents.Select(e => Place(e.Min, e.Max)).Append(Place(blocks.First, blocks.Last));
            var key = $"{shape} {string.Join(",", places)}";
            if (!_tiles.TryGetValue(key, out var known))
            {
                var number = _tiles.Count == 0 ? "" : (_tiles.Count + 1).ToString(CultureInfo.InvariantCulture);
                _tiles[key] = known = tile.Build($"{stage.Name}.tile{number}", extents, pieces, blocks);
            }

            var indices = extents.ToDictionary(e => e.Loop.Axis.Name, e => e.Start);
            indices["block"] = block;
            driver.Builder.Add(new Call(known.Kernel,
                [.. known.Indices.Select(name => indices[name]), .. known.Arguments.Select(a => driver.Parameter(a, _buffers))]));

            static string Place(long min, long max) => min == max ? min.ToString(CultureInfo.InvariantCulture) : "*";
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
                return new TileOperand(k => k.Pointer(operand.Value), operand.Offset, operand.Stride, blockStride, stride);
            var copy = AddBuffer(halo.ToBuffer(stage.Name));
            _launches.Add(halo.Lower(target, stage.Name, copy));
            return new TileOperand(k => k.Pointer(copy, _buffers[copy]), operand.Offset, operand.Stride, blockStride, stride);
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
