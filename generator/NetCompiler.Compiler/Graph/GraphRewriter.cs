using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Graphs;

/// <summary>Builds a graph from another one, node by node; passes say what becomes of the nodes that they care about.</summary>
public sealed class GraphRewriter
{
    private readonly Dictionary<Value, Value> _map = [];

    /// <summary>Begins a graph with the inputs and parameters of <paramref name="source"/>.</summary>
    public GraphRewriter(Graph source)
    {
        Source = source;
        foreach (var value in source.Inputs)
            _map[value] = Target.AddInput(value.Name, value.Type);
        foreach (var value in source.Parameters)
            _map[value] = Target.AddParameter(value.Name, value.Type);
    }

    /// <summary>The graph that is read.</summary>
    public Graph Source { get; }

    /// <summary>The graph that is built.</summary>
    public Graph Target { get; } = new();

    /// <summary>What a value of the source has become.</summary>
    public Value this[Value value] => _map[value];

    /// <summary>Says what a value of the source becomes.</summary>
    public void Map(Value source, Value target) => _map[source] = target;

    /// <summary>Copies a node with its inputs as they have become.</summary>
    public Node Copy(Node node) => Replace(node, node.Operator);

    /// <summary>Adds a node like another one, with another operator, whose first results take the place of its results.</summary>
    public Node Replace(Node node, Operator @operator)
    {
        var copy = Target.Add(@operator, node.Name, [.. node.Inputs.Select(v => _map[v])], node.Attributes, node.Layer);
        for (var i = 0; i < node.Results.Length; i++)
            _map[node.Results[i]] = copy.Results[i];
        return copy;
    }

    /// <summary>Copies the outputs and returns the graph.</summary>
    public Graph Finish()
    {
        foreach (var output in Source.Outputs)
            Target.AddOutput(output.Name, _map[output.Value], output.Role);
        return Target;
    }

    /// <summary>Copies every node for which <paramref name="rewrite"/> returns false.</summary>
    public static Graph Rewrite(Graph graph, Func<GraphRewriter, Node, bool> rewrite)
    {
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (!rewrite(rewriter, node))
                rewriter.Copy(node);
        }

        return rewriter.Finish();
    }

    /// <summary>The graph without nodes whose results nothing needs.</summary>
    public static Graph RemoveDeadNodes(Graph graph)
    {
        var live = new HashSet<Value>(graph.Outputs.Select(o => o.Value));
        foreach (var node in graph.Nodes.Reverse())
        {
            if (node.Results.Any(live.Contains))
                live.UnionWith(node.Inputs);
        }

        return Rewrite(graph, (_, node) => !node.Results.Any(live.Contains));
    }
}
