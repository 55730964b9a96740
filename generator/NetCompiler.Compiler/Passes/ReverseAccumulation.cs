using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Reverse accumulation over nodes of a graph, by one rule per operator. A value that several nodes read gets the sum of what each of
/// them says.
/// </summary>
internal sealed class ReverseAccumulation
{
    private readonly Graph _graph;
    private readonly HashSet<Value> _needed;
    private readonly Dictionary<Value, Value> _gradients = [];

    /// <summary>Begins without any gradient.</summary>
    /// <param name="graph">The graph that gradients are added to.</param>
    /// <param name="nodes">Its nodes so far, in their order.</param>
    /// <param name="wanted">The values whose gradients are wanted. Nothing is computed that none of them needs.</param>
    public ReverseAccumulation(Graph graph, ImmutableArray<Node> nodes, IEnumerable<Value> wanted)
    {
        _graph = graph;
        _needed = Dependents(nodes, wanted);
    }

    /// <summary>The gradient of a value as far as it is known; null where nothing has contributed to it.</summary>
    public Value? this[Value value] => _gradients.TryGetValue(value, out var gradient) ? gradient : null;

    /// <summary>True where a value depends on one whose gradient is wanted.</summary>
    public bool Needs(Value value) => _needed.Contains(value);

    /// <summary>The values that depend on others, and those themselves.</summary>
    public static HashSet<Value> Dependents(IEnumerable<Node> nodes, IEnumerable<Value> values)
    {
        var dependents = new HashSet<Value>(values);
        foreach (var node in nodes)
        {
            if (node.Inputs.Any(dependents.Contains))
                dependents.UnionWith(node.Results);
        }

        return dependents;
    }

    /// <summary>Adds to the gradient of a value.</summary>
    public void Contribute(Value value, Value gradient, int layer)
    {
        if (!gradient.Type.Equals(value.Type))
            throw new InvalidOperationException($"The gradient of '{value}' is {gradient.Type}, expected {value.Type}.");
        _gradients[value] = this[value] is { } sum
            ? _graph.Add(Add.Instance, $"{value.Name}.gradient", [sum, gradient], layer: layer).Result
            : gradient;
    }

    /// <summary>Applies the rules of nodes, last node first.</summary>
    /// <param name="nodes">The nodes in their order.</param>
    /// <param name="root">The loss that gradients begin at; null where they have begun already.</param>
    public void Run(ImmutableArray<Node> nodes, Node? root = null)
    {
        foreach (var node in nodes.Reverse())
        {
            if (node.Inputs.Any(Needs) && (node == root || node.Results.Any(v => this[v] is not null)))
                node.Operator.Differentiate(new Context(this, node, node == root));
        }
    }

    private sealed class Context(ReverseAccumulation gradients, Node node, bool isRoot) : GradientContext
    {
        public override Node Node => node;

        public override bool IsMeanLoss => isRoot;

        public override Value ResultGradient => isRoot
            ? throw new InvalidOperationException($"{node.Operator.Name} is where gradients begin; its result has none.")
            : gradients[node.Result] ?? throw new InvalidOperationException($"'{node.Result}' has no gradient.");

        public override Value? GradientOf(int result) => gradients[node.Results[result]];

        public override bool Needs(int input) => gradients.Needs(node.Inputs[input]);

        public override Node AddNode(
            Operator @operator, string suffix, ImmutableArray<Value> inputs, Attributes? attributes = null) =>
            gradients._graph.Add(@operator, $"{node.Name.Split('.')[0]}.{suffix}_gradient", inputs, attributes, node.Layer);

        public override void Set(int input, Value gradient)
        {
            if (Needs(input))
                gradients.Contribute(node.Inputs[input], gradient, node.Layer);
        }
    }
}
