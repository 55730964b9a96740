using NetCompiler.Detection;

namespace Gallery.Vision;

/// <summary>What a detector says of regions, as boxes.</summary>
internal static class RegionReader
{
    /// <summary>For each region and each kind of which a detector is sure enough, the box that it claims.</summary>
    /// <param name="regions">The regions.</param>
    /// <param name="kinds">How many kinds there are.</param>
    /// <param name="scores">A score for each region and kind.</param>
    /// <param name="offsets">For each region and kind how its box lies to the region.</param>
    /// <param name="least">The least score.</param>
    /// <param name="frame">The picture's box, beyond which nothing is claimed.</param>
    public static List<DetectedBox> Read(
        IReadOnlyList<Box> regions, int kinds, ReadOnlySpan<float> scores, ReadOnlySpan<float> offsets, float least, Box frame)
    {
        var claims = new List<DetectedBox>();
        for (var i = 0; i < regions.Count * kinds; i++)
        {
            if (scores[i] < least)
                continue;
            var box = BoxOffsets.FromScaled(offsets.Slice(4 * i, 4)).From(regions[i / kinds]).Intersect(frame);
            claims.Add(new DetectedBox(box, i % kinds, scores[i]));
        }
        return claims;
    }
}
