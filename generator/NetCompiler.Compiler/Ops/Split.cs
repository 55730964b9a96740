using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// A tensor in parts along an axis of a sample: as many equal ones as parts says, or ones of the sizes that are given. The opposite of
/// <see cref="ConcatenateLayer"/>. Keras: ops.split; PyTorch: chunk, split, whose axis counts the batch too.
/// </summary>
public sealed class SplitLayer : MultiResultLayer
{
    private const int None = 0;

    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Split",
        new("Parts", ArgumentKind.Int, None), new("Sizes", ArgumentKind.Ints, ImmutableArray<int>.Empty), new("Axis", ArgumentKind.Int, 0));

    /// <inheritdoc/>
    public override bool StandsInChains => false;

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => true;

    /// <inheritdoc/>
    public override int CountResults(Attributes arguments) =>
        arguments.Has("Sizes") ? arguments.Ints("Sizes").Length : Math.Max(None, arguments.Int("Parts", None));

    /// <inheritdoc/>
    public override ImmutableArray<Value> BuildResults(LayerBuilder builder)
    {
        var axis = builder.Int("Axis", 0, builder.Input.Type.Rank - 2) + 1;
        var start = 0;
        var parts = ImmutableArray.CreateBuilder<Value>();
        foreach (var size in Sizes(builder, builder.Input.Type.Shape[axis].Size))
        {
            var suffix = "part" + (parts.Count + 1).ToString(CultureInfo.InvariantCulture);
            parts.Add(builder.Add(Slice.Instance, suffix, [builder.Input], Slice.Of(axis, start, size)).Result);
            start += size;
        }

        return parts.ToImmutable();
    }

    private static ImmutableArray<int> Sizes(LayerBuilder builder, int extent)
    {
        var sizes = builder.Ints("Sizes");
        if (builder.IsGiven("Parts") == builder.IsGiven("Sizes"))
            throw Error("Parts", "either parts or sizes are given");
        if (builder.IsGiven("Parts"))
        {
            var parts = builder.Int("Parts", 1, extent);
            return extent % parts == 0
                ? [.. Enumerable.Repeat(extent / parts, parts)]
                : throw Error("Parts", $"{Text(parts)} parts of {Text(extent)} are not equal");
        }

        if (sizes.Any(size => size < 1) || sizes.Sum(size => (long)size) != extent)
            throw Error("Sizes", $"they are [{string.Join(", ", sizes.Select(Text))}], expected numbers from 1 on whose sum is {Text(extent)}");
        return sizes;

        NetworkException Error(string argument, string what) => builder.Error(Rules.InvalidArgument, argument, builder.Label, argument, what);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
