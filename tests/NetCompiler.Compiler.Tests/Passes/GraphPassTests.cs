using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Reference;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Passes;

/// <summary>What the passes on graphs do, and that they keep the numbers.</summary>
public sealed class GraphPassTests
{
    private const double Tolerance = 1e-9;

    private static Graph WithGradients(NetworkModel model, Graph graph)
    {
        var trained = model.Parameters.Where(p => p.IsTrainable).Select(p => p.Value.Name).ToHashSet();
        var loss = graph.Outputs.Single(o => o.Name == "loss").Value;
        return Differentiate.Run(graph, loss, graph.Parameters.Where(p => trained.Contains(p.Name)));
    }

    private static Graph Training(NetworkModel model, bool canonicalise = true, bool chooseResiduals = true)
    {
        var graph = VerifyGraph.Run(model.Graph);
        if (canonicalise)
            graph = VerifyGraph.Run(Canonicalise.Run(graph, isTraining: true));
        graph = VerifyGraph.Run(WithGradients(model, VerifyGraph.Run(LowerBatchNorm.Run(graph))));
        return chooseResiduals ? VerifyGraph.Run(ChooseResiduals.Run(graph)) : graph;
    }

    private static List<string> Operators(Graph graph) => [.. graph.Nodes.Select(n => n.Operator.Name)];

    private static void AssertSameOutputs(Graph expected, Graph actual, int batch, Dictionary<string, double[]> values, string what)
    {
        var reference = ReferenceEvaluator.Run(expected, batch, values, seed: 5);
        var result = ReferenceEvaluator.Run(actual, batch, values, seed: 5);
        Assert.Equal(expected.Outputs.Select(o => (o.Name, o.Role)), actual.Outputs.Select(o => (o.Name, o.Role)));
        foreach (var output in expected.Outputs)
        {
            // A bias before a batch normalisation has no influence; what its gradient is but zero is rounding.
            Near.Assert(result.Output(output.Name, output.Role).Data, reference.Output(output.Name, output.Role).Data, Tolerance,
                $"{what}, {output.Role} {output.Name}\n{expected}\n{actual}", floor: 1e-4);
        }
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void TrainingGivesTheSameNumbersWithEachPassOff(int seed)
    {
        var random = new Random(seed);
        var model = Build(Chains.Random(random));
        const int Batch = 3;
        var values = Values(model.Graph, Batch, random);
        var plain = Training(model, canonicalise: false, chooseResiduals: false);
        Assert.Equal(
            model.Parameters.Where(p => p.IsTrainable).Select(p => p.Value.Name).Order(),
            plain.Outputs.Where(o => o.Role == OutputRole.Gradient).Select(o => o.Name).Order());
        AssertSameOutputs(plain, Training(model, chooseResiduals: false), Batch, values, $"seed {seed}, canonical");
        AssertSameOutputs(plain, Training(model, canonicalise: false), Batch, values, $"seed {seed}, residuals");
        AssertSameOutputs(plain, Training(model), Batch, values, $"seed {seed}, all passes");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void PredictionGivesTheSameNumbersWithEachPassOff(int seed)
    {
        var layers = Chains.Random(new Random(seed)).RemoveAll(l => l.Kind == "Loss");
        var model = Build(layers);
        // Dropout is the identity, so a network without it computes the same, under the name of the layer before it.
        var reference = Build(layers.RemoveAll(l => l.Kind == "Dropout")).Graph;
        var values = Values(model.Graph, 2, new Random(seed));
        foreach (var (name, graph) in new[]
        {
            ("canonical", Canonicalise.Run(model.Graph, isTraining: false)),
            ("canonical, folded", FoldBatchNorm.Run(Canonicalise.Run(model.Graph, isTraining: false))),
            ("folded, canonical", Canonicalise.Run(FoldBatchNorm.Run(model.Graph), isTraining: false)),
        })
        {
            VerifyGraph.Run(graph);
            Assert.DoesNotContain("Dropout", Operators(graph));
            AssertSameOutputs(reference, graph, 2, values, $"seed {seed}, {name}");
        }
    }

    [Fact]
    public void ReluFollowsMaxPoolAndFlattenIsAbsorbed()
    {
        var graph = Canonicalise.Run(Build(Course).Graph, isTraining: true);
        Assert.Equal(
            ["Conv", "BiasAdd", "MaxPool", "Relu", "Conv", "BiasAdd", "MaxPool", "Relu", "Dense", "BiasAdd", "Relu", "Dense", "BiasAdd",
             "Softmax", "SoftmaxCrossEntropy"],
            Operators(graph));
    }

    [Fact]
    public void ReluThatIsAnOutputStaysBeforeMaxPool()
    {
        var model = Build(Course);
        var relu = model.Layers.Single(l => l.Name == "relu1").Result;
        model.Graph.AddOutput("relu1", relu);
        var graph = Canonicalise.Run(model.Graph, isTraining: false);
        Assert.Equal(["Conv", "BiasAdd", "Relu", "MaxPool", "Conv", "MaxPool", "BiasAdd", "Relu"], Operators(graph).Take(8));
    }

    [Fact]
    public void LeakyReluWithNegativeSlopeStaysBeforeMaxPool()
    {
        var pool = Layer("MaxPool", ("Window", Pair(2, 2)));
        foreach (var (slope, expected) in new[] { (-0.5, "LeakyRelu"), (0.5, "MaxPool") })
        {
            var graph = Canonicalise.Run(Build(Image(1, 4, 4), Layer("LeakyRelu", ("Slope", slope)), pool).Graph, isTraining: false);
            Assert.Equal(expected, Operators(graph)[0]);
        }
    }

    [Fact]
    public void FlattenSinksBelowElementwiseLayers()
    {
        var graph = Canonicalise.Run(
            Build(Image(2, 3, 3), Layer("Flatten"), Layer("Tanh"), Layer("Dropout"), Layer("Relu"), Layer("Dense", ("Units", 2))).Graph,
            isTraining: true);
        Assert.Equal(["Tanh", "Dropout", "Relu", "Dense", "BiasAdd"], Operators(graph));
        Assert.Equal(4, graph.Nodes[3].Inputs[0].Type.Rank);
    }

    [Fact]
    public void PooledReluRemembersOneByte()
    {
        var graph = Training(Build(Course));
        var gradients = graph.Nodes.Where(n => n.Operator is MaxPoolGradient).ToList();
        Assert.Equal(2, gradients.Count);
        Assert.All(gradients, g => Assert.IsType<ReluMask>(g.Inputs[1].Producer!.Operator));
        // Only the ReLU between the dense layers needs a gradient of its own.
        Assert.Single(graph.Nodes, n => n.Operator is ReluGradient);
    }

    [Fact]
    public void TheInputGetsNoGradient()
    {
        var graph = Training(Build(Course));
        Assert.Single(graph.Nodes, n => n.Operator is ConvInputGradient);
        Assert.Equal(2, graph.Nodes.Count(n => n.Operator is ConvWeightGradient));
    }

    [Fact]
    public void BatchNormIsFoldedIntoWeights()
    {
        var model = Build(
            Image(2, 5, 5), Layer("Conv", ("Channels", 3), ("Kernel", Pair(3, 3))), Layer("BatchNorm"), Layer("Relu"), Layer("Flatten"),
            Layer("Dense", ("Units", 4), ("Bias", false)), Layer("BatchNorm"));
        var graph = FoldBatchNorm.Run(model.Graph);
        var perSample = graph.Nodes.Where(n => n.Result.Type.IsPerSample).Select(n => n.Operator.Name);
        Assert.Equal(["Conv", "BiasAdd", "Relu", "Flatten", "Dense", "BiasAdd"], perSample);
    }

    [Fact]
    public void BatchNormOfAnOutputIsAScaleAndAShift()
    {
        var model = Build(Image(2, 5, 5), Layer("Conv", ("Channels", 3), ("Kernel", Pair(3, 3))), Layer("BatchNorm"));
        model.Graph.AddOutput("conv1", model.Layers[0].Result);
        var graph = FoldBatchNorm.Run(model.Graph);
        var perSample = graph.Nodes.Where(n => n.Result.Type.IsPerSample).Select(n => n.Operator.Name);
        Assert.Equal(["Conv", "BiasAdd", "ScaleShift"], perSample);
    }

    [Fact]
    public void ContributionsOfSeveralReadersAreAdded()
    {
        var graph = new Graph();
        var x = graph.AddParameter("x", TensorType.Float(Dimension.Batch, 5));
        var target = graph.AddInput("target", TensorType.Float(Dimension.Batch, 5));
        var tanh = graph.Add(Tanh.Instance, "tanh", [x]).Result;
        var sum = graph.Add(Add.Instance, "sum", [graph.Add(Sigmoid.Instance, "sigmoid", [tanh]).Result, tanh]).Result;
        var twice = graph.Add(Add.Instance, "twice", [sum, x]).Result;
        var loss = graph.Add(Ops.Losses.MeanSquaredError.Instance, "loss", [twice, target]).Result;
        graph.AddOutput("loss", loss);
        var values = Values(graph, 2, new Random(3));
        var differentiated = VerifyGraph.Run(Differentiate.Run(graph, loss, [x]));
        var gradient = ReferenceEvaluator.Run(differentiated, 2, values).Output("x", OutputRole.Gradient).Data;
        for (var i = 0; i < gradient.Length; i++)
        {
            var (value, t) = (values["x"][i], Math.Tanh(values["x"][i]));
            var s = 1 / (1 + Math.Exp(-t));
            var expected = 2 * (s + t + value - values["target"][i]) / 10 * ((s * (1 - s) + 1) * (1 - t * t) + 1);
            Assert.Equal(expected, gradient[i], 1e-12);
        }
    }

    [Fact]
    public void GradientsBeginAtANumberForEachSample()
    {
        var graph = new Graph();
        var x = graph.AddParameter("x", TensorType.Float(Dimension.Batch, 5));
        var y = graph.Add(Relu.Instance, "relu", [x]).Result;
        var exception = Assert.Throws<ArgumentException>(() => Differentiate.Run(graph, y, [x]));
        Assert.Contains("'relu' is f32(N, 5)", exception.Message, StringComparison.Ordinal);
    }
}
