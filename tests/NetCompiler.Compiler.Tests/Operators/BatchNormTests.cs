using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Reference;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>Batch normalisation against values worked out by hand.</summary>
public sealed class BatchNormTests
{
    private static readonly Dictionary<string, double[]> Values = new()
    {
        // Two samples of one channel of 1×2: mean 3, squared deviations 4 + 1 + 0 + 9 = 14.
        ["input"] = [1, 2, 3, 6],
        ["batchnorm1.weight"] = [2],
        ["batchnorm1.bias"] = [0.5],
        ["batchnorm1.running_mean"] = [10],
        ["batchnorm1.running_var"] = [4],
    };

    private static Graph Graph => Build(Image(1, 1, 2), Layer("BatchNorm", ("Momentum", 0.25), ("Epsilon", 0.5))).Graph;

    [Fact]
    public void TrainingNormalizesWithTheBatch()
    {
        var result = ReferenceEvaluator.Run(VerifyGraph.Run(LowerBatchNorm.Run(Graph)), 2, Values);
        // Biased variance 14/4 = 3.5, and √(3.5 + 0.5) = 2, so γ/σ is 1.
        Assert.Equal([-1.5, -0.5, 0.5, 3.5], result.Output("batchnorm1").Data);
    }

    [Fact]
    public void TrainingMovesTheRunningStatistics()
    {
        var result = ReferenceEvaluator.Run(LowerBatchNorm.Run(Graph), 2, Values);
        Assert.Equal(0.75 * 10 + 0.25 * 3, result.Output("batchnorm1.running_mean", OutputRole.Update).Data[0], 1e-12);
        // Unbiased variance 14/3.
        Assert.Equal(0.75 * 4 + 0.25 * 14 / 3, result.Output("batchnorm1.running_var", OutputRole.Update).Data[0], 1e-12);
    }

    [Fact]
    public void ABatchOfOneNumberHasNoVariance()
    {
        var graph = LowerBatchNorm.Run(Build(Layer("Input", ("Length", 1)), Layer("BatchNorm")).Graph);
        var result = ReferenceEvaluator.Run(graph, 1, new Dictionary<string, double[]>(Values) { ["input"] = [7] });
        Assert.Equal([0.5], result.Output("batchnorm1").Data);
        Assert.Equal(0.9 * 4, result.Output("batchnorm1.running_var", OutputRole.Update).Data[0], 1e-12);
    }

    [Fact]
    public void PredictionNormalizesWithTheRunningStatistics()
    {
        var expected = Values["input"].Select(x => (x - 10) * 2 / Math.Sqrt(4.5) + 0.5).ToArray();
        Near.Assert(ReferenceEvaluator.Run(Graph, 2, Values).Output("batchnorm1").Data, expected, 1e-12, "BatchNorm");
        Near.Assert(ReferenceEvaluator.Run(FoldBatchNorm.Run(Graph), 2, Values).Output("batchnorm1").Data, expected, 1e-12, "ScaleShift");
    }
}
