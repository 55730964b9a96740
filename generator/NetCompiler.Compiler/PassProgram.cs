using System.Collections.Immutable;
using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler;

/// <summary>A pass of a network as kernels and memory: all that a printer needs.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Target">What it was compiled for.</param>
/// <param name="Graph">The graph after the last graph pass.</param>
/// <param name="Stages">The stages with their kernels before simplification.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Calls">For each step how it is run.</param>
/// <param name="Kernels">The kernels that these call, callees first.</param>
/// <param name="Memory">Where everything lies.</param>
/// <param name="ChunkSize">Samples of a chunk.</param>
/// <param name="Lanes">Lanes that sums over the batch are split into; 0 where there are none.</param>
/// <param name="Dumps">The textual form after each pass, by the pass' name.</param>
public sealed record PassProgram(
    PassKind Kind, CpuTarget Target, Graph Graph, ImmutableArray<StagePlan> Stages, ImmutableArray<StepPlan> Steps,
    ImmutableArray<StepCall> Calls, ImmutableArray<Kernel> Kernels, MemoryPlan Memory, int ChunkSize, int Lanes,
    ImmutableArray<(string Pass, string Text)> Dumps)
{
    /// <summary>The methods that run the steps, in the order in which they are first called.</summary>
    public IEnumerable<StepMethod> Methods => Calls.Select(c => c.Method).Distinct();

    /// <summary>The method that the pass runs, where there are several.</summary>
    public string? Entry { get; init; }

    /// <summary>What the pass is called, whatever the target: "Predict", "ForwardDecode".</summary>
    public string PassName => PassNameOf(Kind, Entry);

    /// <summary>The name of the emitted class: "Predict512".</summary>
    public string Name => FormattableString.Invariant($"{PassName}{Target.VectorBits}");

    /// <summary>What a pass is called, whatever the target.</summary>
    public static string PassNameOf(PassKind kind, string? entry) => $"{kind}{entry}";
}
