using System.Collections.Immutable;
using System.Text.Json;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Reference;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Recurrent;

/// <summary>Recurrent networks against what PyTorch computes with the same weights; see tests/fixtures/make_recurrent_fixtures.py.</summary>
public sealed class PyTorchRecurrentTests
{
    private static readonly Lazy<ImmutableArray<JsonElement>> s_cases = new(() => [.. JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "recurrent.json"))).RootElement.EnumerateArray()]);

    public static TheoryData<string> Names => [.. s_cases.Value.Select(c => c.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void ReferenceComputesWhatPyTorchComputes(string name)
    {
        // The fixtures are written with 12 digits.
        const double Tolerance = 1e-9;
        var fixture = Find(name);
        var model = Model(fixture);
        var graph = HoistFromScans.Run(model.Graph);
        graph = VerifyGraph.Run(Differentiate.Run(graph, graph.Outputs.Single(o => o.Name == "loss").Value, graph.Parameters));
        var result = ReferenceEvaluator.Run(graph, fixture.GetProperty("batch").GetInt32(), Values(model, fixture));
        Near.Assert(result.Output("dense1").Data, Data(fixture.GetProperty("prediction")), Tolerance, name);
        var gradients = fixture.GetProperty("gradients").EnumerateObject().ToList();
        Assert.Equal(model.Parameters.Select(p => p.Value.Name).Order(), gradients.Select(g => g.Name).Order());
        foreach (var gradient in gradients)
            Near.Assert(result.Output(gradient.Name, OutputRole.Gradient).Data, Data(gradient.Value), Tolerance, $"{name}, {gradient.Name}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EmittedCodeComputesWhatPyTorchComputes(string name)
    {
        var fixture = Find(name);
        var model = Model(fixture);
        var batch = fixture.GetProperty("batch").GetInt32();
        var @case = new NetworkCase(model, batch, 0, [512, 256, 128], PassOptions.Default);
        using var network = EmittedNetworks.Compile(EmittedNetworks.Sources(@case, EmittedNetworks.Programs(@case))).Create(model.Spec);
        var values = Values(model, fixture);
        foreach (var parameter in network.Definition.Parameters)
            network.Parameter(parameter.Name).CopyFrom(Singles(values[parameter.Name]));
        foreach (var width in @case.Widths)
        {
            network.VectorBits = width;
            using var session = network.CreateSession(batch);
            var prediction = new float[fixture.GetProperty("prediction").GetArrayLength()];
            session.Predict(Singles(values[model.Input.Name]), prediction);
            AssertNear(prediction, fixture.GetProperty("prediction"), 1e-5, "prediction");

            using var training = new TrainingSession(network, batch);
            training.Step(Singles(values[model.Input.Name]), Singles(values[model.Loss!.Target!.Name]), 1);
            AssertNear(training.Predictions, fixture.GetProperty("prediction"), 1e-5, "prediction in training");
            foreach (var gradient in fixture.GetProperty("gradients").EnumerateObject())
                AssertNear(training.Gradients[gradient.Name].Values, gradient.Value, 1e-3, gradient.Name);
        }

        void AssertNear(ReadOnlySpan<float> actual, JsonElement expected, double tolerance, string what)
        {
            var data = Data(expected);
            Assert.Equal(data.Length, actual.Length);
            var (difference, size) = (0.0, 0.0);
            for (var i = 0; i < data.Length; i++)
                (difference, size) = (difference + Math.Pow(actual[i] - data[i], 2), size + data[i] * data[i]);
            Assert.True(difference <= tolerance * tolerance * size, $"{name}, {network.VectorBits} bits, {what}: {Math.Sqrt(difference / size)}");
        }
    }

    private static JsonElement Find(string name) => s_cases.Value.Single(c => c.GetProperty("name").GetString() == name);

    private static NetworkModel Model(JsonElement fixture)
    {
        int Number(string name) => fixture.GetProperty(name).GetInt32();
        var layers = new List<LayerSpec> { RankCases.Matrix(Number("steps"), Number("features")) };
        for (var i = 0; i < Number("layers"); i++)
        {
            var layer = Layer(fixture.GetProperty("kind").GetString()!, ("Units", Number("units")),
                ("Bidirectional", fixture.GetProperty("bidirectional").GetBoolean()),
                ("ReturnSequences", fixture.GetProperty("sequences").GetBoolean() || i < Number("layers") - 1));
            foreach (var argument in fixture.GetProperty("arguments").EnumerateObject())
                layer = layer with { Arguments = layer.Arguments.With(argument.Name, argument.Value.GetString()!) };
            layers.Add(layer);
        }

        layers.Add(Layer("Dense", ("Units", Number("outputs"))));
        layers.Add(Layer("Loss", ("Kind", "MeanSquaredError")));
        return NetworkBuilder.Build(new NetworkSpec("NetCompiler.Cases", "Net", true, [.. layers])).Model!;
    }

    private static Dictionary<string, double[]> Values(NetworkModel model, JsonElement fixture) =>
        fixture.GetProperty("values").EnumerateObject().ToDictionary(
            p => p.Name == "target" ? model.Loss!.Target!.Name : p.Name, p => Data(p.Value));

    private static double[] Data(JsonElement numbers) => [.. numbers.EnumerateArray().Select(n => n.GetDouble())];

    private static float[] Singles(double[] values) => [.. values.Select(x => (float)x)];
}
