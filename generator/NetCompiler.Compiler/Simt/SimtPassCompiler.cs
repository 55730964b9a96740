using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// Compiles one pass of a network into launches of SIMT kernels. Up to the choice of implementations the way is that of every
/// target; memory is planned by who launches.
/// </summary>
public static class SimtPassCompiler
{
    // A device is busy with whole batches, not with what fits a cache.
    private const int Chunk = 64;

    /// <summary>Compiles a pass.</summary>
    /// <param name="model">The network.</param>
    /// <param name="kind">What the pass is for; <see cref="PassKind.Train"/> needs a loss.</param>
    /// <param name="options">How.</param>
    public static SimtProgram Compile(NetworkModel model, PassKind kind, PassOptions options)
    {
        options = options with { FactorFormat = model.Spec.FactorFormat ?? options.FactorFormat };
        return Lower(PassCompiler.Prepare(model, kind, WithoutFusedAttention(options), (_, graph) => graph), kind, options);
    }

    // There attention is the products and the softmax that it is made of.
    private static PassOptions WithoutFusedAttention(PassOptions options) =>
        options with { Disabled = options.Disabled.Add(nameof(FuseAttention)) };

    /// <summary>Compiles a graph whose passes have run.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="options">How.</param>
    public static SimtProgram Lower(Graph graph, PassKind kind, PassOptions options)
    {
        var target = new SimtTarget();
        var layouts = new Dictionary<Value, Layout>();
        foreach (var value in graph.Inputs.Concat(graph.Parameters).Concat(graph.Nodes.SelectMany(n => n.Results)))
            layouts[value] = target.LayoutOf(value.Type);
        var chunk = options.ChunkSize > 0 ? options.ChunkSize : Chunk;
        var environment = new StageEnvironment(layouts, chunk, options);
        var table = new StageTable(target);
        var stages = Fuse.Run(graph, options.Runs(nameof(Fuse)), s => table.IsOffered(s, environment));
        if (kind == PassKind.Predict && options.Runs(nameof(FuseNetwork))
            && FuseNetwork.Run(graph, stages) is { } whole && table.IsOffered(whole, environment))
        {
            stages = [whole];
        }

        var plans = Tidy(SelectImplementations.Run(stages, table, environment, options.ForcedCandidate), options);
        return new SimtProgram(kind, target, graph, plans, FormSteps.Run(graph, plans), layouts, chunk) { Precisions = [options.FactorFormat] };
    }

    // Simplified, one kernel of those that do the same, and no two of a name.
    private static ImmutableArray<StagePlan> Tidy(ImmutableArray<StagePlan> plans, PassOptions options)
    {
        var launches = plans.Select(p => p.Plan)
            .SelectMany(p => p.Combine is null ? p.Prepare.Concat(p.Launches) : p.Prepare.Concat(p.Launches).Append(p.Combine)).ToList();
        var (kept, _) = Deduplicate.Run(launches.Select(l => l.Kernel), [], Simplified);
        // What is launched as one kernel is one on newer devices too, under the same name.
        var newer = launches.Where(l => l.Sm80Kernel is not null).GroupBy(l => kept[l.Kernel])
            .ToDictionary(g => g.Key, g => Simplified(g.First().Sm80Kernel!).WithName(g.Key.Name));
        return [.. plans.Select(p => p with { Plan = Tidied(p.Plan) })];

        KernelPlan Tidied(KernelPlan plan) => plan with
        {
            Prepare = [.. plan.Prepare.Select(Kept)],
            Launches = [.. plan.Launches.Select(Kept)],
            Combine = plan.Combine is null ? null : Kept(plan.Combine),
        };

        KernelLaunch Kept(KernelLaunch launch) => launch with
        {
            Kernel = kept[launch.Kernel],
            Sm80Kernel = newer.TryGetValue(kept[launch.Kernel], out var kernel) ? kernel : null,
        };

        Kernel Simplified(Kernel kernel) => options.Runs(nameof(Simplify)) ? Simplify.Run(kernel) : kernel;
    }
}
