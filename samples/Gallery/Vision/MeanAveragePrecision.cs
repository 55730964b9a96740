using Gallery.Data;

namespace Gallery.Vision;

/// <summary>
/// How well a detector does, as Pascal VOC measures it since 2010: the area under the curve of precision over recall, where precision is
/// the best that is reached at that recall or beyond.
/// </summary>
internal static class MeanAveragePrecision
{
    /// <summary>The average precision of each class; their mean is the mAP.</summary>
    /// <param name="pictures">What there is to be found.</param>
    /// <param name="detections">What was claimed.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="overlap">The IoU from which on a claim is right.</param>
    public static double[] ByClass(
        IReadOnlyList<DetectionSample> pictures, IReadOnlyList<Detection> detections, int classes, float overlap = 0.5f) =>
        [.. Enumerable.Range(0, classes).Select(c => Of(pictures, detections, c, overlap))];

    private static double Of(IReadOnlyList<DetectionSample> pictures, IReadOnlyList<Detection> detections, int kind, float overlap)
    {
        var total = pictures.Sum(p => p.Classes.Count(c => c == kind));
        if (total == 0)
            return 0;
        var found = pictures.Select(p => new bool[p.Boxes.Count]).ToArray();
        var (right, wrong, curve) = (0, 0, new List<(double Recall, double Precision)>());
        foreach (var detection in detections.Where(d => d.Class == kind).OrderByDescending(d => d.Score))
        {
            var picture = pictures[detection.Picture];
            var best = Enumerable.Range(0, picture.Boxes.Count)
                .Where(i => picture.Classes[i] == kind)
                .DefaultIfEmpty(-1)
                .MaxBy(i => i < 0 ? 0 : picture.Boxes[i].IoU(detection.Box));
            // A second claim of what was found already is wrong.
            var isRight = best >= 0 && picture.Boxes[best].IoU(detection.Box) >= overlap && !found[detection.Picture][best];
            if (isRight)
                found[detection.Picture][best] = true;
            (right, wrong) = isRight ? (right + 1, wrong) : (right, wrong + 1);
            curve.Add(((double)right / total, (double)right / (right + wrong)));
        }
        var (area, highest) = (0.0, 0.0);
        for (var i = curve.Count - 1; i >= 0; i--)
        {
            var before = i > 0 ? curve[i - 1].Recall : 0;
            highest = Math.Max(highest, curve[i].Precision);
            area += (curve[i].Recall - before) * highest;
        }
        return area;
    }
}
