using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
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
    public static SimtProgram Compile(NetworkModel model, PassKind kind, PassOptions options) =>
        Lower(PassCompiler.Prepare(model, kind, WithoutFusedAttention(options), (_, graph) => graph), kind, options);

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
        var stages = Fuse.Run(graph, options.Runs(nameof(Fuse)), s => !table.Candidates(s, environment).IsEmpty);
        if (kind == PassKind.Predict && options.Runs(nameof(FuseNetwork))
            && FuseNetwork.Run(graph, stages) is { } whole && table.IsOffered(whole, environment))
        {
            stages = [whole];
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var plans = SelectImplementations.Run(stages, table, environment, options.ForcedCandidate)
            .Select(p => p with { Plan = Tidy(p.Plan, names, options) }).ToImmutableArray();
        return new SimtProgram(kind, target, graph, plans, FormSteps.Run(graph, plans), layouts, chunk);
    }

    // Simplified, and no two kernels of a name.
    private static KernelPlan Tidy(KernelPlan plan, HashSet<string> names, PassOptions options)
    {
        return plan with
        {
            Prepare = [.. plan.Prepare.Select(Tidied)],
            Launches = [.. plan.Launches.Select(Tidied)],
            Combine = plan.Combine is null ? null : Tidied(plan.Combine),
        };

        KernelLaunch Tidied(KernelLaunch launch)
        {
            var kernel = options.Runs(nameof(Simplify)) ? Simplify.Run(launch.Kernel) : launch.Kernel;
            var name = kernel.Name;
            for (var i = 2; !names.Add(name); i++)
                name = FormattableString.Invariant($"{kernel.Name}{i}");
            return launch with { Kernel = kernel.WithName(name) };
        }
    }
}
