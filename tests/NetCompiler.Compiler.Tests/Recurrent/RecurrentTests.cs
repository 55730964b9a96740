using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Recurrent;

/// <summary>Recurrent layers: their gradients, and what is emitted for them.</summary>
public sealed class RecurrentTests
{
    private static readonly int[] s_widths = [512, 256, 128];

    public static TheoryData<string> Kinds => [.. RecurrentNetworks.Kinds];

    public static TheoryData<string, bool, bool> Forms
    {
        get
        {
            var data = new TheoryData<string, bool, bool>();
            foreach (var kind in RecurrentNetworks.Kinds)
            {
                foreach (var isBidirectional in new[] { false, true })
                {
                    foreach (var returnsSequences in new[] { false, true })
                        data.Add(kind, isBidirectional, returnsSequences);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void GradientIsTheLimitOfDifferences(string kind, bool isBidirectional, bool returnsSequences)
    {
        const int Batch = 2;
        var model = RecurrentNetworks.Of("Differences", kind, 4, 3, 2, layers: 2, isBidirectional, returnsSequences);
        var graph = VerifyGraph.Run(model.Graph);
        var numbers = CaseNumbers.Find(model, Batch, 17, 0)!;
        foreach (var isHoisted in new[] { false, true })
        {
            var forward = isHoisted ? VerifyGraph.Run(HoistFromScans.Run(graph)) : graph;
            var loss = forward.Outputs.Single(o => o.Name == "loss").Value;
            var differentiated = VerifyGraph.Run(RemoveDeadResults.Run(GraphRewriter.RemoveDeadNodes(
                Differentiate.Run(forward, loss, forward.Parameters))));
            var result = ReferenceEvaluator.Run(differentiated, Batch, numbers.Values);
            foreach (var parameter in graph.Parameters)
            {
                var gradient = result.Output(parameter.Name, OutputRole.Gradient).Data;
                var differences = gradient.Select((_, i) => Difference(numbers.Values[parameter.Name], i)).ToArray();
                Near.Assert(gradient, differences, 1e-6, $"{kind}, hoisted {isHoisted}, gradient of {parameter}");
            }
        }

        double Difference(double[] data, int element)
        {
            const double Step = 1e-5;
            var value = data[element];
            double MeanLoss(double at)
            {
                data[element] = at;
                return ReferenceEvaluator.Run(graph, Batch, numbers.Values).Output("loss").Data.Average();
            }

            var difference = (MeanLoss(value + Step) - MeanLoss(value - Step)) / (2 * Step);
            data[element] = value;
            return difference;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EmittedNumbersAreThoseOfTheReference(string kind)
    {
        var cases = new List<NetworkCase>();
        foreach (var (steps, features, units, batch) in new[] { (1, 5, 3, 1), (2, 3, 17, 7), (7, 9, 64, 1), (7, 2, 1, 7), (2, 1, 64, 7) })
        {
            foreach (var (isBidirectional, returnsSequences) in new[] { (false, true), (true, false) })
            {
                var model = RecurrentNetworks.Of(
                    $"Case{cases.Count}", kind, steps, features, units, layers: 1, isBidirectional, returnsSequences);
                cases.Add(new NetworkCase(model, batch, 100 + cases.Count, s_widths, PassOptions.Default));
            }
        }

        var failures = CaseBatch.Run(cases, new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SourceDoesNotGrowWithTheSteps(string kind)
    {
        int Length(int steps)
        {
            var model = RecurrentNetworks.Of("Net", kind, steps, 5, 17, layers: 2, isBidirectional: true);
            var @case = new NetworkCase(model, 3, 1, [512], PassOptions.Default with { ChunkSize = 4 });
            return EmittedNetworks.Sources(@case, EmittedNetworks.Programs(@case)).Sum(s => s.Length);
        }

        // Numbers have more digits. What does not fill a tile of a matrix product is written out, so both are multiples of tiles; threads
        // share what is large enough, so both are.
        var (few, many) = (Length(5600), Length(560_000));
        Assert.InRange(many, few, few * 1.02);
    }

    [Fact]
    public void BitsDoNotDependOnThreads()
    {
        var cases = RecurrentNetworks.Kinds.Select((kind, i) => new NetworkCase(
            RecurrentNetworks.Of($"Threads{i}", kind, 5, 3, 17, layers: 2, isBidirectional: true, returnsSequences: i % 2 == 0), 37, 30 + i,
            [s_widths[i % 3]], PassOptions.Default with { ChunkSize = 2 })).ToList();
        var networks = EmittedNetworks.Compile(cases.SelectMany(c => EmittedNetworks.Sources(c, EmittedNetworks.Programs(c))));
        foreach (var @case in cases)
        {
            var numbers = CaseNumbers.Find(@case.Model, @case.Batch, @case.Seed, CaseRunner.CallSeed)!;
            using var network = networks.Create(@case.Model.Spec);
            CaseRunner.SetParameters(network, numbers);
            float[]? expected = null;
            foreach (var threads in new[] { 1, 2, 3 })
            {
                using var training = new TrainingSession(network, @case.Batch, threads);
                CaseRunner.Step(@case, training, numbers, 0, @case.Batch);
                float[] actual = [.. training.Gradients.Values, .. training.Predictions, .. training.Losses];
                expected ??= actual;
                Assert.True(actual.AsSpan().SequenceEqual(expected), $"{threads} threads change bits of {@case}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatDependsOnNoStateIsInFrontOfTheScan(string kind)
    {
        var model = RecurrentNetworks.Of("Hoisted", kind, 6, 3, 4);
        var graph = VerifyGraph.Run(HoistFromScans.Run(model.Graph));
        var body = Assert.Single(graph.Nodes.Select(n => n.Operator).OfType<Scan>()).Body;
        // Taking an element of a sequence apart is no work that all steps could share.
        Assert.All(body.Graph.Nodes, node => Assert.True(
            DependsOnState(node.Result) || node.Operator is Parts && body.Elements.Contains(node.Inputs[0]), $"{node} is not carried"));
        Assert.DoesNotContain(graph.Nodes, node => node.Operator is OverSteps { Inner: Parts });

        // Behind the reverse scan the gradients of the weights, of all gates together: it computes none itself.
        var trained = Differentiate.Run(graph, graph.Outputs.Single(o => o.Name == "loss").Value, graph.Parameters);
        var reverse = trained.Nodes.Select(n => n.Operator).OfType<Scan>().Single(s => s.Body.IsReverse).Body;
        Assert.All(reverse.Graph.Nodes, node => Assert.IsNotType<DenseWeightGradient>(node.Operator));
        Assert.Equal(2, trained.Nodes.Count(n => n.Operator is OverSteps { Inner: DenseWeightGradient }));

        bool DependsOnState(Value value) => body.States.Contains(value) || value.Producer?.Inputs.Any(DependsOnState) == true;
    }

    [Theory]
    [InlineData("Rnn", 512)]
    [InlineData("Lstm", 256)]
    [InlineData("Gru", 128)]
    public void KernelsComputeTheSameInTheInterpreter(string kind, int width)
    {
        var model = RecurrentNetworks.Of("Interpreted", kind, 3, 5, 6, layers: 1, isBidirectional: true, returnsSequences: true);
        var @case = new NetworkCase(model, 5, 70, [width], PassOptions.Default with { ChunkSize = 2 });
        ExecutionTests.CompareWithInterpreter(@case, width);
    }
}
