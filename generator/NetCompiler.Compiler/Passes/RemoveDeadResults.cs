using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops.Recurrent;

namespace NetCompiler.Compiler.Passes;

/// <summary>Takes out of scans what they stack up and nothing reads, and whatever is computed for that alone.</summary>
public static class RemoveDeadResults
{
    /// <summary>The graph with scans whose every sequence is read.</summary>
    public static Graph Run(Graph graph)
    {
        var uses = graph.CountUses();
        return GraphRewriter.Rewrite(graph, (rewriter, node) =>
        {
            if (node.Operator is not Scan { Body: var body }
                || !node.Results.Skip(body.States.Length).Any(v => !uses.ContainsKey(v)))
            {
                return false;
            }

            // States are carried, whether or not the last of them is read.
            var isKept = node.Results.Select((v, i) => i < body.States.Length || uses.ContainsKey(v)).ToImmutableArray();
            var inner = new GraphRewriter(body.Graph);
            foreach (var n in body.Graph.Nodes)
                inner.Copy(n);
            for (var i = 0; i < isKept.Length; i++)
            {
                if (isKept[i])
                    inner.Target.AddOutput(body.Graph.Outputs[i].Name, inner[body.Graph.Outputs[i].Value]);
            }

            var smaller = new ScanBody(
                GraphRewriter.RemoveDeadNodes(inner.Target), body.States.Length, body.Elements.Length, body.Steps, body.IsReverse, body.HasLengths);
            var scan = rewriter.Target.Add(
                new Scan(smaller), node.Name, [.. node.Inputs.Select(v => rewriter[v])], node.Attributes, node.Layer);
            for (var (i, result) = (0, 0); i < isKept.Length; i++)
            {
                if (isKept[i])
                    rewriter.Map(node.Results[i], scan.Results[result++]);
            }

            return true;
        });
    }
}
