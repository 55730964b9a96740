using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Weights in the order in which a schedule reads them, as <see cref="FixedPoint"/> numbers: for each block of the vector axis the summed
/// axes in the order of the loops, four terms at a time; of these, the words of each vector side by side.
/// </summary>
/// <param name="source">The weights.</param>
/// <param name="schedule">The schedule.</param>
/// <param name="sums">The summed axes, outermost first.</param>
internal sealed class FixedPointOperand(ContractionOperand source, ContractionSchedule schedule, ImmutableArray<Axis> sums)
{
    // The summed axes that have more than one element.
    private readonly ImmutableArray<Axis> _axes = Summed(sums);

    /// <summary>
    /// True where a schedule's weights can be fixed-point numbers: a sample uses each of them once, and there is a whole number of groups of four of
    /// them for each result.
    /// </summary>
    public static bool IsPossible(
        Contraction contraction, ContractionOperand vector, ContractionOperand scalar, ContractionSchedule schedule, ImmutableArray<Axis> sums) =>
        !contraction.SumsBatch && !vector.Value.Type.IsPerSample && vector.Halo is null && schedule.Window == 1
        && !scalar.DependsOn(schedule.VectorAxis) && schedule.Loops.All(l => l.Axis.Extent.IsBatch || l.Axis.Extent.Size == 1)
        && sums.All(vector.DependsOn)
        && Summed(sums) is { IsEmpty: false } axes && axes[axes.Length - 1].Extent.Size % FixedPoint.Terms == 0;

    /// <summary>The axis along which terms are grouped: the innermost one.</summary>
    public Axis GroupAxis => _axes[_axes.Length - 1];

    /// <summary>Words in all.</summary>
    public long Length => Groups * FixedPoint.Words * schedule.Blocks.PaddedExtent;

    /// <summary>Words from a block of the vector axis to the next.</summary>
    public long BlockStride => Groups * FixedPoint.Words * schedule.Blocks.Stride;

    /// <summary>
    /// Words between neighbours along an axis, in a block; along the <see cref="GroupAxis"/>, between groups of four terms.
    /// </summary>
    public long Stride(Axis axis, int block)
    {
        var index = _axes.IndexOf(axis);
        if (index < 0)
            return 0;
        var inner = _axes.Skip(index + 1).Aggregate(1L, (product, a) => product * a.Extent.Size);
        return Math.Max(1, inner / FixedPoint.Terms) * FixedPoint.Words * schedule.Blocks.WidthOf(block);
    }

    private long Groups => _axes.Aggregate(1L, (product, axis) => product * axis.Extent.Size) / FixedPoint.Terms;

    /// <summary>The launch that finds the scale of each of the results and packs the weights.</summary>
    public KernelLaunch Lower(CpuTarget target, string stage, (int Index, PlanBuffer Memory) scales, (int Index, PlanBuffer Memory) packed)
    {
        var kernel = new StageKernel(target.Lanes);
        new Packing(this, source, schedule, target, kernel, kernel.Pointer(source.Value), kernel.Pointer(scales.Index, scales.Memory),
            kernel.Pointer(packed.Index, packed.Memory)).Write();
        var order = $"({string.Join(", ", _axes.Select(a => a.ToString()))}) in blocks of {schedule.Blocks.Width} along {schedule.VectorAxis}";
        return kernel.ToLaunch($"{stage}.words", $"{stage}: {source.Value} {source.Value.Type} packed as {order}, 24 bits each") with
        {
            Rounds = schedule.Blocks.Count,
            Elements = source.Value.Type.SampleLength,
        };
    }

    private static ImmutableArray<Axis> Summed(ImmutableArray<Axis> sums) => [.. sums.Where(a => a.Extent.Size > 1)];

    // Writes the kernel that packs.
    private sealed class Packing(
        FixedPointOperand operand, ContractionOperand source, ContractionSchedule schedule, CpuTarget target, StageKernel kernel,
        Variable weights, Variable scales, Variable packed)
    {
        private readonly ImmutableArray<Axis> _axes = operand._axes;

        private KernelBuilder Builder => kernel.Builder;

        private Axis Results => schedule.VectorAxis;

        // The last block may have fewer lanes, and some that belong to no weight.
        public void Write() =>
            kernel.OverBlocks(kernel.Part, schedule.Blocks.Count, Results.Extent.Size / schedule.Blocks.Stride, Block);

        // A block like that with a number.
        private void Block(Expression block, int number)
        {
            var blocks = schedule.Blocks;
            var result = Builder.Let("result", Index.Scale(block, blocks.Stride));
            var left = Results.Extent.Size - number * blocks.Stride;
            kernel.OverPieces("offset", [.. blocks[number].Where(p => p.Offset + p.Lanes <= left)], (offset, lanes) => Vector(offset, lanes, lanes));
            if (blocks[number].FirstOrDefault(p => p.Offset < left && p.Offset + p.Lanes > left) is { Lanes: > 0 } last)
                Vector(Constant.Index(last.Offset), last.Lanes, left - last.Offset);

            void Vector(Expression offset, int lanes, int count)
            {
                var start = Builder.Let("start", Index.Add(result, offset));
                Builder.Loop(Results.Name, count, lane => Scale(Index.Add(start, lane)));
                var words = Builder.Let("words", Index.Add(Index.Scale(block, operand.BlockStride), Index.Scale(offset, FixedPoint.Words)));
                Groups(0, Constant.Index(0), Constant.Index(0), (at, group) => Builder.Loop(Results.Name, count, lane => Group(Index.Add(start, lane), at,
                    Index.Add(Index.Add(words, Index.Scale(group, FixedPoint.Words * blocks.WidthOf(number))), lane), lanes)));
            }
        }

        private void Scale(Expression result)
        {
            // Vectors run over weights that lie side by side.
            var side = _axes.FirstOrDefault(a => source.Stride(a) == 1);
            var pieces = side is null ? [new VectorPiece(0, 1)] : target.Fill(side.Extent.Size);
            var largest = Builder.Declare("largest", Constant.Float(0));
            var finite = Builder.Declare("finite", Constant.Float(0));
            Nest(0, Builder.Let("row", Index.Add(Index.Scale(result, source.Stride(Results)), Constant.Index(source.Offset))));
            Builder.Add(new Store(scales, result, FixedPoint.Scale(largest, finite)));

            void Nest(int depth, Expression at)
            {
                if (depth == _axes.Length)
                    kernel.OverPieces("side", pieces, (offset, lanes) => Include(Builder.Let("weight", new Load(weights, Index.Add(at, offset), lanes))));
                else if (_axes[depth] == side)
                    Nest(depth + 1, at);
                else
                    Builder.Loop(_axes[depth].Name, _axes[depth].Extent.Size, i => Nest(depth + 1, Index.Add(at, Index.Scale(i, source.Stride(_axes[depth])))));
            }

            void Include(Expression vector)
            {
                // Infinity times 0 is not a number.
                var zeros = new Binary(BinaryFunction.Multiply, vector, Constant.Float(0, vector.Type.Lanes));
                var magnitude = Reduce(BinaryFunction.Max, new Unary(UnaryFunction.Abs, vector));
                Builder.Add(new Assign(largest, new Binary(BinaryFunction.Max, magnitude, largest)));
                Builder.Add(new Assign(finite, new Binary(BinaryFunction.Add, Reduce(BinaryFunction.Add, zeros), finite)));
            }

            static Expression Reduce(BinaryFunction function, Expression vector) =>
                vector.Type.IsVector ? new HorizontalReduction(function, vector) : vector;
        }

        // Loops over groups of terms: where their weights lie, counted from a result's first one, and their numbers.
        private void Groups(int depth, Expression at, Expression group, Action<Expression, Expression> body)
        {
            if (depth == _axes.Length)
            {
                body(at, group);
                return;
            }

            var terms = depth == _axes.Length - 1 ? FixedPoint.Terms : 1;
            var rounds = _axes[depth].Extent.Size / terms;
            Builder.Loop(_axes[depth].Name, rounds, i => Groups(depth + 1,
                Index.Add(at, Index.Scale(i, terms * source.Stride(_axes[depth]))), Index.Add(Index.Scale(group, rounds), i), body));
        }

        private void Group(Expression result, Expression at, Expression words, int lanes)
        {
            var stride = source.Stride(_axes[_axes.Length - 1]);
            var unit = Builder.Let("unit", new Binary(BinaryFunction.Divide, Constant.Float(1), new Load(scales, result)));
            var first = Builder.Let("first", Index.Add(
                Index.Add(at, Index.Scale(result, source.Stride(Results))), Constant.Index(source.Offset)));
            var encoded = FixedPoint.Encode(Builder, Enumerable.Range(0, FixedPoint.Terms).Select(i => (Expression)new Binary(
                BinaryFunction.Multiply, new Load(weights, Index.Add(first, Constant.Index(i * stride))), unit)));
            for (var i = 0; i < encoded.Length; i++)
                Builder.Add(new Store(packed, Index.Add(words, Constant.Index(i * lanes)), encoded[i]));
        }
    }
}
