using Gallery.Vision;
using NetCompiler.Detection;
using NetCompiler.Imaging;

namespace Gallery.Systems.Boxes;

/// <summary>A small case that was worked out on paper.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Expected">The number by hand.</param>
/// <param name="Computed">The number by this program.</param>
internal sealed record HandCase(string Name, double Expected, double Computed)
{
    /// <summary>Whether both are the same.</summary>
    public bool Agrees => Math.Abs(Expected - Computed) < 1e-6;
}

/// <summary>Small cases of overlap, suppression, segmentation, similarities and mergers.</summary>
internal static class HandCases
{
    /// <summary>All cases.</summary>
    public static IReadOnlyList<HandCase> All() => [.. Overlaps(), .. Suppression(), .. Regions(), .. Mergers()];

    private static IEnumerable<HandCase> Overlaps()
    {
        var box = new Box(0, 0, 4, 4);
        yield return new("IoU of a box with itself", 1, box.IntersectionOverUnion(box));
        yield return new("IoU of 4 × 4 and the same, 2 to the right: 8 of 24", 1.0 / 3, box.IntersectionOverUnion(new Box(2, 0, 6, 4)));
        yield return new("IoU of 4 × 4 and 2 × 2 within it: 4 of 16", 0.25, box.IntersectionOverUnion(new Box(1, 1, 3, 3)));
        yield return new("IoU of boxes that touch at an edge", 0, box.IntersectionOverUnion(new Box(4, 0, 8, 4)));
        yield return new("IoU of 4 × 4 and the same, 2 to the right and down: 4 of 28", 1.0 / 7, box.IntersectionOverUnion(new Box(2, 2, 6, 6)));
    }

    private static IEnumerable<HandCase> Suppression()
    {
        // The second overlaps the first by 12/20 = 0.6, the third the second by as much but the first by 8/24 = 1/3, the fourth nothing.
        DetectedBox[] boxes =
        [
            new(new(0, 0, 4, 4), 0, 0.9f), new(new(1, 0, 5, 4), 0, 0.8f), new(new(2, 0, 6, 4), 0, 0.7f), new(new(9, 9, 10, 10), 0, 0.1f),
        ];
        yield return new("suppression at 0.5: the second goes", 3, NonMaximumSuppression.Apply(boxes, 0.5f).Count);
        yield return new("suppression at 0.3: the third goes too", 2, NonMaximumSuppression.Apply(boxes, 0.3f).Count);
        yield return new("suppression at 0.7: all stay", 4, NonMaximumSuppression.Apply(boxes, 0.7f).Count);
        boxes[2] = boxes[2] with { Score = 1 };
        yield return new("the surest comes first, wherever it stands: its left edge", 2, NonMaximumSuppression.Apply(boxes, 0.5f)[0].Box.Left);
    }

    private static IEnumerable<HandCase> Regions()
    {
        var regions = Region.Of(Halves(), Segmentation.Segment(Halves(), scale: 10, minimum: 1));
        var (left, right) = (regions[0], regions[1]);
        yield return new("segments of 6 × 4, black and white halves", 2, regions.Count);
        yield return new("pixels of the black half", 12, left.Size);
        yield return new("colour of black and white: nothing in common", 0, left.ColorSimilarity(right));
        yield return new("colour of a region and itself", 1, left.ColorSimilarity(left));
        yield return new("size of both: 1 − (12 + 12)/24", 0, left.SizeSimilarity(right, 24));
        yield return new("fill of both, which leave no gap", 1, left.FillSimilarity(right, 24));
        // Two of three columns are flat. The third gets brighter to the right, by 255: bins ⌊10 √(255/361)⌋ = 8 for that direction and
        // ⌊10 √(255 cos 45°/361)⌋ = 7 for the two beside it; on the white side it is the same. The histograms are alike.
        yield return new("texture of both: the same steps", 1, left.TextureSimilarity(right));
        var apart = new Region(4, new Box(0, 0, 2, 2), [1], [1]);
        yield return new("fill of two 2 × 2 with a gap of 2 × 2 in 24: 1 − 4/24", 1 - 4.0 / 24, apart.FillSimilarity(apart with { Box = new Box(4, 0, 6, 2) }, 24));
        yield return new("colour after merging 4 pixels of one and 12 of another: 12/16 of the second", 0.75,
            new Region(4, apart.Box, [1, 0], [1]).Merge(new Region(12, apart.Box, [0, 1], [1])).Color[1]);
    }

    private static IEnumerable<HandCase> Mergers()
    {
        // Three in a row, of one texture: the first two have one colour, so they are merged first.
        Region[] row =
        [
            new(4, new Box(0, 0, 2, 2), [1, 0], [1]), new(4, new Box(2, 0, 4, 2), [1, 0], [1]), new(4, new Box(4, 0, 6, 2), [0, 1], [1]),
        ];
        var (regions, steps) = SelectiveSearch.Merge(row, [(0, 1), (1, 2)], 12);
        yield return new("regions of three in a row, merged to one", 5, regions.Count);
        yield return new("first merger: the first and the second", 1, steps[0] is { A: 0, B: 1 } ? 1 : 0);
        // Colour 1, texture 1, size 1 − 8/12, fill 1 − (8 − 8)/12.
        yield return new("its similarity: 1 + 1 + 1/3 + 1", 3 + 1.0 / 3, steps[0].Similarity);
        // Colour 0, texture 1, size 1 − 12/12, fill 1.
        yield return new("the second merger's similarity: 0 + 1 + 0 + 1", 2, steps[1].Similarity);
        yield return new("the last region's box is all of it", 12, regions[^1].Box.Area);
    }

    private static Image Halves()
    {
        var image = new Image(6, 4, 1);
        for (var i = 0; i < 24; i++)
            image.Pixels[i] = (byte)(i % 6 < 3 ? 0 : 255);
        return image;
    }
}
