using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Losses;
using NetCompiler.Compiler.Ops.Recurrent;

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
        var needed = ReverseAccumulation.Dependents(graph.Nodes, variables);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            // A scan keeps what its gradient will read.
            if (node.Operator is Scan scan && node.Inputs.Any(needed.Contains))
                rewriter.Replace(node, scan.WithGradient([.. node.Inputs.Select(needed.Contains)]));
            else
                rewriter.Copy(node);
        }

        var target = rewriter.Finish();
        ImmutableArray<Value> wanted = [.. variables.Select(v => rewriter[v])];
        var forward = target.Nodes.ToImmutableArray();
        var gradients = new ReverseAccumulation(target, forward, wanted);
        // A loss knows the gradient of its mean itself; of anything else it begins with that of the mean, or of the sum.
        var result = rewriter[loss];
        var root = isMean && result.Producer?.Operator is LossOperator ? result.Producer : null;
        if (root is null && gradients.Needs(result))
        {
            var layer = result.Producer?.Layer ?? -1;
            var seed = target.Add(GradientSeed.Instance, $"{result.Name}.seed", [result], isMean ? GradientSeed.OfMean : GradientSeed.Of(1), layer);
            gradients.Contribute(result, seed.Result, layer);
        }

        gradients.Run(forward, root);
        return (target, [.. wanted.Select(v => gradients[v])]);
    }
}
