namespace Gallery.Vision;

/// <summary>Of boxes that show the same thing, keeps the one that is surest.</summary>
internal static class NonMaximumSuppression
{
    /// <summary>Goes through the boxes from the highest score down, and drops those that overlap one that was kept.</summary>
    /// <param name="boxes">The boxes.</param>
    /// <param name="scores">A score for each.</param>
    /// <param name="threshold">The IoU above which two boxes show the same thing.</param>
    /// <returns>Indices of the boxes that are kept, from the highest score down; of equal scores the first box comes first.</returns>
    public static List<int> Select(IReadOnlyList<Box> boxes, IReadOnlyList<float> scores, float threshold)
    {
        var kept = new List<int>();
        foreach (var i in Enumerable.Range(0, boxes.Count).OrderByDescending(i => scores[i]))
        {
            if (kept.All(k => boxes[k].IoU(boxes[i]) <= threshold))
                kept.Add(i);
        }
        return kept;
    }
}
