using System.Collections.Immutable;
using System.Text.Json;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Losses;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Reference;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>Operators, their gradients and a small network against what PyTorch computes; see tests/fixtures/make_fixtures.py.</summary>
public sealed class PyTorchFixtureTests
{
    // The fixtures are written with 12 digits.
    private const double Tolerance = 1e-9;

    private static readonly Lazy<JsonElement> Fixtures = new(() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "pytorch.json"))).RootElement);

    public static TheoryData<string> Names =>
        [.. Fixtures.Value.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    /// <summary>Layers that are several operators, or whose arguments are not those of theirs.</summary>
    public static TheoryData<string> LayerNames =>
        [.. Fixtures.Value.GetProperty("layers").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    private static double[] Data(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(n => n.GetDouble())];

    private static Attributes ReadAttributes(JsonElement attributes) =>
        attributes.EnumerateObject().Aggregate(Attributes.Empty, (a, p) => a.With(p.Name, ReadAttribute(p.Value)));

    private static object ReadAttribute(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array when value.EnumerateArray().All(n => n.TryGetInt32(out _)) =>
            value.EnumerateArray().Select(n => n.GetInt32()).ToImmutableArray(),
        JsonValueKind.Array => value.EnumerateArray().Select(n => n.GetDouble()).ToImmutableArray(),
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => value.TryGetInt32(out var integer) ? (object)integer : value.GetDouble(),
    };

    private static TensorType ReadType(JsonElement tensor, bool isPerSample)
    {
        var shape = tensor.GetProperty("shape").EnumerateArray()
            .Select((n, i) => i == 0 && isPerSample ? Dimension.Batch : new Dimension(n.GetInt32()));
        var isInteger = tensor.TryGetProperty("type", out var type) && type.GetString() == "i32";
        return new TensorType(isInteger ? ScalarKind.I32 : ScalarKind.F32, [.. shape]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void OperatorComputesWhatPyTorchComputes(string name)
    {
        var fixture = Fixtures.Value.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var @operator = OperatorCatalogue.Operators.Single(o => o.Name == fixture.GetProperty("operator").GetString());
        var tensors = fixture.GetProperty("inputs").EnumerateArray().ToList();
        var batch = fixture.GetProperty("result").GetProperty("shape")[0].GetInt32();
        var values = new Dictionary<string, double[]>();
        var graph = new Graph();
        var inputs = tensors.Select((tensor, i) =>
        {
            // The first input, what stands beside it and a loss's target have a batch; other inputs are parameters.
            var isBatched = fixture.TryGetProperty("batched", out _);
            values[$"input{i}"] = Data(tensor);
            var hasBatch = i == 0 || isBatched || @operator is LossOperator or Minimum or Maximum or Compare or Where;
            return graph.AddParameter($"input{i}", ReadType(tensor, hasBatch));
        }).ToImmutableArray();
        var node = graph.Add(@operator, "node", inputs, ReadAttributes(fixture.GetProperty("attributes")));
        graph.AddOutput("result", node.Result);

        var gradients = fixture.GetProperty("gradients").EnumerateArray().ToList();
        if (gradients.Count > 0)
        {
            var loss = node.Result;
            if (fixture.TryGetProperty("target", out var target))
            {
                values["target"] = Data(target);
                loss = graph.Add(MeanSquaredError.Instance, "loss", [node.Result, graph.AddInput("target", node.Result.Type)]).Result;
            }

            graph.AddOutput("loss", loss);
            graph = LowerBatchNorm.Run(graph);
            var trained = gradients.Select((g, i) => (g, i)).Where(p => p.g.ValueKind != JsonValueKind.Null)
                .Select(p => graph.Parameters.Single(v => v.Name == $"input{p.i}"));
            graph = Differentiate.Run(graph, graph.Outputs.Single(o => o.Name == "loss").Value, trained);
        }

        var result = ReferenceEvaluator.Run(VerifyGraph.Run(graph), batch, values);
        Near.Assert(result.Output("result").Data, Data(fixture.GetProperty("result")), Tolerance, name);
        for (var i = 0; i < gradients.Count; i++)
        {
            if (gradients[i].ValueKind == JsonValueKind.Null)
                continue;
            var gradient = result.Output($"input{i}", OutputRole.Gradient).Data;
            Near.Assert(gradient, Data(gradients[i]), Tolerance, $"{name}, gradient of input {i}");
        }

        foreach (var update in fixture.GetProperty("updates").EnumerateObject())
            Near.Assert(result.Output(update.Name, OutputRole.Update).Data, Data(update.Value), Tolerance, $"{name}, new {update.Name}");
    }

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void LayerComputesWhatPyTorchComputes(string name)
    {
        var fixture = Fixtures.Value.GetProperty("layers").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var data = fixture.GetProperty("values");
        var shape = data.GetProperty("input").GetProperty("shape").EnumerateArray().Select(n => n.GetInt32()).ToArray();
        var input = shape.Length switch
        {
            2 => Layer("Input", ("Length", shape[1])),
            3 => Layer("Input", ("Rows", shape[1]), ("Columns", shape[2])),
            _ => Image(shape[1], shape[2], shape[3]),
        };
        var layer = new LayerSpec(fixture.GetProperty("kind").GetString()!, ReadAttributes(fixture.GetProperty("arguments")));
        var model = Build(input, layer, Layer("Loss", ("Kind", "MeanSquaredError")));
        // In the graph a parameter is called after its layer.
        var values = data.EnumerateObject().ToDictionary(
            p => p.Name == "input" ? p.Name : $"{model.Layers[^1].Name}.{p.Name}", p => Data(p.Value));
        values[model.Loss!.Target!.Name] = Data(fixture.GetProperty("target"));
        Assert.Equal(values.Keys.Order(), model.Graph.Inputs.Concat(model.Graph.Parameters).Select(v => v.Name).Order());

        var hasGradient = fixture.GetProperty("gradients").EnumerateObject().Any();
        ImmutableArray<Value> wanted = !hasGradient ? [] : [model.Input, .. model.Parameters.Where(p => p.IsTrainable).Select(p => p.Value)];
        var prediction = ReferenceEvaluator.Run(VerifyGraph.Run(model.Graph), shape[0], values)[model.Prediction];
        Near.Assert(prediction.Data, Data(fixture.GetProperty("result")), Tolerance, name);
        var result = ReferenceEvaluator.Run(Differentiate.Run(model.Graph, model.Loss.PerSample, wanted), shape[0], values);
        Assert.Equal(wanted.Length, fixture.GetProperty("gradients").EnumerateObject().Count());
        foreach (var value in wanted)
        {
            var expected = fixture.GetProperty("gradients").GetProperty(value.Name[(value.Name.IndexOf('.') + 1)..]);
            var gradient = result.Output(value.Name, OutputRole.Gradient).Data;
            Near.Assert(gradient, Data(expected), Tolerance, $"{name}, gradient of {value.Name}");
        }
    }

    [Fact]
    public void NetworkTrainsAsPyTorchDoes()
    {
        var model = Build(
            Image(2, 10, 9), Layer("Conv", ("Channels", 4), ("Kernel", Pair(3, 3)), ("Bias", false)), Layer("BatchNorm"), Layer("Relu"),
            Layer("MaxPool", ("Window", Pair(2, 2))), Layer("Conv", ("Channels", 3), ("Kernel", Pair(3, 3))), Layer("Relu"),
            Layer("Flatten"), Layer("Dense", ("Units", 5)), Layer("Softmax"), Layer("Loss", ("Kind", "CrossEntropy")));
        var graph = LowerBatchNorm.Run(Canonicalise.Run(model.Graph, isTraining: true));
        var trained = model.Parameters.Where(p => p.IsTrainable).Select(p => p.Value.Name).ToHashSet();
        graph = VerifyGraph.Run(ChooseResiduals.Run(Differentiate.Run(
            graph, graph.Outputs.Single(o => o.Name == "loss").Value, graph.Parameters.Where(p => trained.Contains(p.Name)))));

        var fixture = Fixtures.Value.GetProperty("network");
        var values = fixture.GetProperty("values").EnumerateObject().ToDictionary(p => p.Name, p => Data(p.Value));
        var result = ReferenceEvaluator.Run(graph, 3, values);
        Near.Assert(result.Output("softmax1").Data, Data(fixture.GetProperty("prediction")), Tolerance, "prediction");
        Near.Assert(result.Output("loss").Data, Data(fixture.GetProperty("loss")), Tolerance, "loss");
        var gradients = fixture.GetProperty("gradients").EnumerateObject().ToList();
        Assert.Equal(trained.Count, gradients.Count);
        foreach (var gradient in gradients)
        {
            var actual = result.Output(gradient.Name, OutputRole.Gradient).Data;
            Near.Assert(actual, Data(gradient.Value), Tolerance, $"gradient of {gradient.Name}");
        }

        foreach (var update in fixture.GetProperty("updates").EnumerateObject())
            Near.Assert(result.Output(update.Name, OutputRole.Update).Data, Data(update.Value), Tolerance, $"new {update.Name}");
    }
}
