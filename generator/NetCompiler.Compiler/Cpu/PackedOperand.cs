using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Weights in the order in which a schedule reads them: for each block of the vector axis, the summed axes in the order of the
/// loops, a block's lanes side by side. Lanes beyond the axis' end are never written, and what comes of them is never read.
/// </summary>
internal sealed class PackedOperand
{
    private readonly ContractionOperand _source;
    private readonly ContractionSchedule _schedule;

    // Axes around the blocks, and those in a block with the elements that lie between neighbours for each lane of it.
    private readonly ImmutableArray<(Axis Axis, long Stride)> _outer;
    private readonly ImmutableArray<(Axis Axis, long Rows)> _inner;

    // Rows of lanes that a block has.
    private readonly long _rows = 1;

    public PackedOperand(ContractionOperand source, ContractionSchedule schedule, ImmutableArray<Axis> sums)
    {
        _source = source;
        _schedule = schedule;
        var inner = ImmutableArray.CreateBuilder<(Axis, long)>();
        foreach (var axis in sums.Where(source.DependsOn).Reverse())
        {
            inner.Insert(0, (axis, _rows));
            _rows *= axis.Extent.Size;
        }

        var outer = ImmutableArray.CreateBuilder<(Axis, long)>();
        Length = _rows * schedule.Blocks.PaddedExtent;
        foreach (var axis in schedule.Loops.Select(l => l.Axis).Where(source.DependsOn).Reverse())
        {
            outer.Insert(0, (axis, Length));
            Length *= axis.Extent.Size;
        }

        (_inner, _outer) = (inner.ToImmutable(), outer.ToImmutable());
    }

    /// <summary>Elements in all.</summary>
    public long Length { get; }

    /// <summary>Elements from a block of the vector axis to the next.</summary>
    public long BlockStride => _rows * _schedule.Blocks.Stride;

    /// <summary>Elements between neighbours along an axis other than the vector's, in a block.</summary>
    public long Stride(Axis axis, int block) => _outer.FirstOrDefault(a => a.Axis == axis).Stride
        + _inner.FirstOrDefault(a => a.Axis == axis).Rows * _schedule.Blocks.WidthOf(block);

    /// <summary>The launch that packs the weights.</summary>
    public KernelLaunch Lower(CpuTarget target, string stage, int buffer, PlanBuffer memory)
    {
        var kernel = new StageKernel(target.Lanes);
        var from = kernel.Pointer(_source.Value);
        var to = kernel.Pointer(buffer, memory);
        var vector = _schedule.VectorAxis;
        var blocks = _schedule.Blocks;
        var axes = _outer.Concat(_inner).Select(a => a.Axis).ToList();
        // The last block may be of fewer lanes.
        var whole = vector.Extent.Size / blocks.Stride;
        Nest(0, Constant.Index(_source.Offset), Constant.Index(0), Constant.Index(0));
        var order = $"({string.Join(", ", axes)}) in blocks of {blocks.Width} along {vector}";
        var launch = kernel.ToLaunch($"{stage}.pack", $"{stage}: {_source.Value} {_source.Value.Type} packed as {order}");
        return axes.Count == 0 ? launch : launch with { Rounds = axes[0].Extent.Size, Elements = Length };

        void Nest(int depth, Expression source, Expression packed, Expression row)
        {
            if (depth < axes.Count)
            {
                var axis = axes[depth];
                var (first, end) = depth == 0 ? kernel.Part : (Constant.Index(0), Constant.Index(axis.Extent.Size));
                kernel.Builder.Loop(axis.Name, first, end, 1, i =>
                {
                    var next = Index.Add(source, Index.Scale(i, _source.Stride(axis)));
                    if (depth < _outer.Length)
                        Nest(depth + 1, next, Index.Add(packed, Index.Scale(i, _outer[depth].Stride)), row);
                    else
                        Nest(depth + 1, next, packed, Index.Add(row, Index.Scale(i, _inner[depth - _outer.Length].Rows)));
                });
                return;
            }

            kernel.Builder.Loop("block", whole, block => Lanes(
                Index.Add(source, Index.Scale(block, blocks.Stride * _source.Stride(vector))),
                Index.Add(packed, Index.Add(Index.Scale(block, BlockStride), Index.Scale(row, blocks.Stride))), blocks.Stride));
            if (whole < blocks.Count)
            {
                Lanes(Index.Add(source, Constant.Index(whole * blocks.Stride * _source.Stride(vector))),
                    Index.Add(packed, Index.Add(Constant.Index(whole * BlockStride), Index.Scale(row, blocks.WidthOf(whole)))),
                    vector.Extent.Size - whole * blocks.Stride);
            }
        }

        void Lanes(Expression source, Expression packed, int count) => kernel.Builder.Loop(vector.Name, count, i =>
        {
            var element = new Load(from, Index.Add(source, Index.Scale(i, _source.Stride(vector))));
            kernel.Builder.Add(new Store(to, Index.Add(packed, i), element));
        });
    }
}
