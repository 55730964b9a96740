using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Gradient checkpointing (Chen et al., 2016): what is computed inside of a checkpointed block is not kept for the backward pass, which
/// computes it again from what the block reads. The copies compute the same numbers by the same operators; what belongs to no sample,
/// such as the statistics of a batch, is small and is kept.
/// </summary>
public static class Checkpoint
{
    private const string Suffix = ".again";

    /// <summary>The graph in which gradients read copies of what is inside of blocks.</summary>
    /// <param name="graph">A graph with gradients: forward nodes, and behind them those of the backward pass.</param>
    /// <param name="forward">How many nodes are forward nodes.</param>
    /// <param name="spec">The declaration, which says what layers are in which block.</param>
    public static Graph Run(Graph graph, int forward, NetworkSpec spec)
    {
        if (spec.Layers.All(layer => layer.Checkpoint is null))
            return graph;
        // What is inside: its block computes it, and nothing of the forward pass reads it elsewhere.
        var blocks = graph.Nodes.Take(forward).Where(n => BlockOf(n, spec) is not null).ToDictionary(n => n, n => BlockOf(n, spec)!);
        var leaving = new HashSet<Value>(graph.Outputs.Select(o => o.Value));
        foreach (var node in graph.Nodes.Take(forward))
        {
            blocks.TryGetValue(node, out var reader);
            leaving.UnionWith(node.Inputs.Where(v => v.Producer is { } producer && blocks.TryGetValue(producer, out var block) && block != reader));
        }

        var rewriter = new GraphRewriter(graph);
        var copies = new Dictionary<Value, Value>();
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            if (i < forward || !node.Inputs.Any(IsInside))
            {
                rewriter.Copy(node);
                continue;
            }

            var inputs = node.Inputs.Select(v => IsInside(v) ? Again(v) : rewriter[v]).ToList();
            var copy = rewriter.Target.Add(node.Operator, node.Name, [.. inputs], node.Attributes, node.Layer);
            for (var r = 0; r < node.Results.Length; r++)
                rewriter.Map(node.Results[r], copy.Results[r]);
        }

        return rewriter.Finish();

        bool IsInside(Value value) => value.Producer is { } producer && value.Type.IsPerSample && !leaving.Contains(value) && blocks.ContainsKey(producer);

        Value Again(Value value)
        {
            if (copies.TryGetValue(value, out var known))
                return known;
            var producer = value.Producer!;
            var inputs = producer.Inputs.Select(v => IsInside(v) ? Again(v) : rewriter[v]).ToList();
            var copy = rewriter.Target.Add(producer.Operator, producer.Name + Suffix, [.. inputs], producer.Attributes, producer.Layer);
            for (var r = 0; r < producer.Results.Length; r++)
                copies[producer.Results[r]] = copy.Results[r];
            return copies[value];
        }
    }

    /// <summary>True for a node that computes a second time what another one has computed.</summary>
    public static bool IsCopy(Node node) => node.Name.Contains(Suffix);

    private static string? BlockOf(Node node, NetworkSpec spec) => node.Layer >= 0 ? spec.Layers[node.Layer].Checkpoint : null;
}
