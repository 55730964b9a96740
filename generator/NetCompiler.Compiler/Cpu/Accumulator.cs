using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>The sums of one lane of a sum over the batch.</summary>
/// <param name="Buffer">Which of the plan's buffers they are.</param>
/// <param name="Memory">The buffer.</param>
/// <param name="Axes">Their axes and the distance of neighbours along each, outermost first, the one with distance 1 last.</param>
internal sealed record Accumulator(int Buffer, PlanBuffer Memory, ImmutableArray<(Axis Axis, long Stride)> Axes)
{
    /// <summary>A kernel's parameter for them.</summary>
    public Variable Pointer(StageKernel kernel) => kernel.Pointer(Buffer, Memory);
}
