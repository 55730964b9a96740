using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Tests.Recurrent;

/// <summary>Networks of recurrent layers, a dense layer behind them, and the mean squared error.</summary>
public static class RecurrentNetworks
{
    /// <summary>The kinds of recurrent layers, with the ReLU cell as one more.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["Rnn", "RnnRelu", "Lstm", "Gru"];

    /// <summary>A network.</summary>
    /// <param name="name">Its class.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="steps">Steps of the sequence.</param>
    /// <param name="features">Features of each step.</param>
    /// <param name="units">Units of each recurrent layer.</param>
    /// <param name="layers">Recurrent layers.</param>
    /// <param name="isBidirectional">True for two directions.</param>
    /// <param name="returnsSequences">True where the last recurrent layer returns all of its states.</param>
    public static NetworkModel Of(
        string name, string kind, int steps, int features, int units, int layers = 1, bool isBidirectional = false, bool returnsSequences = false)
    {
        var graph = new Graph();
        var parameters = new List<DeclaredParameter>();
        var specs = new List<LayerSpec> { new("Input", Attributes.Empty) };
        var models = new List<LayerModel>();
        var input = graph.AddInput("input", TensorType.Float(Dimension.Batch, steps, features));
        var value = input;
        for (var i = 0; i < layers; i++)
        {
            var arguments = Attributes.Empty.With("Units", units).With("Bidirectional", isBidirectional)
                .With("ReturnSequences", returnsSequences || i < layers - 1);
            Add(kind == "RnnRelu" ? "Rnn" : kind, kind == "RnnRelu" ? arguments.With("Activation", "Relu") : arguments);
        }

        if (value.Type.Rank == 2)
            Add("Dense", Attributes.Empty.With("Units", 3));
        var prediction = value;
        Add("Loss", Attributes.Empty.With("Kind", "MeanSquaredError"));
        graph.AddOutput("prediction", prediction);
        graph.AddOutput("loss", value);
        return new NetworkModel(
            new NetworkSpec("NetCompiler.Cases", name, IsPublic: true, [.. specs]), graph, input, prediction,
            new LossModel("MeanSquaredError", graph.Inputs[^1], value), [.. parameters], [.. models]);

        void Add(string kind, Attributes arguments)
        {
            var layer = LayerRegistry.Get(kind);
            var spec = new LayerSpec(kind, arguments);
            var layerName = kind.ToLowerInvariant() + (specs.Count(s => s.Kind == kind) + 1);
            value = layer.Build(new LayerBuilder(graph, layer.Signature, spec, specs.Count, layerName, [value], parameters));
            specs.Add(spec);
            if (layer.Role == LayerRole.Body)
                models.Add(new LayerModel(layerName, kind, specs.Count - 1, value));
        }
    }
}
