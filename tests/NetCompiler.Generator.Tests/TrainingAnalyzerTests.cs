using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetCompiler.Analyzers;
using NetCompiler.Generator.Tests.Support;

namespace NetCompiler.Generator.Tests;

public class TrainingAnalyzerTests
{
    public const string Id = "NC0201";

    private const string Networks = """
        using NetCompiler.Training;
        using NetCompiler.Training.Data;

        [Network, Input(4), Dense(2)] public partial class Silent;
        [Network, Input(4), Dense(2), Loss(Loss.MeanSquaredError)] public partial class Trained;

        """;

    [Theory]
    [InlineData("static void Run(Silent net, IDataset data) => net.«Fit»(data, new Sgd(0.1f), epochs: 1);")]
    [InlineData("static void Run(Silent? net, IDataset data) => net?.«Fit»(data, new Sgd(0.1f), epochs: 1);")]
    [InlineData("static void Run(Silent net, IDataset data) => NetworkTraining.«Fit»(net, data, new Sgd(0.1f), epochs: 1);")]
    [InlineData("static object Run() => «new TrainingSession(new Silent(), maxBatch: 8)»;")]
    [InlineData("static TrainingSession Run(Silent net) => «new(threads: 2, maxBatch: 8, network: net)»;")]
    public async Task TrainingWithoutALossIsReported(string member)
    {
        var markup = new Markup($"{Networks}static class Use {{ {member} }}");

        var diagnostic = Assert.Single(await Analyze(markup.Source));

        Assert.Equal((Id, "'Silent' has no [Loss(…)] and cannot be trained"), (diagnostic.Id, diagnostic.GetMessage()));
        Assert.Equal(markup.Span, diagnostic.Location.GetLineSpan().Span);
    }

    [Theory]
    [InlineData("static void Run(Trained net, IDataset data) => net.Fit(data, new Sgd(0.1f), epochs: 1);")]
    [InlineData("static void Run(Network net, IDataset data) => net.Fit(data, new Sgd(0.1f), epochs: 1);")]
    [InlineData("static object Run() => new TrainingSession(new Trained(), maxBatch: 8);")]
    [InlineData("static object Run(Silent net) => net.CreateSession();")]
    [InlineData("static object Run(Silent net) => Fit(net); static object Fit(Silent net) => net;")]
    public async Task OtherCallsAreNot(string member) => Assert.Empty(await Analyze($"{Networks}static class Use {{ {member} }}"));

    [Fact]
    public async Task APragmaSuppresses() => Assert.Empty(await Analyze(Networks + """
        static class Use
        {
        #pragma warning disable NC0201
            static object Run() => new TrainingSession(new Silent(), maxBatch: 8);
        }
        """));

    private static async Task<ImmutableArray<Diagnostic>> Analyze(string source)
    {
        var generation = Generation.Run([new("DesignTimeBuild", "true")], source);
        Assert.Empty(generation.Problems);
        return await generation.WithGenerated.WithAnalyzers([new TrainingAnalyzer()]).GetAnalyzerDiagnosticsAsync();
    }
}
