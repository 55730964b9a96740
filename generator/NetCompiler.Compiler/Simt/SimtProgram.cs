using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Simt;

/// <summary>A pass of a network as launches of SIMT kernels.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Target">What it was compiled for.</param>
/// <param name="Graph">The graph after the last graph pass.</param>
/// <param name="Stages">The stages with the implementations chosen for them.</param>
/// <param name="Steps">The launches in their order.</param>
/// <param name="Layouts">How each value lies in memory.</param>
/// <param name="ChunkSize">The largest number of samples of a chunk.</param>
public sealed record SimtProgram(
    PassKind Kind, SimtTarget Target, Graph Graph, ImmutableArray<StagePlan> Stages, ImmutableArray<StepPlan> Steps,
    IReadOnlyDictionary<Value, Layout> Layouts, int ChunkSize)
{
    /// <summary>The precisions that the network computes in by this program: what factors may be rounded to, null for single precision.</summary>
    public ImmutableArray<MatrixFormat?> Precisions { get; init; } = [null];

    /// <summary>True unless there is another program for the precision that the network declares.</summary>
    public bool IsDeclared { get; init; } = true;

    /// <summary>The kernels in the order of their first launch, each once.</summary>
    public ImmutableArray<Kernel> Kernels =>
        [.. Steps.SelectMany(s => s.Launches).Select(l => l.Launch.Kernel).Distinct()];

    /// <summary>The kernels that devices of compute capability 8.0 and up run instead of those of the same names.</summary>
    public ImmutableArray<Kernel> Sm80Kernels =>
        [.. Steps.SelectMany(s => s.Launches).Select(l => l.Launch.Sm80Kernel).OfType<Kernel>().Distinct()];

    /// <summary>True where tensor cores round factors of some products.</summary>
    public bool RoundsFactors => Sm80Kernels.Any(k => KernelWalk.All(k.Body).OfType<MatrixMultiplyAdd>().Any());

    /// <summary>The launches of a device of compute capability 8.0 and up.</summary>
    public SimtProgram OnSm80() => this with
    {
        Steps =
        [
            .. Steps.Select(step => step with
            {
                Launches = [.. step.Launches.Select(l => l with { Launch = l.Launch with { Kernel = l.Launch.Sm80Kernel ?? l.Launch.Kernel } })],
            }),
        ],
    };

    /// <summary>Where everything lies on a device.</summary>
    /// <param name="parameterOffsets">Each parameter's offset in floats, by name.</param>
    public MemoryPlan PlanMemory(IReadOnlyDictionary<string, int> parameterOffsets) =>
        Passes.PlanMemory.Run(Graph, Steps, new StageEnvironment(Layouts, ChunkSize), parameterOffsets);
}
