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
    private readonly ImmutableArray<Axis> _axes;
    private readonly Dictionary<Axis, long> _strides = [];
    private readonly int _block;

    public PackedOperand(ContractionOperand source, ContractionSchedule schedule, ImmutableArray<Axis> sums)
    {
        _source = source;
        _schedule = schedule;
        _block = schedule.Blocks.Width;
        _axes = [.. sums.Where(source.DependsOn)];
        long stride = _block;
        foreach (var axis in _axes.Reverse())
        {
            _strides[axis] = stride;
            stride *= axis.Extent.Size;
        }

        BlockStride = stride;
        stride *= schedule.Blocks.Count;
        foreach (var loop in schedule.Loops.Where(l => source.DependsOn(l.Axis)).Reverse())
        {
            _axes = _axes.Insert(0, loop.Axis);
            _strides[loop.Axis] = stride;
            stride *= loop.Axis.Extent.Size;
        }

        Length = stride;
    }

    /// <summary>Elements in all.</summary>
    public long Length { get; }

    /// <summary>Elements from a block of the vector axis to the next.</summary>
    public long BlockStride { get; }

    /// <summary>Elements between neighbours along an axis other than the vector's.</summary>
    public long Stride(Axis axis) => _strides.TryGetValue(axis, out var stride) ? stride : 0;

    /// <summary>The launch that packs the weights.</summary>
    public KernelLaunch Lower(CpuTarget target, string stage, int buffer, PlanBuffer memory)
    {
        var kernel = new StageKernel(target.Lanes);
        var from = kernel.Pointer(_source.Value);
        var to = kernel.Pointer(buffer, memory);
        var vector = _schedule.VectorAxis;
        var whole = vector.Extent.Size / _block;
        Nest(0, Constant.Index(_source.Offset), Constant.Index(0));
        var launch = kernel.ToLaunch($"{stage}.pack",
            $"{stage}: {_source.Value} {_source.Value.Type} packed as ({string.Join(", ", _axes)}) in blocks of {_block} along {vector}");
        return _axes.IsEmpty ? launch : launch with { Rounds = _axes[0].Extent.Size, Elements = Length };

        void Nest(int depth, Expression source, Expression packed)
        {
            if (depth < _axes.Length)
            {
                var axis = _axes[depth];
                var (first, end) = depth == 0 ? kernel.Part : (Constant.Index(0), Constant.Index(axis.Extent.Size));
                kernel.Builder.Loop(axis.Name, first, end, 1, i => Nest(depth + 1,
                    Index.Add(source, Index.Scale(i, _source.Stride(axis))), Index.Add(packed, Index.Scale(i, _strides[axis]))));
                return;
            }

            kernel.Builder.Loop("block", whole, block => Lanes(
                Index.Add(source, Index.Scale(block, _block * _source.Stride(vector))),
                Index.Add(packed, Index.Scale(block, BlockStride)), _block));
            if (vector.Extent.Size % _block is var rest and > 0)
            {
                Lanes(Index.Add(source, Constant.Index(whole * _block * _source.Stride(vector))),
                    Index.Add(packed, Constant.Index(whole * BlockStride)), rest);
            }
        }

        void Lanes(Expression source, Expression packed, int count) => kernel.Builder.Loop(vector.Name, count, i =>
        {
            var element = new Load(from, Index.Add(source, Index.Scale(i, _source.Stride(vector))));
            kernel.Builder.Add(new Store(to, Index.Add(packed, i), element));
        });
    }
}
