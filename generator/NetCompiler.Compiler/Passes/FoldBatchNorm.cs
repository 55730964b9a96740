using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Batch normalisation in prediction: behind a convolution or dense layer that nothing else reads, its weights are scaled and its
/// bias is shifted, which costs nothing per sample; elsewhere a scale and a shift per channel. What is derived depends on parameters
/// only.
/// </summary>
public static class FoldBatchNorm
{
    /// <summary>The graph without BatchNorm.</summary>
    public static Graph Run(Graph graph)
    {
        var uses = graph.CountUses();
        var folded = graph.Nodes
            .Where(node => node.Operator is BatchNorm)
            .Select(node => (Norm: node, Layer: Foldable.Find(node, uses)))
            .Where(pair => pair.Layer is not null)
            .ToDictionary(pair => pair.Norm, pair => pair.Layer!);
        var absorbed = new HashSet<Node>(folded.Values.SelectMany(layer => layer.Nodes));
        var rewritten = GraphRewriter.Rewrite(graph, (rewriter, node) =>
        {
            if (absorbed.Contains(node))
                return true;
            if (node.Operator is not BatchNorm)
                return false;
            var foldable = folded.TryGetValue(node, out var found) ? found : null;
            var scale = Add(BatchNormScale.Instance, "scale", rewriter[node.Inputs[1]], rewriter[node.Inputs[4]]);
            var (bias, mean) = (rewriter[node.Inputs[2]], rewriter[node.Inputs[3]]);
            var shift = foldable?.Bias is { } biasAdd
                ? Add(BatchNormShift.Instance, "shift", bias, mean, scale, rewriter[biasAdd.Inputs[1]])
                : Add(BatchNormShift.Instance, "shift", bias, mean, scale);
            Node result;
            if (foldable is { Contraction: var contraction })
            {
                var weight = rewriter.Target.Add(ScaleRows.Instance, $"{node.Name}.folded_weight",
                    [rewriter[contraction.Inputs[1]], scale], layer: contraction.Layer);
                var product = rewriter.Target.Add(contraction.Operator, foldable.Name,
                    [rewriter[contraction.Inputs[0]], weight.Result], contraction.Attributes, contraction.Layer);
                result = rewriter.Target.Add(BiasAdd.Instance, node.Name, [product.Result, shift], layer: node.Layer);
            }
            else
            {
                result = rewriter.Target.Add(ScaleShift.Instance, node.Name, [rewriter[node.Inputs[0]], scale, shift], layer: node.Layer);
            }

            rewriter.Map(node.Result, result.Result);
            return true;

            Value Add(Operator @operator, string suffix, params Value[] inputs) =>
                rewriter.Target.Add(@operator, $"{node.Name}.{suffix}", [.. inputs], node.Attributes, node.Layer).Result;
        });
        return GraphRewriter.RemoveDeadNodes(rewritten);
    }

    // A convolution or dense layer, with or without a bias, that only a normalisation reads.
    private sealed record Foldable(Node Contraction, Node? Bias)
    {
        public ImmutableArray<Node> Nodes => Bias is null ? [Contraction] : [Contraction, Bias];

        // That of the layer.
        public string Name => (Bias ?? Contraction).Name;

        public static Foldable? Find(Node norm, Dictionary<Value, int> uses)
        {
            var node = Producer(norm, uses);
            if (node is { Operator: Conv or Dense })
                return new Foldable(node, null);
            return node is { Operator: BiasAdd } && Producer(node, uses) is { Operator: Conv or Dense } contraction
                ? new Foldable(contraction, node)
                : null;
        }

        private static Node? Producer(Node reader, Dictionary<Value, int> uses) =>
            uses[reader.Inputs[0]] == 1 ? reader.Inputs[0].Producer : null;
    }
}
