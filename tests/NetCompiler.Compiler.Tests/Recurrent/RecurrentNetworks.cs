using System.Collections.Immutable;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Tests.Emitted;
using static NetCompiler.Compiler.Tests.Reference.Chains;

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
        var specs = new List<LayerSpec> { RankCases.Matrix(steps, features) };
        for (var i = 0; i < layers; i++)
        {
            var layer = Layer(kind == "RnnRelu" ? "Rnn" : kind, ("Units", units), ("Bidirectional", isBidirectional),
                ("ReturnSequences", returnsSequences || i < layers - 1));
            specs.Add(kind == "RnnRelu" ? layer with { Arguments = layer.Arguments.With("Activation", "Relu") } : layer);
        }

        specs.Add(Layer("Dense", ("Units", 3)));
        specs.Add(Layer("Loss", ("Kind", "MeanSquaredError")));
        return NetworkBuilder.Build(new NetworkSpec("NetCompiler.Cases", name, true, [.. specs])).Model!;
    }
}
