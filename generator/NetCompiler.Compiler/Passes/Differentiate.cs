using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Losses;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Adds gradients to a graph: of the mean loss with respect to parameters, or of a number with respect to any values. Reverse
/// accumulation, one rule per operator.
/// </summary>
public static class Differentiate
{
    /// <summary>The graph with one output of role Gradient for each parameter that the loss depends on, named as the parameter.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="loss">The loss of each sample: one element a sample. Training minimises its mean over the batch.</param>
    /// <param name="parameters">The parameters to train. Nothing is computed that none of them needs.</param>
    public static Graph Run(Graph graph, Value loss, IEnumerable<Value> parameters)
    {
        var trained = parameters.ToImmutableArray();
        var (target, gradients) = Reverse(graph, loss, trained, isMean: true);
        for (var i = 0; i < trained.Length; i++)
        {
            if (gradients[i] is { } gradient)
                target.AddOutput(trained[i].Name, gradient, OutputRole.Gradient);
        }

        return target;
    }

    /// <summary>The graph with one more result for each variable: the gradient of each sample's number with respect to it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="objective">One element a sample.</param>
    /// <param name="variables">Values of the graph, and what their gradients are called.</param>
    public static Graph Run(Graph graph, Value objective, ImmutableArray<(Value Value, string Name)> variables)
    {
        var (target, gradients) = Reverse(graph, objective, [.. variables.Select(v => v.Value)], isMean: false);
        for (var i = 0; i < variables.Length; i++)
        {
            // What the number does not depend on has a gradient too.
            var gradient = gradients[i] ?? target.Add(GradientSeed.Instance, $"{variables[i].Name}.zero",
                [target.Inputs.Concat(target.Nodes.SelectMany(n => n.Results)).First(v => v.Name == variables[i].Value.Name)],
                GradientSeed.Of(0)).Result;
            target.AddOutput(variables[i].Name, gradient);
        }

        return target;
    }

    private static (Graph Target, ImmutableArray<Value?> Gradients) Reverse(
        Graph graph, Value loss, ImmutableArray<Value> variables, bool isMean)
    {
        if (!loss.Type.IsPerSample || loss.Type.SampleLength != 1)
            throw new ArgumentException($"Gradients begin at one number for each sample, but '{loss}' is {loss.Type}.", nameof(loss));
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
            rewriter.Copy(node);
        var target = rewriter.Finish();
        ImmutableArray<Value> wanted = [.. variables.Select(v => rewriter[v])];
        var forward = target.Nodes.ToImmutableArray();
        var accumulator = new Accumulator(target, Dependents(forward, wanted));
        // A loss knows the gradient of its mean itself; of anything else it begins with that of the mean, or of the sum.
        var result = rewriter[loss];
        var root = isMean && result.Producer?.Operator is LossOperator ? result.Producer : null;
        if (root is null && accumulator.Needs(result))
        {
            accumulator.Contribute(result, target.Add(GradientSeed.Instance, $"{result.Name}.seed", [result],
                isMean ? GradientSeed.OfMean : GradientSeed.Of(1), result.Producer?.Layer ?? -1).Result, result.Producer?.Layer ?? -1);
        }

        foreach (var node in forward.Reverse())
        {
            if (node.Inputs.Any(accumulator.Needs) && (node == root || accumulator[node.Result] is not null))
                node.Operator.Differentiate(new Context(accumulator, node, node == root));
        }

        return (target, [.. wanted.Select(v => accumulator[v])]);
    }

    // The values that depend on a variable, and those themselves.
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

        public override bool IsMeanLoss => isRoot;

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
