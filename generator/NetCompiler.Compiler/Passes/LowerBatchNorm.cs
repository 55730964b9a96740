using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Batch normalisation in training: the statistics of the batch, the normalisation with them, and new running statistics. Sums over
/// the batch are nodes of their own, whose results belong to no sample.
/// </summary>
public static class LowerBatchNorm
{
    /// <summary>
    /// The graph without BatchNorm, with two more outputs of role Update for each that there was, named as the running mean and
    /// variance. Nodes that only read running statistics stay as they are.
    /// </summary>
    public static Graph Run(Graph graph)
    {
        // Where several share their statistics, each goes on from what the one before has made of them.
        var updates = new Dictionary<Value, Value>();
        var lowered = GraphRewriter.Rewrite(graph, (rewriter, node) =>
        {
            if (node.Operator is not BatchNorm)
                return false;
            var x = rewriter[node.Inputs[0]];
            var count = (int)(x.Type.SampleLength / x.Type.Shape[x.Type.FeatureDimension].Size);
            var attributes = node.Attributes.With("count", count);
            var mean = Add(ChannelMean.Instance, "mean", Add(ChannelSum.Instance, "sum", x));
            var variance = Add(ChannelMean.Instance, "variance", Add(SquaredDeviationSum.Instance, "squared_sum", x, mean));
            var rstd = Add(ReciprocalDeviation.Instance, "rstd", variance);
            var y = Add(BatchNormalize.Instance, "", x, mean, rstd, rewriter[node.Inputs[1]], rewriter[node.Inputs[2]]);
            rewriter.Map(node.Result, y);

            var (runningMean, runningVariance) = (rewriter[node.Inputs[3]], rewriter[node.Inputs[4]]);
            updates[runningMean] = Add(RunningMean.Instance, "updated_mean", Latest(runningMean), mean);
            updates[runningVariance] = Add(RunningVariance.Instance, "updated_var", Latest(runningVariance), variance);
            return true;

            Value Add(Operator @operator, string suffix, params Value[] inputs)
            {
                var name = suffix.Length == 0 ? node.Name : $"{node.Name}.{suffix}";
                return rewriter.Target.Add(@operator, name, [.. inputs], attributes, node.Layer).Result;
            }
        });
        foreach (var update in updates)
            lowered.AddOutput(update.Key.Name, update.Value, OutputRole.Update);
        return lowered;

        Value Latest(Value running) => updates.TryGetValue(running, out var updated) ? updated : running;
    }
}
