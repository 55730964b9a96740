using NetCompiler.Detection;
using NetCompiler.Runtime;

namespace Gallery.Vision;

/// <summary>Which of the annotated boxes a candidate overlaps most.</summary>
/// <param name="Index">The box's index; −1 where it overlaps none.</param>
/// <param name="Overlap">Their intersection over union.</param>
internal readonly record struct BoxMatch(int Index, float Overlap)
{
    /// <summary>The match of each candidate; of boxes that it overlaps alike the first.</summary>
    /// <param name="candidates">Proposals or anchors.</param>
    /// <param name="truth">The annotated boxes.</param>
    public static BoxMatch[] Of(IReadOnlyList<Box> candidates, IReadOnlyList<Box> truth)
    {
        var matches = new BoxMatch[candidates.Count];
        for (var c = 0; c < matches.Length; c++)
        {
            matches[c] = new BoxMatch(-1, 0);
            for (var t = 0; t < truth.Count; t++)
            {
                if (candidates[c].IntersectionOverUnion(truth[t]) is var overlap && overlap > matches[c].Overlap)
                    matches[c] = new BoxMatch(t, overlap);
            }
        }
        return matches;
    }

    /// <summary>
    /// What anchors are to say: 1 where they overlap a box by <paramref name="positive"/> or are the best that it has, −1 where they overlap
    /// none by <paramref name="negative"/>, and 0 between, where either answer will do.
    /// </summary>
    /// <param name="matches">The anchors' matches.</param>
    /// <param name="boxes">How many annotated boxes there are.</param>
    /// <param name="positive">From which overlap on there is something.</param>
    /// <param name="negative">Below which overlap there is nothing.</param>
    public static int[] Label(IReadOnlyList<BoxMatch> matches, int boxes, float positive = 0.7f, float negative = 0.3f)
    {
        var best = new float[boxes];
        foreach (var match in matches.Where(m => m.Index >= 0))
            best[match.Index] = Math.Max(best[match.Index], match.Overlap);
        return [.. matches.Select(m => m.Overlap >= positive || m.Index >= 0 && m.Overlap == best[m.Index] ? 1 : m.Overlap < negative ? -1 : 0)];
    }

    /// <summary>Draws some of many, each once.</summary>
    /// <param name="from">What is drawn from.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="random">Decides which.</param>
    public static List<int> Draw(IEnumerable<int> from, int count, ref RandomStream random)
    {
        var left = from.ToArray();
        var drawn = Math.Min(count, left.Length);
        for (var i = 0; i < drawn; i++)
        {
            var other = i + (int)(random.NextDouble() * (left.Length - i));
            (left[i], left[other]) = (left[other], left[i]);
        }
        return [.. left.Take(drawn)];
    }
}
