using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Tests.Reference;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>Random small networks that look at regions of an image: boxes inside and outside, inverted and empty ones.</summary>
public static class RegionCases
{
    /// <summary>Kinds of layers that have networks of their own here.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["RoiAlign", "RoiPool"];

    /// <summary>A network around a layer of one of <see cref="Kinds"/>.</summary>
    public static List<LayerSpec> Of(string kind, Random random) => [.. Regions(kind, random)];

    private static IEnumerable<LayerSpec> Regions(string kind, Random random)
    {
        var (channels, height, width) = (Any(random, 1, 3), Any(random, 1, 9), Any(random, 1, 9));
        var (regions, pixels) = (Any(random, 1, 4), channels * height * width);
        yield return Layer("Input", ("Length", pixels + 4 * regions));
        yield return Layer("Slice", ("Start", 0), ("Size", pixels));
        yield return Layer("Reshape", ("Shape", ImmutableArray.Create(channels, height, width)));
        yield return Layer("Conv", ("Channels", random.Next(3) == 0 ? Any(random, 1, 36) : Any(random, 1, 8)), ("Kernel", Pair(1, 1)));
        yield return Layer("Slice", ("Start", pixels), ("Size", 4 * regions)) with { Inputs = [0] };
        var extent = Math.Max(height, width);
        yield return Layer("Affine", ("Scale", extent + 3.0), ("Shift", extent * 0.75));
        yield return Layer("Reshape", ("Shape", ImmutableArray.Create(regions, 4)));
        var size = Pair(Any(random, 1, 4), Any(random, 1, 4));
        var scale = random.Next(2) == 0 ? 1.0 : 0.625;
        yield return (kind == "RoiPool"
            ? Layer(kind, ("Size", size), ("SpatialScale", scale))
            : Layer(kind, ("Size", size), ("SpatialScale", scale), ("SamplingRatio", Any(random, 1, 3)), ("Aligned", random.Next(2) == 0))) with
        {
            Inputs = [3, 6],
        };
        yield return Layer("Tanh");
        if (random.Next(2) == 0)
            yield return Layer("Flatten");
        yield return Layer("Dense", ("Units", Any(random, 1, 9)));
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    /// <summary>True where rounding decides which pixels belong to bins, or which of them is the largest.</summary>
    public static bool HasTies(Node node, ReferenceValues values, double margin) => node.Operator switch
    {
        RoiPoolBins => values[node.Inputs[0]].Data.Select(x => Math.Abs(x * node.Attributes.Double("scale")))
            .Any(x => Math.Abs(x - Math.Floor(x) - 0.5) < margin * (x + 1)),
        RoiAlignTaps => NaiveRegions.Coordinates(node.Attributes, values[node.Inputs[0]].Data).Any(x =>
            Math.Abs(x + 1) < margin * 10 || Math.Abs(x - node.Attributes.Int("extent")) < margin * node.Attributes.Int("extent")),
        RoiPool => HasCloseCandidates([.. node.Inputs.Select(v => values[v])], margin),
        _ => false,
    };

    private static bool HasCloseCandidates(ImmutableArray<ReferenceTensor> inputs, double margin)
    {
        var (x, largest) = (inputs[0], inputs[0].Data.Max(Math.Abs));
        return NaiveRegions.Bins(inputs).SelectMany(bin => Enumerable.Range(0, x.Shape[1]).Select(c => bin.Pixels
                .Select(p => x.Data[((bin.Sample * x.Shape[1] + c) * x.Shape[2] + p.Row) * x.Shape[3] + p.Column]).OrderDescending().ToList()))
            .Any(sorted => sorted.Count > 1 && sorted[0] != sorted[1] && sorted[0] - sorted[1] < margin * largest);
    }

    private static int Any(Random random, int min, int max) => random.Next(min, max + 1);
}
