using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Takes out of scans what does not depend on their states and computes it in front of them, at all steps at once: the products of
/// inputs and weights of recurrent layers become one matrix product over all steps.
/// </summary>
public static class HoistFromScans
{
    /// <summary>The graph with scans whose every node depends on a state, or reorders what one step reads.</summary>
    public static Graph Run(Graph graph) => GraphRewriter.Rewrite(graph, (rewriter, node) =>
    {
        if (node.Operator is not Scan { Body: var body } || Free(body) is not { Count: > 0 } free)
            return false;
        Hoist(rewriter, node, body, free);
        return true;
    });

    // The nodes that no state takes part in. A state that does not depend on the state before it is carried all the same.
    private static List<Node> Free(ScanBody body)
    {
        var available = new HashSet<Value>(body.Elements.Concat(body.Shared));
        var free = new List<Node>();
        foreach (var node in body.Graph.Nodes)
        {
            if (!node.Inputs.All(available.Contains) || !node.Inputs.Any(v => v.Type.IsPerSample)
                || node.Results.Any(body.NextStates.Contains)
                // What is stacked is 0 where sequences have ended.
                || body.HasLengths && node.Results.Any(v => body.Stacked.Any(o => o.Value == v)))
            {
                continue;
            }

            free.Add(node);
            available.UnionWith(node.Results);
        }

        // What only puts elements elsewhere, as the parts of a tensor, computes nothing: each step's are read from the cache that those of
        // all steps leave.
        for (var i = free.Count - 1; i >= 0; i--)
        {
            if (Fuse.Classify(free[i]) == StageKind.Reorder && !free.Any(n => n.Inputs.Any(free[i].Results.Contains)))
                free.RemoveAt(i);
        }

        return free;
    }

    private static void Hoist(GraphRewriter rewriter, Node node, ScanBody body, List<Node> free)
    {
        // What values of the body are at all steps: sequences, and what every step reads.
        var outside = new Dictionary<Value, Value>();
        for (var i = body.States.Length; i < body.Graph.Inputs.Count; i++)
            outside[body.Graph.Inputs[i]] = rewriter[node.Inputs[i]];
        var name = node.Name.Split('.')[0];
        OverSteps.AddNodes(free, outside,
            (n, @operator, inputs) => rewriter.Target.Add(@operator, $"{name}.{n.Name}", inputs, n.Attributes, node.Layer));

        var rest = body.Graph.Nodes.Where(n => !free.Contains(n)).ToList();
        var results = body.Graph.Outputs.Where(o => !outside.ContainsKey(o.Value)).ToList();
        var read = rest.SelectMany(n => n.Inputs).Where(outside.ContainsKey).Distinct().ToList();
        var sequences = read.Where(v => v.Type.IsPerSample).ToList();
        var shared = read.Where(v => !v.Type.IsPerSample).ToList();

        var graph = new Graph();
        var map = new Dictionary<Value, Value>();
        foreach (var value in body.States.Concat(sequences).Concat(shared))
            map[value] = graph.AddInput(value.Name, value.Type);
        foreach (var inner in rest)
        {
            var copy = graph.Add(inner.Operator, inner.Name, [.. inner.Inputs.Select(v => map[v])], inner.Attributes);
            for (var i = 0; i < inner.Results.Length; i++)
                map[inner.Results[i]] = copy.Results[i];
        }

        foreach (var output in results)
            graph.AddOutput(output.Name, map[output.Value]);
        var scan = rewriter.Target.Add(
            new Scan(new ScanBody(graph, body.States.Length, sequences.Count, body.Steps, body.IsReverse, body.HasLengths)), node.Name,
            [.. body.States.Select((_, i) => rewriter[node.Inputs[i]]), .. sequences.Concat(shared).Select(v => outside[v]),
                .. body.HasLengths ? ImmutableArray.Create(rewriter[node.Inputs[node.Inputs.Length - 1]]) : []],
            layer: node.Layer);
        for (var i = 0; i < node.Results.Length; i++)
        {
            var output = body.Graph.Outputs[i];
            rewriter.Map(node.Results[i], outside.TryGetValue(output.Value, out var value) ? value : scan.Results[results.IndexOf(output)]);
        }
    }
}
