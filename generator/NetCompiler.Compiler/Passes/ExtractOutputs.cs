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
        var map = new Dictionary<Value, Value>();
        foreach (var input in inputs)
            map[input] = result.AddInput(input.Name, input.Type);
        foreach (var parameter in graph.Parameters)
            map[parameter] = result.AddParameter(parameter.Name, parameter.Type);
        var live = new HashSet<Value>(outputs.Select(o => o.Value));
        foreach (var node in graph.Nodes.Reverse().Where(n => n.Results.Any(live.Contains)))
            live.UnionWith(node.Inputs);
        foreach (var node in graph.Nodes.Where(n => n.Results.Any(live.Contains)))
        {
            var copy = result.Add(node.Operator, node.Name, [.. node.Inputs.Select(v => map[v])], node.Attributes, node.Layer);
            for (var i = 0; i < node.Results.Length; i++)
                map[node.Results[i]] = copy.Results[i];
        }

        foreach (var (name, value) in outputs)
            result.AddOutput(name, map[value]);
        return result;
    }
}
