using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops.Recurrent;

namespace NetCompiler.Compiler.Ops;

/// <summary>How large the integers may be that callers hand in: where they say what is read, what is read has to exist.</summary>
public static class IndexBounds
{
    /// <summary>What the integers of a value are less than; null where nothing is read at them.</summary>
    public static int? Of(Graph graph, Value value)
    {
        int? bound = null;
        foreach (var node in graph.Nodes.Where(n => n.Inputs.Contains(value)))
        {
            for (var input = 0; input < node.Inputs.Length; input++)
            {
                if (node.Inputs[input] == value && node.Operator.IntegerBound(node.Context, input) is { } limit)
                    Restrict(limit);
            }

            if (node.Operator is Scan { Body: var body })
            {
                foreach (var (_, inner) in node.Inputs.Zip(body.Graph.Inputs, (outer, inner) => (outer, inner)).Where(p => p.outer == value))
                {
                    if (Of(body.Graph, inner) is { } extent)
                        Restrict(extent);
                }

                continue;
            }

            foreach (var definition in node.Definition.Definitions)
            {
                foreach (var gather in definition.Body.Gathers())
                {
                    if (node.Inputs[gather.Position.Source] == value && gather.Outside is null)
                        Restrict(node.Inputs[gather.Source].Type.Shape[gather.Dimension].Size);
                }

                // What only changes its place is read on by others.
                if (definition.Body is ScalarRead && Of(graph, node.Result) is { } other)
                    Restrict(other);
            }
        }

        return bound;

        void Restrict(int extent) => bound = Math.Min(bound ?? extent, extent);
    }
}
