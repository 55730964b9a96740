using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Tests.Reference;

/// <summary>Networks declared as chains, for tests: given ones, random ones, and numbers to run them with.</summary>
public static class Chains
{
    /// <summary>A layer with arguments by name.</summary>
    public static LayerSpec Layer(string kind, params (string Name, object Value)[] arguments) =>
        new(kind, arguments.Aggregate(Attributes.Empty, (a, argument) => a.With(argument.Name, argument.Value)));

    /// <summary>A pair argument.</summary>
    public static ImmutableArray<int> Pair(int height, int width) => [height, width];

    /// <summary>An image as input.</summary>
    public static LayerSpec Image(int channels, int height, int width) =>
        Layer("Input", ("Channels", channels), ("Height", height), ("Width", width));

    /// <summary>A network of layers.</summary>
    public static NetworkModel Build(params IEnumerable<LayerSpec> layers)
    {
        var build = NetworkBuilder.Build(new NetworkSpec("Tests", "Net", IsPublic: true, [.. layers]));
        return build.Model
            ?? throw new InvalidOperationException(string.Join("\n", build.Diagnostics.Select(d => $"{d.Rule.Id}: {d.Message}")));
    }

    /// <summary>
    /// Numbers for all inputs and parameters of a graph: no ties, small weights, positive variances, class indices below 4.
    /// </summary>
    public static Dictionary<string, double[]> Values(Graph graph, int batch, Random random)
    {
        var values = new Dictionary<string, double[]>();
        foreach (var value in graph.Inputs.Concat(graph.Parameters))
        {
            var data = ReferenceTensor.ForType(value.Type, batch, random, integerLimit: 4).Data;
            if (value.Type.Element == ScalarKind.F32)
            {
                // A power of two, so that the numbers stay exact in single precision.
                var scale = Math.Pow(2, -Math.Ceiling(Math.Log2(Math.Sqrt(data.Length)) / 1.5));
                for (var i = 0; i < data.Length; i++)
                    data[i] = value.Name.EndsWith("running_var", StringComparison.Ordinal) ? Math.Abs(data[i]) + 0.5 : data[i] * scale;
            }

            values[value.Name] = data;
        }

        return values;
    }

    /// <summary>The course's network of the README: two convolutions with pooling, two dense layers.</summary>
    public static ImmutableArray<LayerSpec> Course { get; } =
    [
        Image(1, 28, 28),
        Layer("Conv", ("Channels", 25), ("Kernel", Pair(3, 3))), Layer("Relu"), Layer("MaxPool", ("Window", Pair(2, 2))),
        Layer("Conv", ("Channels", 50), ("Kernel", Pair(3, 3))), Layer("Relu"), Layer("MaxPool", ("Window", Pair(2, 2))),
        Layer("Flatten"), Layer("Dense", ("Units", 100)), Layer("Relu"),
        Layer("Dense", ("Units", 10)), Layer("Softmax"),
        Layer("Loss", ("Kind", "CrossEntropy")),
    ];

    /// <summary>A small network of random layers, all kinds of them.</summary>
    public static ImmutableArray<LayerSpec> Random(Random random)
    {
        int Any(int min, int max) => random.Next(min, max + 1);
        var (height, width) = (Any(5, 9), Any(5, 9));
        var layers = new List<LayerSpec> { Image(Any(1, 3), height, width) };

        LayerSpec Activation() => Any(0, 4) switch
        {
            0 => Layer("LeakyRelu", ("Slope", Any(-1, 2) * 0.25)),
            1 => Layer("Sigmoid"),
            2 => Layer("Tanh"),
            _ => Layer("Relu"),
        };

        for (var i = Any(1, 2); i > 0; i--)
        {
            layers.Add(Layer("Conv", ("Channels", Any(1, 4)), ("Kernel", Pair(Any(1, 3), Any(1, 3))),
                ("Padding", Pair(1, 1)), ("Bias", Any(0, 3) > 0)));
            if (Any(0, 1) == 0)
                layers.Add(Layer("BatchNorm", ("Epsilon", 0.01)));
            if (Any(0, 3) > 0)
                layers.Add(Activation());
            if (Any(0, 3) == 0)
                layers.Add(Layer("Dropout", ("Rate", 0.25)));
            if (Any(0, 3) > 0)
            {
                var kind = Any(0, 2) == 0 ? "AveragePool" : "MaxPool";
                layers.Add(Layer(kind, ("Window", Pair(2, 2)), ("Stride", Pair(Any(1, 2), Any(1, 2))), ("Ceil", Any(0, 1) == 0)));
            }

            if (Any(0, 4) == 0)
                layers.Add(Layer("BatchNorm"));
        }

        layers.Add(Layer(Any(0, 3) == 0 ? "GlobalAveragePool" : "Flatten"));
        if (Any(0, 2) == 0)
            layers.Add(Activation());
        if (Any(0, 2) == 0)
            layers.Add(Layer("Dropout", ("Rate", 0.5)));
        if (Any(0, 1) == 0)
        {
            layers.Add(Layer("Dense", ("Units", Any(1, 6)), ("Bias", Any(0, 1) == 0)));
            layers.Add(Any(0, 1) == 0 ? Activation() : Layer("BatchNorm"));
        }

        layers.Add(Layer("Dense", ("Units", 4)));
        switch (Any(0, 4))
        {
            case 0:
                layers.Add(Layer("Loss", ("Kind", "CrossEntropy")));
                break;
            case 1:
                layers.Add(Layer("Softmax"));
                layers.Add(Layer("Loss", ("Kind", "CrossEntropy")));
                break;
            case 2:
                layers.Add(Layer("Sigmoid"));
                layers.Add(Layer("Loss", ("Kind", "BinaryCrossEntropy")));
                break;
            case 3:
                layers.Add(Layer("Softmax"));
                layers.Add(Layer("Loss", ("Kind", "MeanSquaredError")));
                break;
            default:
                layers.Add(Layer("Loss", ("Kind", "MeanSquaredError")));
                break;
        }

        return [.. layers];
    }
}
