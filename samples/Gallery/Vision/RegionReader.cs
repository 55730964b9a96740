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

    /// <summary>The same of a detector that judges so many regions at once.</summary>
    /// <param name="regions">The regions.</param>
    /// <param name="most">How many it judges at once.</param>
    /// <param name="kinds">How many kinds there are.</param>
    /// <param name="judge">Reads boxes; writes a score for each of them and each kind, and how that one's box lies to it.</param>
    /// <param name="least">The least score.</param>
    /// <param name="frame">The picture's box, beyond which nothing is claimed.</param>
    public static IEnumerable<DetectedBox> Read(
        IReadOnlyList<Box> regions, int most, int kinds, Action<float[], float[], float[]> judge, float least, Box frame)
    {
        var (boxes, scores, offsets) = (new float[4 * most], new float[kinds * most], new float[4 * kinds * most]);
        foreach (var chunk in regions.Chunk(most))
        {
            RegionTargets.Write(chunk, boxes);
            judge(boxes, scores, offsets);
            foreach (var claim in Read(chunk, kinds, scores, offsets, least, frame))
                yield return claim;
        }
    }
}
