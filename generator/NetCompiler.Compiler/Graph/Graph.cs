using System.Collections.Immutable;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Graphs;

/// <summary>Values and nodes in topological order; what passes work on.</summary>
public sealed class Graph
{
    private readonly List<Value> _inputs = [];
    private readonly List<Value> _parameters = [];
    private readonly List<Node> _nodes = [];
    private readonly List<GraphOutput> _outputs = [];
    private readonly HashSet<string> _names = [];

    /// <summary>What the caller hands in.</summary>
    public IReadOnlyList<Value> Inputs => _inputs;

    /// <summary>The network's parameters.</summary>
    public IReadOnlyList<Value> Parameters => _parameters;

    /// <summary>The nodes; each reads only inputs, parameters and results of nodes before it.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>What leaves the graph.</summary>
    public IReadOnlyList<GraphOutput> Outputs => _outputs;

    /// <summary>Adds an input.</summary>
    public Value AddInput(string name, TensorType type)
    {
        var value = new Value(Unique(name), type, ValueRole.Input);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Adds a parameter.</summary>
    public Value AddParameter(string name, TensorType type)
    {
        var value = new Value(Unique(name), type, ValueRole.Parameter);
        _parameters.Add(value);
        return value;
    }

    /// <summary>Adds a node; its results' types are inferred.</summary>
    public Node Add(Operator @operator, string name, ImmutableArray<Value> inputs, Attributes? attributes = null, int layer = -1)
    {
        var node = new Node(Unique(name), @operator, attributes ?? Attributes.Empty, inputs, layer);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Marks a value as leaving the graph.</summary>
    public void AddOutput(string name, Value value, OutputRole role = OutputRole.Result) =>
        _outputs.Add(new GraphOutput(name, value, role));

    /// <summary>How often each value is read by nodes or leaves the graph.</summary>
    public Dictionary<Value, int> CountUses()
    {
        var uses = new Dictionary<Value, int>();
        foreach (var value in _nodes.SelectMany(n => n.Inputs).Concat(_outputs.Select(o => o.Value)))
            uses[value] = uses.TryGetValue(value, out var count) ? count + 1 : 1;
        return uses;
    }

    /// <inheritdoc/>
    public override string ToString() => GraphText.Write(this);

    private string Unique(string name)
    {
        var candidate = name;
        for (var i = 2; !_names.Add(candidate); i++)
            candidate = $"{name}_{i}";
        return candidate;
    }
}
