using NetCompiler.Compiler.Language;
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

    /// <summary>A matrix as input.</summary>
    public static LayerSpec Matrix(int rows, int columns) => Layer("Input", ("Rows", rows), ("Columns", columns));

    private static int Any(Random random, int min, int max) => random.Next(min, max + 1);
}
