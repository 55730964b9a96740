using System.Collections.Immutable;
using System.Text.Json;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops.Losses;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Reference;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>
/// Networks over sequences, signals and graphs against what PyTorch computes with the same weights, in double precision and as they are
/// emitted; see tests/fixtures/make_sequence_fixtures.py.
/// </summary>
public sealed class SequenceFixtureTests
{
    // The fixtures are written with 12 digits.
    private const double Tolerance = 1e-9;

    // That of the random numbers in the fixtures.
    private const uint Seed = 1;

    private static readonly Lazy<JsonElement> s_fixtures = new(() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "pytorch-sequences.json"))).RootElement);

    public static TheoryData<string> Chains => [.. ChainNames];

    internal static ImmutableArray<string> ChainNames { get; } =
    [
        "attention", "causal attention", "text", "vision transformer", "variational auto-encoder", "cross attention", "cross attention, lengths",
        "cross attention, other width, lengths", "attention, lengths", "causal attention, lengths", "rnn, lengths", "lstm, lengths",
        "lstm, lengths, both directions, all states", "gru, lengths, all states", "gru, lengths, both directions",
    ];

    internal static ImmutableArray<LayerSpec> Declared(string name) => name switch
    {
        "attention" or "causal attention" =>
        [
            RankCases.Matrix(5, 6), Layer("MultiHeadAttention", ("Heads", 2), ("Causal", name != "attention")),
            Layer("Loss", ("Kind", "MeanSquaredError")),
        ],
        "text" =>
        [
            Layer("Input", ("Length", 6), ("Type", "Int32")),
            Layer("Embedding", ("Vocabulary", 10), ("Width", 6), ("PaddingIndex", 0)), Layer("Transpose"),
            Layer("Conv", ("Channels", 4), ("Kernel", Pair(3, 3)), ("Padding", Pair(1, 1)), ("Bias", false)), Layer("BatchNorm"), Layer("Relu"),
            Layer("MaxPool", ("Window", Pair(2, 2))), Layer("Flatten"), Layer("Dense", ("Units", 5)),
            Layer("Loss", ("Kind", "CrossEntropy")),
        ],
        "vision transformer" => VisionTransformer(),
        "variational auto-encoder" =>
        [
            Layer("Input", ("Length", 10)), Layer("Dense", ("Units", 8)), Layer("Tanh"),
            Layer("Dense", ("Units", 3)) with { Inputs = [2] }, Layer("Dense", ("Units", 3)) with { Inputs = [2] },
            Layer("Affine", ("Scale", 0.5), ("Shift", 0.0)), Layer("Exp"), Layer("Normal"), Layer("Multiply") with { Inputs = [6, 7] },
            Layer("Add") with { Inputs = [3, 8] }, Layer("Dense", ("Units", 8)), Layer("Tanh"), Layer("Dense", ("Units", 10)),
            Layer("Loss", ("Kind", "MeanSquaredError")),
        ],
        "cross attention" or "cross attention, lengths" or "cross attention, other width, lengths" =>
        [
            Layer("Input", ("Length", 10), ("Type", "Int32")), Layer("Slice", ("Start", 5), ("Size", 1)),
            Layer("Slice", ("Start", 0), ("Size", 5)) with { Inputs = [0] },
            Layer("Embedding", ("Vocabulary", 9), ("Width", name.Contains("other", StringComparison.Ordinal) ? 5 : 6)),
            Layer("Slice", ("Start", 6), ("Size", 4)) with { Inputs = [0] }, Layer("Embedding", ("Vocabulary", 9), ("Width", 6)),
            Layer("CrossAttention", ("Heads", 2)) with { Inputs = name == "cross attention" ? [5, 3] : [5, 3, 1] },
            Layer("Loss", ("Kind", "MeanSquaredError")),
        ],
        "attention, lengths" or "causal attention, lengths" =>
        [
            .. Padded(5, 6), Layer("MultiHeadAttention", ("Heads", 3), ("Causal", name != "attention, lengths")) with { Inputs = [3, 1] },
            Layer("Loss", ("Kind", "MeanSquaredError")),
        ],
        _ when name.Contains("lengths", StringComparison.Ordinal) =>
        [
            .. Padded(6, 4), Recurrent(name, isLast: false) with { Inputs = [3, 1] }, Recurrent(name, isLast: true) with { Inputs = [4, 1] },
            Layer("Dense", ("Units", 2)), Layer("Loss", ("Kind", "MeanSquaredError")),
        ],
        _ => throw new ArgumentException($"There is no network '{name}'.", nameof(name)),
    };

    // The rows that integers name, layer 3, and how many there are, layer 1.
    private static ImmutableArray<LayerSpec> Padded(int steps, int width) =>
    [
        Layer("Input", ("Length", steps + 1), ("Type", "Int32")), Layer("Slice", ("Start", steps), ("Size", 1)),
        Layer("Slice", ("Start", 0), ("Size", steps)) with { Inputs = [0] }, Layer("Embedding", ("Vocabulary", 9), ("Width", width)),
    ];

    private static LayerSpec Recurrent(string name, bool isLast) => Layer(
        char.ToUpperInvariant(name[0]) + name[1..name.IndexOf(',', StringComparison.Ordinal)], ("Units", 3),
        ("Bidirectional", name.Contains("both", StringComparison.Ordinal)),
        ("ReturnSequences", !isLast || name.Contains("all", StringComparison.Ordinal)));

    private static ImmutableArray<LayerSpec> VisionTransformer()
    {
        var layers = new List<LayerSpec>
        {
            Image(3, 8, 8), Layer("Conv", ("Channels", 12), ("Kernel", Pair(4, 4)), ("Stride", Pair(4, 4))),
            Layer("Reshape", ("Shape", ImmutableArray.Create(12, 4))), Layer("Transpose"), Layer("ClassToken"), Layer("PositionEmbedding"),
        };
        for (var block = 0; block < 2; block++)
        {
            Residual(Layer("LayerNorm"), Layer("MultiHeadAttention", ("Heads", 3)));
            Residual(Layer("LayerNorm"), Layer("Dense", ("Units", 24)), Layer("Gelu"), Layer("Dense", ("Units", 12)));
        }

        return
        [
            .. layers, Layer("LayerNorm"), Layer("Slice", ("Start", 0), ("Size", 1)), Layer("Flatten"), Layer("Dense", ("Units", 4)),
            Layer("Loss", ("Kind", "CrossEntropy")),
        ];

        void Residual(params LayerSpec[] half)
        {
            var from = layers.Count - 1;
            layers.AddRange(half);
            layers.Add(Layer("Add") with { Inputs = [from, layers.Count - 1] });
        }
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void NetworkTrainsAsPyTorchDoes(string name)
    {
        var model = Build(Declared(name));
        var trained = model.Parameters.Where(p => p.IsTrainable).Select(p => p.Value.Name);
        Compare(name, model.Graph, model.Prediction, model.Loss!.PerSample, trained);
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void EmittedCodeTrainsAsPyTorchDoes(string name)
    {
        var fixture = s_fixtures.Value.GetProperty(name);
        var spec = new NetworkSpec("Emitted", "Net" + string.Concat(name.Where(char.IsLetter)), IsPublic: true, Declared(name));
        var model = NetworkBuilder.Build(spec).Model!;
        var values = Values(fixture);
        var batch = fixture.GetProperty("result").GetProperty("shape")[0].GetInt32();
        var @case = new NetworkCase(model, batch, 1, EmittedSweep.Widths, PassOptions.Default);
        using var network = EmittedNetworks.Compile(EmittedNetworks.Sources(@case, EmittedNetworks.Programs(@case))).Create(spec);
        foreach (var width in EmittedSweep.Widths)
        {
            network.VectorBits = width;
            foreach (var parameter in network.Definition.Parameters)
                network.Parameter(parameter.Name).CopyFrom([.. values[parameter.Name].Select(x => (float)x)]);
            using var session = new TrainingSession(network, batch);
            Step(session, model, values);
            AssertNear(session.Predictions, Data(fixture.GetProperty("result")), 1e-5, $"{width} bits, result");
            foreach (var gradient in fixture.GetProperty("gradients").EnumerateObject())
                AssertNear(session.Gradients[gradient.Name].Values, Data(gradient.Value), 1e-3, $"{width} bits, gradient of {gradient.Name}");
        }
    }

    [Fact]
    public void AnIntegerThatNamesNothingIsRefused()
    {
        var spec = new NetworkSpec("Emitted", "Lookup", IsPublic: true, Declared("text"));
        var @case = new NetworkCase(NetworkBuilder.Build(spec).Model!, 1, 1, [128], PassOptions.Default);
        using var network = EmittedNetworks.Compile(EmittedNetworks.Sources(@case, EmittedNetworks.Programs(@case))).Create(spec);
        network.VectorBits = 128;
        using var session = network.CreateSession(1);
        using var training = new TrainingSession(network, 1);
        Assert.Equal(10, network.Definition.Inputs[0].Bound);
        foreach (var wrong in new[] { -1, 10, int.MaxValue, int.MinValue })
        {
            int[] ids = [0, 9, 1, wrong, 2, 3];
            var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => session.Predict(ids, new float[5]));
            Assert.Contains($"'input' of sample 0, element 3: expected 0 to 9, found {wrong}", thrown.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => training.Step(ids, [1], Seed));
        }

        // Numbers of another type are refused as well.
        Assert.Throws<InvalidOperationException>(() => session.Predict(new float[6], new float[5]));
    }

    [Theory]
    [InlineData("Sum")]
    [InlineData("Mean")]
    [InlineData("Max")]
    public void GraphConvolutionsTrainAsPyTorchDoes(string aggregation)
    {
        var graph = new Graph();
        var parameters = new List<DeclaredParameter>();
        ImmutableArray<Value> adjacency =
        [
            graph.AddInput("offsets", OperatorCatalogue.Type("i32:N,7")), graph.AddInput("columns", OperatorCatalogue.Type("i32:N,9")),
            graph.AddInput("values", OperatorCatalogue.Type("N,9")),
        ];
        var hidden = Convolve("graphconv1", graph.AddInput("nodes", OperatorCatalogue.Type("N,6,5")), 4);
        var result = Convolve("graphconv2", graph.Add(Compiler.Ops.Relu.Instance, "relu", [hidden]).Result, 3);
        var loss = graph.Add(MeanSquaredError.Instance, "loss", [result, graph.AddInput("target", result.Type)]).Result;
        graph.AddOutput("loss", loss);
        Compare($"graph {aggregation}", graph, result, loss, parameters.Select(p => p.Value.Name));

        Value Convolve(string name, Value nodes, int units)
        {
            var layer = LayerRegistry.Get("GraphConv");
            var spec = Layer("GraphConv", ("Units", units), ("Aggregation", aggregation));
            return layer.Build(new LayerBuilder(graph, layer.Signature, spec, 0, name, [nodes, .. adjacency], parameters));
        }
    }

    private static void Compare(string name, Graph graph, Value prediction, Value loss, IEnumerable<string> trained)
    {
        var fixture = s_fixtures.Value.GetProperty(name);
        var extracted = ExtractOutputs.Run(graph, [.. graph.Inputs], [("result", prediction), ("loss", loss)]);
        var lowered = LowerBatchNorm.Run(extracted);
        var names = trained.ToHashSet();
        var differentiated = VerifyGraph.Run(Differentiate.Run(
            lowered, lowered.Outputs.Single(o => o.Name == "loss").Value, lowered.Parameters.Where(p => names.Contains(p.Name))));
        var batch = fixture.GetProperty("result").GetProperty("shape")[0].GetInt32();
        var result = ReferenceEvaluator.Run(differentiated, batch, Values(fixture), Seed);
        Near.Assert(result.Output("result").Data, Data(fixture.GetProperty("result")), Tolerance, "result");
        Near.Assert([result.Output("loss").Data.Average()], [fixture.GetProperty("loss").GetDouble()], Tolerance, "loss");
        var gradients = fixture.GetProperty("gradients").EnumerateObject().ToList();
        Assert.Equal(names.Count, gradients.Count);
        foreach (var gradient in gradients)
            Near.Assert(result.Output(gradient.Name, OutputRole.Gradient).Data, Data(gradient.Value), Tolerance, $"gradient of {gradient.Name}");
        foreach (var update in fixture.GetProperty("updates").EnumerateObject())
            Near.Assert(result.Output(update.Name, OutputRole.Update).Data, Data(update.Value), Tolerance, $"new {update.Name}");
    }

    private static void Step(TrainingSession session, NetworkModel model, Dictionary<string, double[]> values)
    {
        var (input, target) = (values["input"], values["target"]);
        int[] ids = [.. input.Select(x => (int)x)], classes = [.. target.Select(x => (int)x)];
        float[] numbers = [.. input.Select(x => (float)x)], targets = [.. target.Select(x => (float)x)];
        if (model.Input.Type.Element == ScalarKind.I32 && model.Loss!.Target!.Type.Element == ScalarKind.I32)
            session.Step(ids, classes, Seed);
        else if (model.Input.Type.Element == ScalarKind.I32)
            session.Step(ids, targets, Seed);
        else if (model.Loss!.Target!.Type.Element == ScalarKind.I32)
            session.Step(numbers, classes, Seed);
        else
            session.Step(numbers, targets, Seed);
    }

    // The relative error in the Euclidean norm.
    private static void AssertNear(ReadOnlySpan<float> actual, double[] expected, double tolerance, string what)
    {
        var (difference, size) = (0.0, 0.0);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            size += expected[i] * expected[i];
        }

        var error = Math.Sqrt(difference / Math.Max(size, 1e-20));
        Assert.True(error <= tolerance, $"{what}: relative error {error}, allowed {tolerance}.");
    }

    private static Dictionary<string, double[]> Values(JsonElement fixture) =>
        fixture.GetProperty("values").EnumerateObject().ToDictionary(p => p.Name, p => Data(p.Value));

    private static double[] Data(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(n => n.GetDouble())];
}
