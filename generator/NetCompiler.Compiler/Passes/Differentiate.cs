using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops.Losses;
using NetCompiler.Compiler.Ops.Recurrent;

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

        var wanted = parameters.ToImmutableArray();
        var needed = ReverseAccumulation.Dependents(graph.Nodes, wanted);
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
        var trained = wanted.Select(p => rewriter[p]).ToImmutableArray();
        var forward = target.Nodes.ToImmutableArray();
        var gradients = new ReverseAccumulation(target, forward, trained);
        gradients.Run(forward, rewriter[loss].Producer);
        foreach (var parameter in trained)
        {
            if (gradients[parameter] is { } gradient)
                target.AddOutput(parameter.Name, gradient, OutputRole.Gradient);
        }

        return target;
    }
}
