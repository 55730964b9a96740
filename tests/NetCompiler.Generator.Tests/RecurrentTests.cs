namespace NetCompiler.Generator.Tests;

/// <summary>Recurrent layers as users declare them.</summary>
public class RecurrentTests
{
    private const string Use = """
        static class Use
        {
            static float Run(Net net) => net.Lstm1.WeightIhL0.Values[0] + net.Lstm1.BiasHhL0Reverse.Values[0] + net.Gru1.WeightHhL0.Values[0];
        }
        """;

    [Theory]
    [InlineData("""
        [NetCompiler.Network, NetCompiler.Input(6, 3)]
        [NetCompiler.Lstm(4, Bidirectional = true, ReturnSequences = true), NetCompiler.Gru(5), NetCompiler.Dense(2)]
        [NetCompiler.Loss(NetCompiler.Loss.MeanSquaredError)]
        public sealed partial class Net;
        """)]
    [InlineData("""
        using NetCompiler;
        using static NetCompiler.Layers;

        [Network]
        public sealed partial class Net
        {
            [Forward]
            static Tensor Run([Shape(6, 3)] Tensor x) => Dense(Gru(Lstm(x, 4, returnSequences: true, bidirectional: true), 5), 2);

            [Loss]
            static Tensor Loss(Tensor prediction, [Labels] Tensor target) => MeanSquaredError(prediction, target);
        }
        """)]
    public void AChainAndAGraphCompile(string network)
    {
        var generation = Generation.Run([new("NetCompilerVectorWidths", "256")], network, Use);

        Assert.Empty(generation.Diagnostics);
        Assert.True(!generation.Problems.Any(), string.Join("\n", generation.Problems));
        var train = generation.Result.GeneratedSources.Single(s => s.HintName == "Net.Train256.g.cs").SourceText.ToString();
        Assert.Contains("6 steps, the last one first", train, StringComparison.Ordinal);
    }
}
