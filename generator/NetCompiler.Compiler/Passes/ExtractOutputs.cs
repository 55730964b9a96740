using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Passes;

/// <summary>The part of a graph that computes some of its values.</summary>
public static class ExtractOutputs
{
    /// <summary>A graph with these outputs, and of the inputs and nodes only what they depend on.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">The inputs in the order in which the caller hands them in.</param>
    /// <param name="outputs">The values to compute, with their names, in the order in which the caller gets them.</param>
    public static Graph Run(Graph graph, ImmutableArray<Value> inputs, ImmutableArray<(string Name, Value Value)> outputs)
    {
        var result = new Graph();
        var known = new Dictionary<Value, Value>();
        foreach (var input in inputs)
            known[input] = result.AddInput(input.Name, input.Type);
        return Into(result, known, graph, outputs);
    }

    /// <summary>Completes a graph that has its inputs by what of another one computes some values.</summary>
    /// <param name="result">The graph to complete.</param>
    /// <param name="known">Which of its values stand for values of the other graph: what computes only those is left out.</param>
    /// <param name="graph">The other graph.</param>
    /// <param name="outputs">The values to compute, with their names, in the order in which the caller gets them.</param>
    public static Graph Into(
        Graph result, Dictionary<Value, Value> known, Graph graph, ImmutableArray<(string Name, Value Value)> outputs)
    {
        foreach (var parameter in graph.Parameters)
            known[parameter] = result.AddParameter(parameter.Name, parameter.Type);
        var live = new HashSet<Value>(outputs.Select(o => o.Value));
        // From the last node on: all readers of a value have been seen before what computes it.
        var needed = new HashSet<Node>();
        foreach (var node in graph.Nodes.Reverse().Where(n => n.Results.Any(r => live.Contains(r) && !known.ContainsKey(r))))
        {
            needed.Add(node);
            live.UnionWith(node.Inputs);
        }

        foreach (var node in graph.Nodes.Where(needed.Contains))
        {
            var copy = result.Add(node.Operator, node.Name, [.. node.Inputs.Select(v => known[v])], node.Attributes, node.Layer);
            for (var i = 0; i < node.Results.Length; i++)
            {
                if (!known.ContainsKey(node.Results[i]))
                    known[node.Results[i]] = copy.Results[i];
            }
        }

        foreach (var (name, value) in outputs)
            result.AddOutput(name, known[value]);
        return result;
    }
}
