using NetCompiler.Detection;
using NetCompiler.Runtime;

namespace Gallery.Vision;

/// <summary>Which of the annotated boxes a candidate overlaps most.</summary>
/// <param name="Index">The box's index; −1 where it overlaps none.</param>
/// <param name="Overlap">Their intersection over union.</param>
internal readonly record struct BoxMatch(int Index, float Overlap)
{
    /// <summary>The match of a candidate; of boxes that it overlaps alike the first.</summary>
    /// <param name="candidate">A proposal or an anchor.</param>
    /// <param name="boxes">The annotated boxes.</param>
    /// <param name="counts">Which of them count, by their index; null for all.</param>
    public static BoxMatch Of(Box candidate, IReadOnlyList<Box> boxes, Func<int, bool>? counts = null)
    {
        var match = new BoxMatch(-1, 0);
        for (var i = 0; i < boxes.Count; i++)
        {
            if (counts?.Invoke(i) != false && candidate.IntersectionOverUnion(boxes[i]) is var overlap && overlap > match.Overlap)
                match = new BoxMatch(i, overlap);
        }
        return match;
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
