using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Reference;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>Attention as one operator and as the products and softmax that it is made of.</summary>
public sealed class AttentionTests
{
    private static readonly int[] s_widths = [512, 256, 128];

    public static TheoryData<bool> Ways => [true, false];

    [Theory]
    [MemberData(nameof(Ways))]
    public void EmittedNumbersAreThoseOfTheReference(bool isFused)
    {
        var cases = new List<NetworkCase>();
        foreach (var (steps, features, heads, batch) in new[] { (1, 1, 1, 1), (7, 5, 2, 7), (16, 8, 1, 2), (33, 17, 3, 1), (67, 4, 2, 2), (28, 6, 1, 2) })
        {
            foreach (var isCausal in new[] { false, true })
            {
                foreach (var hasLengths in new[] { false, true })
                    cases.Add(Case($"Case{cases.Count}", steps, features, heads, batch, isCausal, hasLengths, isFused));
            }
        }

        var failures = CaseBatch.Run(cases, new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Fact]
    public void ScoresDoNotLeaveTheStage()
    {
        const int Steps = 512;
        var model = Case("Long", Steps, 16, 4, 1, isCausal: false, hasLengths: false, isFused: true).Model;
        foreach (var kind in new[] { PassKind.Predict, PassKind.Train })
        {
            var program = PassCompiler.Compile(model, kind, new CpuTarget(512), PassOptions.Default);
            // Those of one head would be Steps · Steps.
            var largest = program.Graph.Nodes.SelectMany(n => n.Results).Where(v => v.Type.IsPerSample).Max(v => v.Type.SampleLength);
            Assert.Equal(Steps * 64, largest);
            Assert.All(program.Stages.SelectMany(s => s.Plan.Buffers), buffer => Assert.InRange(buffer.Length, 1, Steps * 64L * 64));
            var attention = program.Stages.Where(s => s.Candidate.Name == "attention").ToList();
            Assert.Equal(kind == PassKind.Train ? 2 : 1, attention.Count);
            Assert.All(attention.SelectMany(s => s.Plan.Buffers), buffer => Assert.InRange(buffer.Length, 1, Steps * 32L));
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    public void KernelsComputeTheSameInTheInterpreter(int width)
    {
        foreach (var (isCausal, hasLengths) in new[] { (true, false), (false, true) })
        {
            var @case = Case("Interpreted", 19, 5, 2, 3, isCausal, hasLengths, isFused: true);
            ExecutionTests.CompareWithInterpreter(@case with { Widths = [width], Options = PassOptions.Default with { ChunkSize = 2 } }, width);
        }
    }

    [Fact]
    public void FusedAttentionIsWhatItIsMadeOf()
    {
        foreach (var (isCausal, hasLengths) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            var @case = Case("Net", 6, 3, 2, 3, isCausal, hasLengths, isFused: true);
            var graph = @case.Model.Graph;
            var fused = VerifyGraph.Run(FuseAttention.Run(graph));
            Assert.Single(fused.Nodes, n => n.Operator is ScaledDotProductAttention);
            Assert.DoesNotContain(fused.Nodes, n => n.Operator is AttentionScores or AttentionContext or Softmax or MaskedSoftmax);
            var values = CaseNumbers.Find(@case.Model, 3, 5, 0)!.Values;
            var (expected, actual) = (Gradients(graph, values), Gradients(fused, values));
            Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
            foreach (var (name, data) in expected)
                Near.Assert(actual[name], data, 1e-10, name);
        }

        static Dictionary<string, double[]> Gradients(Graph graph, Dictionary<string, double[]> values)
        {
            var differentiated = VerifyGraph.Run(Differentiate.Run(graph, graph.Outputs.Single(o => o.Name == "loss").Value, graph.Parameters));
            var result = ReferenceEvaluator.Run(differentiated, 3, values);
            return differentiated.Outputs.ToDictionary(o => $"{o.Role} {o.Name}", o => result[o.Value].Data);
        }
    }

    private static NetworkCase Case(
        string name, int steps, int features, int heads, int batch, bool isCausal, bool hasLengths, bool isFused)
    {
        var attention = Layer("MultiHeadAttention", ("Heads", heads), ("Causal", isCausal));
        var layers = hasLengths
            ? RankCases.WithLength(new Random(steps), steps, heads * features).Append(attention with { Inputs = [3, 1] })
            : [RankCases.Matrix(steps, heads * features), attention];
        var model = NetworkBuilder.Build(new NetworkSpec(
            "NetCompiler.Cases", name, true, [.. layers, Layer("Loss", ("Kind", "MeanSquaredError"))])).Model!;
        var options = isFused ? PassOptions.Default : PassOptions.Default with { Disabled = [nameof(FuseAttention)] };
        return new NetworkCase(model, batch, 40 + steps, s_widths, options);
    }
}
