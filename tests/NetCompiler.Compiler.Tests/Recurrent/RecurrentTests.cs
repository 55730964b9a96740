using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Recurrent;

/// <summary>Recurrent layers: their gradients, and what is emitted for them.</summary>
public sealed class RecurrentTests
{
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
    [MemberData(nameof(Forms))]
    public void EmittedNumbersAreThoseOfTheReference(string kind, bool isBidirectional, bool returnsSequences)
    {
        var random = new Random(1);
        var cases = new List<NetworkCase>();
        foreach (var (steps, units, batch) in new[] { (1, 3, 1), (2, 17, 7), (7, 64, 1), (7, 1, 7), (5, 17, 19), (3, 64, 7) })
        {
            var model = RecurrentNetworks.Of($"Case{cases.Count}", kind, steps, 1 + random.Next(9), units, 1, isBidirectional, returnsSequences);
            cases.Add(new NetworkCase(model, batch, 100 + cases.Count, [512, 256, 128], PassOptions.Default));
        }

        var failures = CaseBatch.Run(cases, new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }
}
