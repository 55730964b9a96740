using System.Collections.Immutable;
using NetCompiler.Compiler.Language;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>Random small networks of layers that stand together, or on what is no image.</summary>
public static class SampleCases
{
    /// <summary>A convolution whose outputs read some of the inputs, and trainable subsampling, as in LeNet-5.</summary>
    public static IEnumerable<LayerSpec> Connected(Random random)
    {
        var (inputs, outputs) = (Any(random, 1, 7), random.Next(2) == 0 ? Any(random, 1, 20) : 16);
        yield return Image(random.Next(3) == 0 ? inputs : Any(random, 1, 3), Any(random, 6, 10), Any(random, 6, 10));
        yield return Layer("Conv", ("Channels", inputs), ("Kernel", Pair(Any(random, 1, 3), Any(random, 1, 3))));
        yield return Layer("Subsample", ("Window", Pair(2, random.Next(3) == 0 ? 1 : 2)));
        yield return LayerCases.Activation(random);
        yield return Layer("Conv", ("Channels", outputs), ("Kernel", Pair(Any(random, 1, 3), Any(random, 1, 3))),
            ("Padding", Pair(Any(random, 0, 1), Any(random, 0, 1))), ("Connections", Table(inputs, outputs, random)));
        yield return LayerCases.Activation(random);
        foreach (var layer in LayerCases.Ending(isVector: false, random))
            yield return layer;
    }

    // Each output reads something.
    private static string Table(int inputs, int outputs, Random random)
    {
        var reads = Enumerable.Range(0, outputs).Select(_ => random.Next(inputs)).ToArray();
        return string.Join('\n', Enumerable.Range(0, inputs).Select(c => string.Concat(Enumerable.Range(0, outputs)
            .Select(o => reads[o] == c || random.Next(2) == 0 ? 'X' : '.'))));
    }

    /// <summary>Sequences (T, F) whose steps are normalised, reduced and put into another shape.</summary>
    public static IEnumerable<LayerSpec> Steps(Random random)
    {
        yield return RankCases.Matrix(Any(random, 2, 9), Any(random, 2, 33));
        yield return Layer("Dense", ("Units", Any(random, 2, 36)));
        yield return random.Next(4) switch
        {
            0 => Layer("LogSoftmax"),
            1 => Layer("L2Normalize", ("Epsilon", 0.5)),
            2 => Layer("LocalResponseNorm", ("Size", Any(random, 1, 5)), ("Alpha", 0.5)),
            _ => Layer("LayerNorm", ("Epsilon", 0.1), ("Affine", random.Next(3) > 0)),
        };
        yield return Layer("Tanh");
        yield return Layer("Dense", ("Units", 4 * Any(random, 1, 5)));
        switch (random.Next(4))
        {
            case 0:
                yield return Layer(random.Next(2) == 0 ? "Mean" : "Max", ("Axes", ImmutableArray.Create(random.Next(2))));
                break;
            case 1:
                yield return Layer("Reshape", ("Shape", ImmutableArray.Create(4, -1)));
                yield return Layer("LayerNorm", ("Epsilon", 0.1));
                break;
            case 2:
                yield return Layer("Reshape", ("Shape", ImmutableArray.Create(2, -1, 2)));
                yield return Layer("Conv", ("Channels", 3), ("Kernel", Pair(1, 2)));
                break;
        }

        yield return Layer("Flatten");
        yield return Layer("Dense", ("Units", Any(random, 2, 12)));
        yield return Layer("Loss", ("Kind", random.Next(2) == 0 ? "CrossEntropy" : "MeanSquaredError"));
    }

    private static int Any(Random random, int min, int max) => random.Next(min, max + 1);
}
