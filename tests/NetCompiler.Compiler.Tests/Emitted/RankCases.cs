using System.Collections.Immutable;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>Random small networks over what is neither an image nor a vector.</summary>
public static class RankCases
{
    /// <summary>Sequences (T, F): dense layers at each step, activations, softmax over the features, an end over all steps or for each.</summary>
    public static IEnumerable<LayerSpec> Sequence(Random random)
    {
        yield return Matrix(Any(random, 1, 9), Any(random, 1, 37));
        for (var i = Any(random, 1, 2); i > 0; i--)
        {
            yield return Layer("Dense", ("Units", Any(random, 1, 40)), ("Bias", random.Next(4) > 0));
            yield return Layer(random.Next(4) switch { 0 => "Tanh", 1 => "Softmax", 2 => "Sigmoid", _ => "Relu" });
        }

        switch (random.Next(5))
        {
            case 0:
                yield return Layer("Slice", ("Start", 0), ("Size", 1), ("Axis", random.Next(2)));
                break;
            case 1:
                yield return Layer("Dropout", ("Rate", 0.25));
                break;
            case 2:
                yield return Layer("PRelu", ("PerChannel", true));
                yield return Layer("Dense", ("Units", 3));
                break;
        }

        var isVector = random.Next(2) == 0;
        if (isVector)
        {
            yield return Layer("Flatten");
            yield return Layer("Dense", ("Units", Any(random, 2, 12)));
        }

        yield return Layer("Loss", ("Kind", isVector && random.Next(2) == 0 ? "CrossEntropy" : "MeanSquaredError"));
    }

    /// <summary>One number a sample, and what can be made of it.</summary>
    public static IEnumerable<LayerSpec> Number(Random random)
    {
        yield return Layer("Input");
        yield return Layer("Affine", ("Scale", Any(random, 1, 8) * 0.25), ("Shift", Any(random, -4, 4) * 0.125));
        foreach (var kind in new[] { "PRelu", "Tanh", "PRelu" }.Skip(random.Next(3)))
            yield return Layer(kind);
        yield return random.Next(2) == 0 ? Layer("PRelu") : Layer("Softplus", ("Beta", Any(random, 1, 4) * 0.5));
        yield return Layer("PRelu", ("Slope", Any(random, 1, 8) * 0.125));
        yield return Layer("Loss", ("Kind", random.Next(2) == 0 ? "MeanSquaredError" : "BinaryCrossEntropy"));
    }

    /// <summary>Signals (C, L): convolutions and pooling in one dimension, what stands between them, shortcuts.</summary>
    public static IEnumerable<LayerSpec> Signal(Random random)
    {
        yield return Matrix(Any(random, 1, 6), Any(random, 8, 33));
        var channels = Any(random, 1, 20);
        for (var i = Any(random, 1, 2); i > 0; i--)
        {
            var kernel = Any(random, 1, 5);
            yield return Layer("Conv", ("Channels", channels), ("Kernel", Pair(kernel, kernel)), ("Bias", random.Next(4) > 0),
                ("Padding", random.Next(2) == 0 ? Pair(Window.Same, Window.Same) : Pair(1, 1)), ("Stride", Pair(1, Any(random, 1, 2))),
                ("Dilation", Pair(1, random.Next(4) == 0 ? 2 : 1)));
            if (random.Next(3) == 0)
                yield return Layer("BatchNorm", ("Epsilon", 0.01));
            yield return Layer(random.Next(3) == 0 ? "Tanh" : "Relu");
            if (random.Next(3) == 0)
                yield return Layer("PRelu", ("PerChannel", true));
        }

        if (random.Next(3) > 0)
            yield return Layer(random.Next(2) == 0 ? "MaxPool" : "AveragePool", ("Window", Pair(2, 2)), ("Ceil", random.Next(2) == 0));
        yield return random.Next(3) switch
        {
            0 => Layer("GlobalAveragePool"),
            1 => Layer("Flatten"),
            _ => Layer("Dropout", ("Rate", 0.25)),
        };
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    /// <summary>Kinds of layers that have networks of their own here.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["Permute", "Transpose", "MatMul", "Embedding", "Gather", "MultiHeadAttention", "CrossAttention", "PositionEmbedding", "ClassToken", "Normal", "Uniform", "GraphConv"];

    /// <summary>A network around a layer of one of <see cref="Kinds"/>; null for any other.</summary>
    public static List<LayerSpec>? Of(string kind, Random random) => kind switch
    {
        "Permute" or "Transpose" => [.. Exchanged(kind, random)],
        "MatMul" => [.. Products(random)],
        "MultiHeadAttention" or "PositionEmbedding" or "ClassToken" => [.. Attention(random)],
        "CrossAttention" => [.. OtherSequence(random)],
        "Normal" or "Uniform" => [.. Samples(kind, random)],
        "GraphConv" => [.. Neighbours(random)],
        "Embedding" => [.. Lookup(random)],
        "Gather" => [.. Named(random)],
        _ => null,
    };

    private static IEnumerable<LayerSpec> Exchanged(string kind, Random random)
    {
        var isImage = random.Next(2) == 0;
        yield return isImage ? Image(Any(random, 1, 5), Any(random, 2, 6), Any(random, 2, 6)) : Matrix(Any(random, 1, 9), Any(random, 1, 20));
        yield return isImage
            ? Layer("Conv", ("Channels", Any(random, 1, 7)), ("Kernel", Pair(1, 1)))
            : Layer("Dense", ("Units", Any(random, 1, 18)));
        int[] axes = [.. Enumerable.Range(0, isImage ? 3 : 2)];
        random.Shuffle(axes);
        yield return kind == "Transpose" ? Layer(kind) : Layer(kind, ("Axes", axes.ToImmutableArray()));
        yield return Layer("Sigmoid");
        yield return isImage ? Layer("AveragePool", ("Window", Pair(1, 1))) : Layer("Dense", ("Units", Any(random, 1, 9)));
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    // Rows of a table that are trained, some of them named often and some not at all.
    private static IEnumerable<LayerSpec> Lookup(Random random)
    {
        var vocabulary = Any(random, 1, 12);
        var input = random.Next(3) switch
        {
            0 => Layer("Input", ("Type", "Int32")),
            1 => Layer("Input", ("Length", Any(random, 1, 9)), ("Type", "Int32")),
            _ => Layer("Input", ("Rows", Any(random, 1, 3)), ("Columns", Any(random, 1, 4)), ("Type", "Int32")),
        };
        yield return input;
        yield return Layer("Embedding", ("Vocabulary", vocabulary), ("Width", Any(random, 1, 37)),
            ("PaddingIndex", random.Next(2) == 0 ? -1 : random.Next(vocabulary)));
        yield return Layer("Tanh");
        if (random.Next(2) == 0)
            yield return Layer("Flatten");
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    // What transformers are made of.
    private static IEnumerable<LayerSpec> Attention(Random random)
    {
        var heads = Any(random, 1, 3);
        var (steps, width, hasLengths) = (random.Next(4) == 0 ? Any(random, 8, 70) : Any(random, 1, 7), heads * Any(random, 1, 9), random.Next(3) == 0);
        var layers = new List<LayerSpec>(hasLengths ? WithLength(random, steps, width) : [Matrix(steps, width)]);
        if (random.Next(2) == 0 && !hasLengths)
            layers.Add(Layer("ClassToken"));
        layers.Add(Layer("PositionEmbedding"));
        var attention = Layer("MultiHeadAttention", ("Heads", heads), ("Causal", random.Next(2) == 0), ("Bias", random.Next(4) > 0));
        layers.Add(hasLengths ? attention with { Inputs = [layers.Count - 1, 1] } : attention);
        foreach (var layer in layers)
            yield return layer;
        if (random.Next(2) == 0)
            yield return Layer("Gelu");
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    /// <summary>
    /// Rows of a table that are named by the first integers of the input: a sequence (steps, width), whose length is layer 1, the last of them.
    /// </summary>
    public static IEnumerable<LayerSpec> WithLength(Random random, int steps, int width)
    {
        yield return Layer("Input", ("Length", steps + 1), ("Type", "Int32"));
        yield return Layer("Slice", ("Start", steps), ("Size", 1));
        yield return Layer("Slice", ("Start", 0), ("Size", steps)) with { Inputs = [0] };
        yield return Layer("Embedding", ("Vocabulary", Any(random, steps + 1, 2 * steps + 1)), ("Width", width));
    }

    // A sequence that looks at another one, of another length and width or of the same.
    private static IEnumerable<LayerSpec> OtherSequence(Random random)
    {
        var heads = Any(random, 1, 3);
        var (steps, keys, width) = (Any(random, 1, 9), random.Next(4) == 0 ? Any(random, 8, 40) : Any(random, 1, 7), heads * Any(random, 1, 9));
        yield return Layer("Input", ("Length", keys + 1 + steps), ("Type", "Int32"));
        yield return Layer("Slice", ("Start", keys), ("Size", 1));
        yield return Layer("Slice", ("Start", 0), ("Size", keys)) with { Inputs = [0] };
        yield return Layer("Embedding", ("Vocabulary", keys + 1), ("Width", random.Next(2) == 0 ? width : Any(random, 1, 20)));
        yield return Layer("Slice", ("Start", keys + 1), ("Size", steps)) with { Inputs = [0] };
        yield return Layer("Embedding", ("Vocabulary", keys + 1), ("Width", width));
        yield return Layer("CrossAttention", ("Heads", heads), ("Bias", random.Next(4) > 0)) with
        { Inputs = random.Next(2) == 0 ? [5, 3] : [5, 3, 1] };
        yield return Layer("Tanh");
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    // Noise beside what is computed, as a variational auto-encoder has it.
    private static IEnumerable<LayerSpec> Samples(string kind, Random random)
    {
        yield return random.Next(2) == 0 ? Matrix(Any(random, 1, 5), Any(random, 1, 20)) : Layer("Input", ("Length", Any(random, 1, 40)));
        yield return Layer("Dense", ("Units", Any(random, 1, 24)));
        yield return Layer("Dense", ("Units", Any(random, 1, 24))) with { Inputs = [1] };
        var width = Any(random, 1, 17);
        yield return Layer("Dense", ("Units", width)) with { Inputs = [1] };
        yield return Layer("Dense", ("Units", width)) with { Inputs = [2] };
        yield return Layer("Exp") with { Inputs = [3] };
        yield return kind == "Normal" ? Layer(kind, ("Mean", 0.25), ("Deviation", 0.5)) : Layer(kind, ("Min", -1.0), ("Max", 0.5));
        yield return Layer("Multiply") with { Inputs = [5, 6] };
        yield return Layer("Add") with { Inputs = [4, 7] };
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    // A graph whose nodes are looked up, and whose edges are weighted by what is looked up; some edges belong to no row.
    private static IEnumerable<LayerSpec> Neighbours(Random random)
    {
        var (nodes, edges, width) = (Any(random, 1, 6), Any(random, 1, 12), Any(random, 1, 19));
        yield return Layer("Input", ("Length", 2 * nodes + 1 + edges), ("Type", "Int32"));
        yield return Part(0, nodes + 1);
        yield return Part(nodes + 1, edges);
        yield return Part(nodes + 1 + edges, nodes);
        yield return Layer("Embedding", ("Vocabulary", nodes), ("Width", width));
        yield return Layer("Embedding", ("Vocabulary", nodes), ("Width", 1)) with { Inputs = [2] };
        yield return Layer("Flatten");
        string[] aggregations = ["Sum", "Mean", "Max"];
        random.Shuffle(aggregations);
        var from = 4;
        for (var i = 0; i < aggregations.Length; i++)
        {
            yield return Layer("GraphConv", ("Units", Any(random, 1, 21)), ("Aggregation", aggregations[i]), ("Bias", random.Next(3) > 0))
                with
            { Inputs = [from, 1, 2, 6] };
            yield return Layer("Tanh");
            from = 8 + 2 * i;
        }

        yield return Layer("Loss", ("Kind", "MeanSquaredError"));

        static LayerSpec Part(int start, int size) => Layer("Slice", ("Start", start), ("Size", size)) with { Inputs = [0] };
    }

    // Rows of a tensor that is looked up itself.
    private static IEnumerable<LayerSpec> Named(Random random)
    {
        var (rows, names) = (Any(random, 1, 7), Any(random, 1, 9));
        yield return Layer("Input", ("Length", rows + names), ("Type", "Int32"));
        yield return Layer("Slice", ("Start", 0), ("Size", rows));
        yield return Layer("Embedding", ("Vocabulary", rows), ("Width", Any(random, 1, 37)), ("PaddingIndex", random.Next(rows + 1) - 1));
        yield return Layer("Sigmoid");
        yield return Layer("Slice", ("Start", rows), ("Size", names)) with { Inputs = [0] };
        yield return Layer("Gather") with { Inputs = [3, 4] };
        yield return Layer("Tanh");
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    // x · xᵀ or xᵀ · x, and that times x: with all there is between.
    private static IEnumerable<LayerSpec> Products(Random random)
    {
        yield return Matrix(Any(random, 1, 9), Any(random, 1, 9));
        yield return Layer("Dense", ("Units", Any(random, 1, 20)));
        yield return Layer("Transpose");
        yield return Layer("MatMul") with { Inputs = [1, 2] };
        yield return Layer("Softmax");
        yield return Layer("MatMul") with { Inputs = [4, 1] };
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    /// <summary>A matrix as input.</summary>
    public static LayerSpec Matrix(int rows, int columns) => Layer("Input", ("Rows", rows), ("Columns", columns));

    private static int Any(Random random, int min, int max) => random.Next(min, max + 1);
}
