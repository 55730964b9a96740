using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Losses;

namespace NetCompiler.Compiler.Passes;

/// <summary>Adds the gradients of the mean loss with respect to parameters: reverse accumulation, one rule per operator.</summary>
public static class Differentiate
{
    /// <summary>The graph with one output of role Gradient for each parameter that the loss depends on, named as the parameter.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="loss">The loss of each sample, shape (N); the result of a <see cref="LossOperator"/>.</param>
    /// <param name="parameters">The parameters to train. Nothing is computed that none of them needs.</param>
    public static Graph Run(Graph graph, Value loss, IEnumerable<Value> parameters)
    {
        if (loss.Producer?.Operator is not LossOperator)
        {
            throw new ArgumentException(
                $"Gradients begin at a loss, but '{loss}' comes from {loss.Producer?.Operator.Name ?? "outside"}.", nameof(loss));
        }

        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
            rewriter.Copy(node);
        var target = rewriter.Finish();
        var trained = parameters.Select(p => rewriter[p]).ToImmutableArray();
        var forward = target.Nodes.ToImmutableArray();
        var accumulator = new Accumulator(target, Dependents(forward, trained));
        var root = rewriter[loss].Producer!;
        foreach (var node in forward.Reverse())
        {
            if (node.Inputs.Any(accumulator.Needs) && (node == root || accumulator[node.Result] is not null))
                node.Operator.Differentiate(new Context(accumulator, node, node == root));
        }

        foreach (var parameter in trained)
        {
            if (accumulator[parameter] is { } gradient)
                target.AddOutput(parameter.Name, gradient, OutputRole.Gradient);
        }

        return target;
    }

    // The values that depend on a trained parameter, and those themselves.
    private static HashSet<Value> Dependents(ImmutableArray<Node> nodes, ImmutableArray<Value> parameters)
    {
        var dependents = new HashSet<Value>(parameters);
        foreach (var node in nodes)
        {
            if (node.Inputs.Any(dependents.Contains))
                dependents.UnionWith(node.Results);
        }

        return dependents;
    }

    // The gradients known so far; a value that several nodes read gets the sum of what each of them says.
    private sealed class Accumulator(Graph graph, HashSet<Value> needed)
    {
        private readonly Dictionary<Value, Value> _gradients = [];

        public Graph Graph => graph;

        public Value? this[Value value] => _gradients.TryGetValue(value, out var gradient) ? gradient : null;

        public bool Needs(Value value) => needed.Contains(value);

        public void Contribute(Value value, Value gradient, int layer)
        {
            if (!gradient.Type.Equals(value.Type))
                throw new InvalidOperationException($"The gradient of '{value}' is {gradient.Type}, expected {value.Type}.");
            _gradients[value] = this[value] is { } sum
                ? graph.Add(Add.Instance, $"{value.Name}.gradient", [sum, gradient], layer: layer).Result
                : gradient;
        }
    }

    private sealed class Context(Accumulator accumulator, Node node, bool isRoot) : GradientContext
    {
        public override Node Node => node;

        public override Value ResultGradient => isRoot
            ? throw new InvalidOperationException($"{node.Operator.Name} is where gradients begin; its result has none.")
            : accumulator[node.Result]!;

        public override bool Needs(int input) => accumulator.Needs(node.Inputs[input]);

        public override Value Add(Operator @operator, string suffix, ImmutableArray<Value> inputs, Attributes? attributes = null) =>
            accumulator.Graph.Add(@operator, $"{node.Name.Split('.')[0]}.{suffix}_gradient", inputs, attributes, node.Layer).Result;

        public override void Set(int input, Value gradient)
        {
            if (Needs(input))
                accumulator.Contribute(node.Inputs[input], gradient, node.Layer);
        }
    }
}
