namespace NetCompiler.Detection;

/// <summary>Keeps the surest of the boxes that a network gives for the same thing.</summary>
public static class NonMaximumSuppression
{
    /// <summary>
    /// Goes through boxes from the largest score on, and keeps each that overlaps none of those kept before by more than a limit. Among
    /// equal scores the earlier box comes first; boxes whose score is NaN are left out.
    /// </summary>
    /// <param name="boxes">The boxes, in any order.</param>
    /// <param name="overlap">The largest intersection over union that two boxes may have, from 0 to 1.</param>
    /// <param name="perClass">Whether boxes of different classes leave each other alone.</param>
    /// <param name="most">How many boxes are kept at most, 0 or more.</param>
    /// <returns>What is kept, the surest first.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static IReadOnlyList<DetectedBox> Apply(
        ReadOnlySpan<DetectedBox> boxes, float overlap = 0.5f, bool perClass = true, int most = int.MaxValue)
    {
        if (!(overlap is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(overlap), overlap, "Expected 0 to 1.");
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        var kept = new List<DetectedBox>();
        foreach (var index in ByScore(boxes))
        {
            if (kept.Count == most)
                break;
            if (!IsCovered(boxes[index], kept, overlap, perClass))
                kept.Add(boxes[index]);
        }

        return kept;
    }

    /// <summary>The indices of boxes from the largest score on; among equals the earlier first, without those that have none.</summary>
    private static int[] ByScore(ReadOnlySpan<DetectedBox> boxes)
    {
        var (indices, keys) = (new List<int>(boxes.Length), new List<(float, int)>(boxes.Length));
        for (var i = 0; i < boxes.Length; i++)
        {
            if (float.IsNaN(boxes[i].Score))
                continue;
            indices.Add(i);
            keys.Add((-boxes[i].Score, i));
        }

        int[] sorted = [.. indices];
        Array.Sort(keys.ToArray(), sorted);
        return sorted;
    }

    private static bool IsCovered(DetectedBox box, List<DetectedBox> kept, float overlap, bool perClass)
    {
        foreach (var other in kept)
        {
            if ((!perClass || other.Class == box.Class) && other.Box.IntersectionOverUnion(box.Box) > overlap)
                return true;
        }

        return false;
    }
}
