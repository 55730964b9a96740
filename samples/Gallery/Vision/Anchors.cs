using NetCompiler.Detection;
using NetCompiler.Runtime;

namespace Gallery.Vision;

/// <summary>
/// Boxes of a few sizes and proportions at each place of a map, which a network's claims are relative to (Ren et al., 2015). They stand in
/// the order of planes (anchor, row, column), where the proportions of a size follow each other; offsets are four times as many planes.
/// </summary>
internal sealed class Anchors
{
    private readonly Box[] _boxes;

    /// <summary>Lays anchors.</summary>
    /// <param name="rows">Rows of the map.</param>
    /// <param name="columns">Places of a row.</param>
    /// <param name="stride">Pixels of the picture to a place, whose middle is that of its anchors.</param>
    /// <param name="sizes">Roots of areas, in pixels.</param>
    /// <param name="ratios">Height to width.</param>
    public Anchors(int rows, int columns, int stride, float[] sizes, float[] ratios) => _boxes =
    [
        .. from size in sizes
           from ratio in ratios
           from row in Enumerable.Range(0, rows)
           from column in Enumerable.Range(0, columns)
           select Box.FromCenter((column + 0.5f) * stride, (row + 0.5f) * stride, size / MathF.Sqrt(ratio), size * MathF.Sqrt(ratio)),
    ];

    /// <summary>How many there are.</summary>
    public int Count => _boxes.Length;

    /// <summary>An anchor.</summary>
    /// <param name="index">Its place in the planes.</param>
    public Box this[int index] => _boxes[index];

    /// <summary>
    /// Which anchors show something: 1 where they overlap a box by <paramref name="positive"/> or are the best that it has, −1 where they
    /// overlap none by <paramref name="negative"/>, and 0 between, where either answer will do.
    /// </summary>
    /// <param name="boxes">The annotated boxes.</param>
    /// <param name="positive">From which overlap on there is something.</param>
    /// <param name="negative">Below which overlap there is nothing.</param>
    public (int[] Sides, BoxMatch[] Matches) Match(IReadOnlyList<Box> boxes, float positive = 0.6f, float negative = 0.3f)
    {
        BoxMatch[] matches = [.. _boxes.Select(a => BoxMatch.Of(a, boxes))];
        var best = new float[boxes.Count];
        foreach (var match in matches.Where(m => m.Index >= 0))
            best[match.Index] = Math.Max(best[match.Index], match.Overlap);
        return (
            [.. matches.Select(m => m.Overlap >= positive || m.Index >= 0 && m.Overlap == best[m.Index] ? 1 : m.Overlap < negative ? -1 : 0)],
            matches);
    }

    /// <summary>Writes what a network is to say of some of the anchors, of which half show something, at most.</summary>
    /// <param name="boxes">The annotated boxes.</param>
    /// <param name="count">How many anchors count.</param>
    /// <param name="random">Decides which.</param>
    /// <param name="labels">1 for something, −1 for nothing, 0 for an anchor that does not count.</param>
    /// <param name="offsets">How boxes lie to anchors, in planes one behind the other.</param>
    public void WriteTargets(IReadOnlyList<Box> boxes, int count, ref RandomStream random, Span<float> labels, Span<float> offsets)
    {
        var (sides, matches) = Match(boxes);
        var all = Enumerable.Range(0, Count);
        var positive = BoxMatch.Draw(all.Where(a => sides[a] > 0), count / 2, ref random);
        labels.Clear();
        offsets.Clear();
        foreach (var a in positive)
        {
            labels[a] = 1;
            var scaled = BoxOffsets.Of(boxes[matches[a].Index], _boxes[a]).Scaled;
            for (var i = 0; i < scaled.Length; i++)
                offsets[i * Count + a] = scaled[i];
        }
        foreach (var a in BoxMatch.Draw(all.Where(a => sides[a] < 0), count - positive.Count, ref random))
            labels[a] = -1;
    }

    /// <summary>The boxes that a network proposes, those that overlap much once.</summary>
    /// <param name="objectness">How sure it is of each anchor.</param>
    /// <param name="offsets">How boxes lie to them, in planes one behind the other.</param>
    /// <param name="frame">The picture's box, beyond which there is nothing.</param>
    /// <param name="most">How many proposals, at most.</param>
    /// <param name="considered">How many of the surest are considered.</param>
    public List<Box> Propose(float[] objectness, float[] offsets, Box frame, int most, int considered = 600)
    {
        const float Thinnest = 6;
        var claims = new List<DetectedBox>();
        foreach (var a in Enumerable.Range(0, Count).OrderByDescending(a => objectness[a]).Take(considered))
        {
            var lies = BoxOffsets.FromScaled([offsets[a], offsets[Count + a], offsets[2 * Count + a], offsets[3 * Count + a]]);
            if (lies.From(_boxes[a]).Intersect(frame) is { Width: >= Thinnest, Height: >= Thinnest } box)
                claims.Add(new DetectedBox(box, 0, objectness[a]));
        }
        return [.. NonMaximumSuppression.Apply([.. claims], overlap: 0.7f, most: most).Select(c => c.Box)];
    }
}
