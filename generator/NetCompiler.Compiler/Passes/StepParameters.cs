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

    /// <summary>The parameter for an arena; inputs and outputs have one for each.</summary>
    public static Variable Of(Arena arena, long number = 0) => arena switch
    {
        Arena.Input or Arena.Output =>
            new Variable(FormattableString.Invariant($"{Name(arena)}{number}"), KernelType.PointerTo(ScalarKind.U8)),
        Arena.Parameters or Arena.Gradients => new Variable(Name(arena), KernelType.PointerTo(ScalarKind.F32)),
        _ => new Variable(Name(arena), KernelType.PointerTo(ScalarKind.U8)),
    };

    private static string Name(Arena arena) => arena.ToString().ToLowerInvariant();
}
