using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Forms stages: every node begins one, unless the stage of what it reads can take it in. A stage takes in elementwise nodes, an elementwise one
/// also those that compute their other operands, and a contraction the pooling that follows it, where windows do not overlap.
/// </summary>
public static class Fuse
{
    /// <summary>The stages of a graph in an order in which they can run: a stage takes in only what needs nothing of later ones.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="enabled">False to make every node a stage of its own.</param>
    /// <param name="isOffered">
    /// Whether the target can compute a contraction with what follows it: large windows, or inputs that lie otherwise in memory, may not
    /// go together with registers and vectors. The stage then gives back its last nodes. Null where any stage can be computed.
    /// </param>
    public static ImmutableArray<Stage> Run(Graph graph, bool enabled = true, Func<Stage, bool>? isOffered = null)
    {
        var readers = graph.Nodes.SelectMany(n => n.Inputs.Distinct().Select(v => (v, n))).ToLookup(p => p.v, p => p.n);
        var leaving = new HashSet<Value>(graph.Outputs.Select(o => o.Value));
        var order = graph.Nodes.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i);
        var taken = new HashSet<Node>();
        var stages = ImmutableArray.CreateBuilder<Stage>();
        var available = new HashSet<Value>(graph.Inputs.Concat(graph.Parameters));

        foreach (var anchor in graph.Nodes)
        {
            if (!taken.Add(anchor))
                continue;
            var nodes = new List<Node> { anchor };
            var inside = new HashSet<Value>(anchor.Results);
            var kind = Classify(anchor);
            if (enabled && kind is StageKind.Contraction or StageKind.Window or StageKind.Elementwise && anchor.Result.Type.IsPerSample)
                Grow(kind, nodes, inside, taken, available, order, readers, leaving);
            var stage = Form(anchor, kind, nodes);
            while (kind == StageKind.Contraction && nodes.Count > 1 && isOffered?.Invoke(stage) == false)
            {
                taken.Remove(nodes[nodes.Count - 1]);
                nodes.RemoveAt(nodes.Count - 1);
                stage = Form(anchor, kind, nodes);
            }

            available.UnionWith(nodes.SelectMany(n => n.Results));
            stages.Add(stage);
        }

        return stages.ToImmutable();

        Stage Form(Node anchor, StageKind kind, List<Node> nodes) => new(Name(anchor, nodes), kind, [.. nodes],
            [.. nodes.SelectMany(n => n.Results).Where(v => leaving.Contains(v) || readers[v].Any(r => !nodes.Contains(r)))]);
    }

    /// <summary>The class of a node, by its tensor expression.</summary>
    public static StageKind Classify(Node node)
    {
        if (node.Operator is Scan)
            return StageKind.Scan;
        if (node.Operator is ScaledDotProductAttention or ScaledDotProductAttentionGradient)
            return StageKind.Attention;
        if (Contraction.TryRead(node, out _))
            return StageKind.Contraction;
        if (node.Operator.IsElementwise)
            return StageKind.Elementwise;
        var definitions = node.Definition.Definitions;
        if (definitions.Length == node.Definition.ResultCount && definitions.All(d => d.Body is ScalarRead))
            return StageKind.Reorder;
        var isWindow = definitions.Length == node.Definition.ResultCount && node.Result.Type.Rank == 4 && node.Result.Type.IsPerSample
            && node.Inputs.Length > 0 && node.Inputs[0].Type.Rank == 4;
        return isWindow ? StageKind.Window : StageKind.Reduction;
    }

    // A layer's product and what it was computed for are called after the layer: "conv1.product" with its bias is "conv1".
    private static string Name(Node anchor, List<Node> nodes) => nodes.Select(n => n.Name)
        .Where(name => anchor.Name.StartsWith(name, StringComparison.Ordinal)).OrderBy(name => name.Length).First();

    private static void Grow(
        StageKind kind, List<Node> nodes, HashSet<Value> inside, HashSet<Node> taken, HashSet<Value> available,
        Dictionary<Node, int> order, ILookup<Value, Node> readers, HashSet<Value> leaving)
    {
        var pooled = kind != StageKind.Contraction;
        var tip = nodes[0].Result;
        bool grown;
        do
        {
            grown = false;
            var candidates = inside.SelectMany(v => readers[v]).Where(n => !taken.Contains(n)).Distinct().OrderBy(n => order[n]).ToList();
            foreach (var node in candidates)
            {
                if (Missing(node) is not { } missing)
                    continue;
                if (IsInLine(node))
                {
                    foreach (var needed in missing)
                        Take(needed);
                    Take(node);
                }
                else if (!pooled && missing.Count == 0 && IsPooling(node) && node.Inputs[0] is var input && inside.Contains(input)
                    && inside.All(v => !leaving.Contains(v) && readers[v].All(r => r == node || nodes.Contains(r))))
                {
                    // Only where the map before pooling need not be written: that is what the fusion saves.
                    Take(node);
                    pooled = true;
                    tip = node.Result;
                }
            }
        }
        while (grown);

        // What has to be taken in before a node, in order; null where it cannot be. Elementwise stages take in what computes the other operands
        // of their nodes at the same place, such as the gates of a recurrent cell.
        List<Node>? Missing(Node node)
        {
            var missing = new List<Node>();
            return Collect(node, missing) ? missing : null;
        }

        bool Collect(Node node, List<Node> missing)
        {
            // What is computed a second time is computed later: that is what it is for.
            if (taken.Contains(node) || Checkpoint.IsCopy(node) && !Checkpoint.IsCopy(nodes[0]))
                return false;
            foreach (var input in node.Inputs.Where(v => !inside.Contains(v) && !available.Contains(v)))
            {
                if (kind != StageKind.Elementwise || input.Producer is not { } producer)
                    return false;
                if (missing.Contains(producer))
                    continue;
                if (!IsInLine(producer) || !Collect(producer, missing))
                    return false;
                missing.Add(producer);
            }

            return true;
        }

        bool IsInLine(Node node) => node.Operator.IsElementwise && node.Result.Type.Shape.SequenceEqual(tip.Type.Shape)
            && node.Inputs.Where(v => !available.Contains(v)).All(v => v.Type.Shape.SequenceEqual(tip.Type.Shape));

        void Take(Node node)
        {
            nodes.Add(node);
            inside.UnionWith(node.Results);
            taken.Add(node);
            grown = true;
        }
    }

    private static bool IsPooling(Node node) =>
        node.Operator is IPooling && Window.From(node.Attributes) is var window && window.Y.IsTiling && window.X.IsTiling
        && window.Y.Outputs(node.Inputs[0].Type.Shape[2].Size) * window.Y.Stride <= node.Inputs[0].Type.Shape[2].Size
        && window.X.Outputs(node.Inputs[0].Type.Shape[3].Size) * window.X.Stride <= node.Inputs[0].Type.Shape[3].Size;
}
