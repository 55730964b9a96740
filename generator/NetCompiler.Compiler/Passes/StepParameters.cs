using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>The arenas and numbers of a running step, as parameters of its kernel.</summary>
public static class StepParameters
{
    /// <summary>Samples that the batch arena has room for.</summary>
    public static readonly Variable Capacity = new("capacity", KernelType.I64);

    /// <summary>The chunk's first sample.</summary>
    public static readonly Variable First = new("first", KernelType.I64);

    /// <summary>Samples in the chunk.</summary>
    public static readonly Variable Count = new("count", KernelType.I64);

    /// <summary>Samples in the batch.</summary>
    public static readonly Variable BatchSize = new("batchSize", KernelType.I64);

    /// <summary>The seed of the call.</summary>
    public static readonly Variable Seed = new("seed", KernelType.I32);

    /// <summary>Which part of the step runs.</summary>
    public static readonly Variable Part = new("part", KernelType.I64);

    /// <summary>The row of the table that says what this step's places are, among those of the steps that do the same.</summary>
    public static readonly Variable Row = new("row", KernelType.PointerTo(ScalarKind.I32));

    /// <summary>Tells the clock of the running step that a stage is done. What runs without a clock does nothing.</summary>
    public static readonly Kernel Lap = new(
        "Lap", [new KernelParameter(new Variable("stage", KernelType.I64))], new Block([]), "the stage is done");

    /// <summary>The parameter for an arena; inputs and outputs have one for each, and are bytes, the others floats.</summary>
    public static Variable Of(Arena arena, long number = 0) => arena is Arena.Input or Arena.Output
        ? new Variable(FormattableString.Invariant($"{Name(arena)}{number}"), KernelType.PointerTo(ScalarKind.U8))
        : new Variable(Name(arena), KernelType.PointerTo(ScalarKind.F32));

    private static string Name(Arena arena) => arena.ToString().ToLowerInvariant();
}
