using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Stages;

/// <summary>
/// A kernel that runs a step, or any of several steps that do the same at other places: what differs is read from a row of its table.
/// </summary>
/// <param name="Kernel">The kernel over arenas and numbers of the running step; its calls are the step's launches.</param>
/// <param name="Width">The numbers in a row; 0 where the kernel reads none.</param>
/// <param name="Rows">What the numbers of each row are for, and the numbers; a row may have several lines.</param>
public sealed record StepMethod(Kernel Kernel, int Width, ImmutableArray<StepRow> Rows)
{
    /// <summary>What it calls in rounds that threads share, where they may compute the step's chunk together.</summary>
    public ImmutableHashSet<Kernel> SharedKernels { get; init; } = [];

    /// <summary>True where several steps call it, each with a row of its own.</summary>
    public bool IsShared => Rows.Sum(r => r.Numbers.Length) > Width;
}

/// <summary>A line of a <see cref="StepMethod"/>'s table.</summary>
/// <param name="Name">Whose numbers these are: "residual2.conv1".</param>
/// <param name="Numbers">Places in the arenas in floats, numbers of stages, rounds.</param>
public sealed record StepRow(string Name, ImmutableArray<int> Numbers);

/// <summary>A step as the runtime calls it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Row">The row that it reads.</param>
public sealed record StepCall(StepMethod Method, int Row);
