using NetCompiler.Detection;
using NetCompiler.Runtime;

namespace Gallery.Vision;

/// <summary>Regions of a picture for a step of training: some that show something, others that do not (Girshick, 2015).</summary>
internal static class RegionTargets
{
    /// <summary>From which overlap on a region shows what is annotated.</summary>
    public const float Shown = 0.5f;

    /// <summary>Writes regions, what they show, and how that lies to them.</summary>
    /// <param name="proposals">What is drawn from; the annotated boxes are added.</param>
    /// <param name="annotated">What is annotated.</param>
    /// <param name="random">Decides which.</param>
    /// <param name="regions">Four edges each.</param>
    /// <param name="labels">Each one's class and 1, or 0 where it shows nothing, or −1 where there are no regions left.</param>
    /// <param name="offsets">Four offsets each.</param>
    /// <param name="part">Which part of them shows something, at most.</param>
    public static void Write(
        IReadOnlyList<Box> proposals, IReadOnlyList<LabelledBox> annotated, ref RandomStream random,
        Span<float> regions, Span<float> labels, Span<float> offsets, double part = 0.375)
    {
        Box[] boxes = [.. annotated.Select(a => a.Box)];
        Box[] candidates = [.. proposals, .. boxes];
        BoxMatch[] matches = [.. candidates.Select(c => BoxMatch.Of(c, boxes))];
        var all = Enumerable.Range(0, candidates.Length);
        var drawn = BoxMatch.Draw(all.Where(i => matches[i].Overlap >= Shown), (int)(labels.Length * part), ref random);
        drawn.AddRange(BoxMatch.Draw(all.Where(i => matches[i].Overlap < Shown), labels.Length - drawn.Count, ref random));
        regions.Clear();
        labels.Fill(-1);
        offsets.Clear();
        Write([.. drawn.Select(d => candidates[d])], regions);
        for (var r = 0; r < drawn.Count; r++)
        {
            var match = matches[drawn[r]];
            labels[r] = match.Overlap >= Shown ? annotated[match.Index].Class + 1 : 0;
            if (labels[r] > 0)
                BoxOffsets.Of(boxes[match.Index], candidates[drawn[r]]).Scaled.CopyTo(offsets[(4 * r)..]);
        }
    }

    /// <summary>Writes the edges of boxes, as networks read them.</summary>
    /// <param name="boxes">The boxes.</param>
    /// <param name="edges">Room for theirs, or for more.</param>
    public static void Write(IReadOnlyList<Box> boxes, Span<float> edges)
    {
        for (var i = 0; i < boxes.Count; i++)
            (edges[4 * i], edges[4 * i + 1], edges[4 * i + 2], edges[4 * i + 3]) = (boxes[i].Left, boxes[i].Top, boxes[i].Right, boxes[i].Bottom);
    }
}
