using System.Collections.Immutable;
using NetCompiler.Compiler.Language;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>Random small networks of recurrent layers.</summary>
public static class RecurrentCases
{
    private static readonly int[] s_units = [1, 2, 3, 5, 8, 16, 17, 33];

    /// <summary>The recurrent layers.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["Gru", "Lstm", "Rnn"];

    /// <summary>A network around a recurrent layer of a kind.</summary>
    public static IEnumerable<LayerSpec> Around(string kind, Random random) =>
        Network(random, isSequence: random.Next(2) == 0, random.Next(4) == 0 ? [kind, kind] : [kind]);

    /// <summary>Recurrent layers of any kinds whose results are sequences.</summary>
    public static IEnumerable<LayerSpec> Sequence(Random random) => Network(random, isSequence: true, AnyKinds(random));

    /// <summary>Recurrent layers of any kinds whose last state is what counts.</summary>
    public static IEnumerable<LayerSpec> Vector(Random random) => Network(random, isSequence: false, AnyKinds(random));

    private static IEnumerable<LayerSpec> Network(Random random, bool isSequence, string[] kinds)
    {
        var (steps, features, hasLengths) = (1 + random.Next(8), 1 + random.Next(20), random.Next(4) == 0);
        foreach (var layer in hasLengths ? RankCases.WithLength(random, steps, features) : [RankCases.Matrix(steps, features)])
            yield return layer;
        var last = hasLengths ? 3 : 0;
        if (random.Next(4) == 0)
        {
            yield return Layer("Dense", ("Units", 1 + random.Next(9)));
            last++;
        }

        for (var i = 0; i < kinds.Length; i++)
        {
            var layer = Layer(kinds[i], ("Units", s_units[random.Next(s_units.Length)]), ("Bidirectional", random.Next(3) == 0),
                ("ReturnSequences", isSequence || i < kinds.Length - 1));
            if (hasLengths)
                layer = layer with { Inputs = [last, 1] };
            yield return kinds[i] == "Rnn" && random.Next(3) == 0
                ? layer with { Arguments = layer.Arguments.With("Activation", "Relu") }
                : layer;
            last++;
            if (random.Next(5) != 0)
                continue;
            yield return Layer("Dropout", ("Rate", 0.25));
            last++;
        }

        if (random.Next(2) == 0)
            yield return Layer("Dense", ("Units", 2 + random.Next(9)));
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    private static string[] AnyKinds(Random random) =>
        [.. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => Kinds[random.Next(Kinds.Length)])];
}
