using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// How many terms of a sum in a row lie side by side in memory, as all weights of a unit or the pixels of a channel do: of those only the first
/// one's place has to be computed axis by axis.
/// </summary>
internal sealed class SummedRun
{
    private readonly LinearAxes _outer;
    private readonly IReadOnlyList<Axis> _inner;

    private SummedRun(IReadOnlyList<Axis> outer, IReadOnlyList<Axis> inner, int steps, long alignment)
    {
        (_outer, _inner) = (new LinearAxes(outer), inner);
        Steps = steps;
        Alignment = alignment;
    }

    /// <summary>Terms of a run; 1 where there is none.</summary>
    public int Steps { get; }

    /// <summary>Elements that all runs begin at a multiple of, counted from the value's first one; 0 where there is one only, at that.</summary>
    public long Alignment { get; }

    /// <summary>No runs: each term by itself.</summary>
    public static SummedRun None(LinearAxes sums) => new([.. sums.Axes], [], 1, 1);

    /// <summary>The longest runs of a read that exists for all terms of its innermost axes.</summary>
    /// <param name="read">The read.</param>
    /// <param name="type">The type of the value that is read.</param>
    /// <param name="layout">How it lies in memory.</param>
    /// <param name="sums">The axes of the sum.</param>
    public static SummedRun Of(ScalarRead read, TensorType type, Layout layout, LinearAxes sums)
    {
        var axes = sums.Axes.ToList();
        var (first, steps) = (axes.Count, 1);
        while (first > 0 && axes[first - 1] is { Extent.IsBatch: false } axis && (axis.Extent.Size == 1 || StrideOf(axis) == steps))
        {
            first--;
            steps *= axis.Extent.Size;
        }

        var inner = axes.Skip(first).ToList();
        var alignment = read.Indices.SelectMany((index, d) => index.Terms.Where(t => !inner.Contains(t.Axis)).Select(t => t.Coefficient)
            .Append(index.Constant).Select(factor => factor * layout.Strides[d])).Aggregate(0L, Index.GreatestCommonDivisor);
        return new SummedRun([.. axes.Take(first)], inner, steps, alignment);

        // Elements from one term to the next along an axis; null where some of them may not exist.
        long? StrideOf(Axis axis)
        {
            var stride = 0L;
            for (var d = 0; d < read.Indices.Length; d++)
            {
                if (read.Indices[d].CoefficientOf(axis) is not (not 0 and var coefficient))
                    continue;
                if (read.Indices[d].Divisor != 1 || !read.Indices[d].StaysInside(type.Shape[d]))
                    return null;
                stride += coefficient * layout.Strides[d];
            }

            return stride;
        }
    }

    /// <summary>Binds the axes to the first term of the run that a term is in.</summary>
    /// <param name="kernel">Takes the declarations.</param>
    /// <param name="term">The term's number.</param>
    /// <param name="point">Gets the axes' values.</param>
    /// <returns>The term's number in its run.</returns>
    public Expression Bind(SimtKernel kernel, Expression term, Dictionary<Axis, Expression> point)
    {
        foreach (var axis in _inner)
            point[axis] = kernel.Index(0);
        if (!_outer.Axes.Any())
            return term;
        _outer.Bind(kernel, Index.Divide(term, Steps), point);
        if (Steps == 1)
            return kernel.Index(0);
        var inRun = kernel.Builder.Let("inRun", Index.Remainder(term, Steps));
        kernel.Ranges[inRun] = (0, Steps - 1);
        return inRun;
    }
}
