using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Decides what gradients remember of the forward computation. Max-pooling followed by ReLU remembers one byte per output: the tap
/// that won, or that ReLU was off.
/// </summary>
public static class ChooseResiduals
{
    /// <summary>
    /// The graph with MaxPoolGradient(ReluGradient(dy, y), index) as MaxPoolGradient(dy, ReluMask(index, y)), without the nodes that
    /// nothing needs.
    /// </summary>
    public static Graph Run(Graph graph)
    {
        var uses = graph.CountUses();
        var matches = graph.Nodes.Where(node => IsMatch(node, uses)).ToList();
        var masked = matches.ToDictionary(node => node.Inputs[0].Producer!.Inputs[1].Producer!);
        var masks = new Dictionary<Node, Value>();
        var rewritten = GraphRewriter.Rewrite(graph, (rewriter, node) =>
        {
            if (masked.TryGetValue(node, out var pooled))
            {
                // Right behind the ReLU, so that what computes the one computes the other.
                var relu = rewriter.Copy(node);
                var index = rewriter[pooled.Inputs[1]];
                var mask = rewriter.Target.Add(ReluMask.Instance, $"{node.Name}.mask", [index, relu.Result], layer: node.Layer);
                masks[pooled] = mask.Result;
                return true;
            }

            if (!masks.TryGetValue(node, out var value))
                return false;
            var dy = rewriter[node.Inputs[0].Producer!.Inputs[0]];
            var gradient = rewriter.Target.Add(node.Operator, node.Name, [dy, value], node.Attributes, node.Layer);
            rewriter.Map(node.Result, gradient.Result);
            return true;
        });
        return GraphRewriter.RemoveDeadNodes(rewritten);
    }

    private static bool IsMatch(Node node, Dictionary<Value, int> uses) =>
        node.Operator is MaxPoolGradient
        && node.Inputs[1] is { Type.Element: ScalarKind.U8, Producer: { Operator: MaxPool } pool } index && index == pool.Results[1]
        && node.Inputs[0] is { Producer: { Operator: ReluGradient } gradient } && uses[gradient.Result] == 1
        && gradient.Inputs[1] is { Producer: { Operator: Relu } relu } && relu.Inputs[0] == pool.Result;
}
