using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Makes one stage of all of a prediction's, for targets that compute a small network at once. Its results may not be read again by its own
/// stages, each of which belongs to samples.
/// </summary>
internal static class FuseNetwork
{
    /// <summary>The stage; null where there is nothing to put together, or stages that do not go with others.</summary>
    public static Stage? Run(Graph graph, ImmutableArray<Stage> stages)
    {
        var results = graph.Outputs.Select(o => o.Value).Distinct().ToImmutableArray();
        var isPossible = stages.Length > 1
            && stages.All(s => s.Scope == StageScope.Sample && s.Kind is not (StageKind.Scan or StageKind.Attention))
            && results.All(r => r.Producer is not null && !stages.Any(s => s.Inputs.Contains(r)));
        return isPossible
            ? new Stage("network", StageKind.Network, [.. stages.SelectMany(s => s.Nodes)], results, stages)
            : null;
    }
}
