using NetCompiler.Detection;
using NetCompiler.Runtime;

namespace Gallery.Vision;

/// <summary>Regions of a picture for a step of training: some that show something, others that do not (Girshick, 2015).</summary>
internal static class RegionDraw
{
    /// <summary>From which overlap on a region shows what is annotated.</summary>
    public const float Shown = 0.5f;

    /// <summary>Writes regions, what they show, and how that lies to them.</summary>
    /// <param name="proposals">What is drawn from; the annotated boxes are added.</param>
    /// <param name="boxes">The annotated boxes.</param>
    /// <param name="classes">Their classes; a region that shows one has one more for its label, and 0 where it shows none.</param>
    /// <param name="random">Decides which.</param>
    /// <param name="regions">Four edges each.</param>
    /// <param name="labels">A label each, −1 where there are no regions left.</param>
    /// <param name="offsets">Four offsets each.</param>
    /// <param name="part">Which part of them shows something, at most.</param>
    public static void Write(
        IEnumerable<Box> proposals, IReadOnlyList<Box> boxes, IReadOnlyList<int> classes, ref RandomStream random,
        Span<float> regions, Span<float> labels, Span<float> offsets, double part = 0.375)
    {
        Box[] candidates = [.. proposals, .. boxes];
        var matches = BoxMatch.Of(candidates, boxes);
        var all = Enumerable.Range(0, candidates.Length);
        var drawn = BoxMatch.Draw(all.Where(i => matches[i].Overlap >= Shown), (int)(labels.Length * part), ref random);
        drawn.AddRange(BoxMatch.Draw(all.Where(i => matches[i].Overlap < Shown), labels.Length - drawn.Count, ref random));
        regions.Clear();
        labels.Fill(-1);
        offsets.Clear();
        for (var r = 0; r < drawn.Count; r++)
        {
            var (box, match) = (candidates[drawn[r]], matches[drawn[r]]);
            Write(box, regions, r);
            labels[r] = match.Overlap >= Shown ? classes[match.Index] + 1 : 0;
            if (labels[r] > 0)
                BoxOffsets.Of(boxes[match.Index], box).Write(offsets, 4 * r);
        }
    }

    /// <summary>Writes the edges of a box, as networks read them.</summary>
    /// <param name="box">The box.</param>
    /// <param name="regions">All boxes.</param>
    /// <param name="index">Its place among them.</param>
    public static void Write(Box box, Span<float> regions, int index) =>
        (regions[4 * index], regions[4 * index + 1], regions[4 * index + 2], regions[4 * index + 3]) = (box.Left, box.Top, box.Right, box.Bottom);
}
