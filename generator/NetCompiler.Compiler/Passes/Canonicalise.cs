using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Brings a graph as declared into the form that later passes look for. What a caller gets keeps its value: outputs are the same
/// numbers, and a node whose result is an output is not exchanged with its reader.
/// </summary>
public static class Canonicalise
{
    /// <summary>The graph after all rules of canonical form.</summary>
    /// <param name="graph">The forward computation; gradients are made of the canonical graph.</param>
    /// <param name="isTraining">False for prediction, where dropout is the identity.</param>
    public static Graph Run(Graph graph, bool isTraining)
    {
        graph = RemoveIdentities(graph, isTraining);
        graph = GraphRewriter.RemoveDeadNodes(CancelViews(graph));
        graph = ReduceBeforeActivation(graph);
        if (!isTraining)
            graph = ReduceBeforeBias(graph);
        graph = SinkFlatten(graph);
        return GraphRewriter.RemoveDeadNodes(AbsorbFlatten(graph));
    }

    /// <summary>
    /// The graph without what is the identity: dropout in prediction, where it has to go, whatever else is canonical.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="isTraining">False for prediction.</param>
    public static Graph RemoveIdentities(Graph graph, bool isTraining) => GraphRewriter.Rewrite(graph, (rewriter, node) =>
    {
        if (node.Operator is not Dropout || (isTraining && node.Attributes.Double("rate") > 0))
            return false;
        rewriter.Map(node.Result, rewriter[node.Inputs[0]]);
        return true;
    });

    // max(f(a), f(b)) = f(max(a, b)) for an increasing f: the function is then applied to fewer elements, and the convolution
    // before it meets the pooling.
    private static Graph ReduceBeforeActivation(Graph graph) => Exchange(graph, (first, second) =>
        second.Operator is MaxPool && first.Operator is Elementwise activation && first.Inputs.Length == 1
        && activation.IsIncreasing(first.Attributes));

    // A bias is added to fewer elements too. In training its gradient belongs to the convolution's result, where it is a plain sum.
    private static Graph ReduceBeforeBias(Graph graph) => Exchange(graph, (first, second) =>
        second.Operator is MaxPool && first.Operator is BiasAdd);

    // Element by element, a vector is as good as an image; at the end of its way the Flatten meets a Dense, if one follows.
    private static Graph SinkFlatten(Graph graph) => Exchange(graph, (first, second) =>
        first.Operator is Flatten && second.Operator is (Elementwise or Dropout) && second.Inputs.Length == 1);

    // Turns second(first(x)) into first(second(x)) for pairs that may change places, until there are none left.
    private static Graph Exchange(Graph graph, Func<Node, Node, bool> mayExchange)
    {
        while (true)
        {
            var uses = graph.CountUses();
            Node? last = null;
            foreach (var node in graph.Nodes)
            {
                if (node.Inputs.Length > 0 && node.Inputs[0].Producer is { } producer && producer.Results.Length == 1
                    && uses[producer.Result] == 1 && node.Results.Skip(1).All(r => !uses.ContainsKey(r)) && mayExchange(producer, node))
                {
                    last = node;
                    break;
                }
            }

            if (last is null)
                return graph;
            var first = last.Inputs[0].Producer!;
            graph = GraphRewriter.Rewrite(graph, (rewriter, node) =>
            {
                if (node == first)
                    return true;
                if (node != last)
                    return false;
                var inner = rewriter.Target.Add(last.Operator, last.Name, [rewriter[first.Inputs[0]]], last.Attributes, last.Layer);
                var others = first.Inputs.Skip(1).Select(v => rewriter[v]);
                var outer = rewriter.Target.Add(
                    first.Operator, first.Name, [inner.Result, .. others], first.Attributes, first.Layer);
                rewriter.Map(last.Result, outer.Result);
                return true;
            });
        }
    }

    // Signals are images of height 1 wherever something moves over them: what follows such a layer element by element works on the image
    // too, and the next layer that wants one finds it.
    private static Graph CancelViews(Graph graph) => GraphRewriter.Rewrite(graph, (rewriter, node) =>
    {
        var images = node.Inputs.Select(v => rewriter[v]).Select(v => v.Producer is { Operator: Squeeze } view ? view : null).ToArray();
        if (images.Length == 0 || images.Any(view => view is null || !view.Attributes.Equals(images[0]!.Attributes)))
            return false;
        var view = images[0]!;
        switch (node.Operator)
        {
            case Unsqueeze when node.Attributes.Equals(view.Attributes):
                rewriter.Map(node.Result, view.Inputs[0]);
                return true;
            case Flatten:
                rewriter.Map(node.Result, Add(node.Name));
                return true;
            case Elementwise or Dropout when node.Results.Length == 1:
                var image = Add($"{node.Name}.image");
                rewriter.Map(node.Result,
                    rewriter.Target.Add(Squeeze.Instance, node.Name, [image], view.Attributes, node.Layer).Result);
                return true;
            default:
                return false;
        }

        Value Add(string name) =>
            rewriter.Target.Add(node.Operator, name, [.. images.Select(i => i!.Inputs[0])], node.Attributes, node.Layer).Result;
    });

    private static Graph AbsorbFlatten(Graph graph) => GraphRewriter.Rewrite(graph, (rewriter, node) =>
    {
        if (node.Operator is not Dense || node.Inputs[0].Producer is not { Operator: Flatten } flatten)
            return false;
        var dense = rewriter.Target.Add(
            Dense.Instance, node.Name, [rewriter[flatten.Inputs[0]], rewriter[node.Inputs[1]]], Dense.Flattened(flatten.Inputs[0].Type),
            node.Layer);
        rewriter.Map(node.Result, dense.Result);
        return true;
    });
}
