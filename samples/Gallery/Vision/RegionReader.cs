using NetCompiler.Detection;

namespace Gallery.Vision;

/// <summary>What a detector says of regions, as boxes.</summary>
internal static class RegionReader
{
    /// <summary>For each region and each kind of which it is sure enough the box that it shows.</summary>
    /// <param name="regions">The regions.</param>
    /// <param name="scores">A score for each kind and region.</param>
    /// <param name="offsets">For each kind and region how its box lies to the region.</param>
    /// <param name="least">The least score.</param>
    /// <param name="picture">The picture's box, beyond which nothing is claimed.</param>
    public static DetectedBox[] Read(
        IReadOnlyList<Box> regions, ReadOnlySpan<float> scores, ReadOnlySpan<float> offsets, float least, Box picture)
    {
        var claims = new List<DetectedBox>();
        var kinds = scores.Length / regions.Count;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] >= least)
                claims.Add(new DetectedBox(BoxOffsets.Read(offsets, 4 * i).From(regions[i / kinds]).Intersect(picture), i % kinds, scores[i]));
        }
        return [.. claims];
    }

    /// <summary>The probabilities of all classes but the first, which is the background.</summary>
    /// <param name="scores">Scores for each class and region.</param>
    /// <param name="classes">How many classes there are.</param>
    public static float[] Probabilities(ReadOnlySpan<float> scores, int classes)
    {
        var result = new List<float>();
        for (var first = 0; first < scores.Length; first += classes)
        {
            var region = scores.Slice(first, classes);
            var (largest, sum) = (region[0], 0f);
            foreach (var score in region)
                largest = Math.Max(largest, score);
            foreach (var score in region)
                sum += MathF.Exp(score - largest);
            for (var c = 1; c < classes; c++)
                result.Add(MathF.Exp(region[c] - largest) / sum);
        }
        return [.. result];
    }
}
