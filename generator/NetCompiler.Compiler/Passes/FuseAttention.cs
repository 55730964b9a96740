using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Makes one operator of scaled scores, softmax and the sum over values, so that no score of all heads is written to memory
/// (Dao et al.: FlashAttention, 2022), in the backward pass neither. For targets that have an implementation of it.
/// </summary>
public static class FuseAttention
{
    /// <summary>The graph with fused attention.</summary>
    public static Graph Run(Graph graph)
    {
        var isFused = false;
        var result = GraphRewriter.Rewrite(graph, (rewriter, node) =>
        {
            if (node.Operator is not AttentionContext || node.Attributes.Bool("transposed", false)
                || node.Inputs[0].Producer is not { Operator: Softmax or MaskedSoftmax } softmax
                || softmax.Inputs[0].Producer is not { Operator: AttentionScores } scores)
            {
                return false;
            }

            var (query, scale) = (scores.Inputs[0], 1.0);
            if (query.Producer is { Operator: Affine } affine && affine.Attributes.Double("shift") == 0)
                (query, scale) = (affine.Inputs[0], affine.Attributes.Double("scale"));
            var fused = rewriter.Target.Add(
                ScaledDotProductAttention.Instance, node.Name,
                [rewriter[query], rewriter[scores.Inputs[1]], rewriter[node.Inputs[1]], .. softmax.Inputs.Skip(1).Select(v => rewriter[v])],
                ScaledDotProductAttention.Of(node.Attributes.Int("heads"), scale, softmax.Attributes.Bool("causal", false)), node.Layer);
            rewriter.Map(node.Result, fused.Result);
            isFused = true;
            return true;
        });
        return isFused ? GraphRewriter.RemoveDeadNodes(result) : graph;
    }
}
