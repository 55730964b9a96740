using NetCompiler.Detection;

namespace NetCompiler.Training;

/// <summary>
/// How well boxes are found (mAP): the mean over the classes of the average precision, the area under the curve of precision over recall as
/// the score falls, each precision being the largest at that recall or beyond (Pascal VOC since 2010). Where there are several overlaps
/// (MS COCO has 0.5, 0.55, …, 0.95), their mean.
/// </summary>
/// <remarks>
/// In each picture and class, from the largest score on, a box is right if it overlaps a true one that no other box has taken by as much as
/// is asked for; of several it takes the one that it overlaps most.
/// </remarks>
public sealed class MeanAveragePrecision
{
    private readonly float[] _overlaps;
    private readonly int[] _truths;

    // For each overlap and class: the scores of all boxes so far, and which of them are right.
    private readonly List<(float Score, bool IsRight)>[,] _found;

    /// <summary>Begins to count.</summary>
    /// <param name="classes">The number of classes, 1 or more.</param>
    /// <param name="overlaps">
    /// The intersections over union from which on a box is right, each more than 0 and at most 1; 0.5 where none is given.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MeanAveragePrecision(int classes, params ReadOnlySpan<float> overlaps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        _overlaps = overlaps.IsEmpty ? [0.5f] : overlaps.ToArray();
        foreach (var overlap in _overlaps)
        {
            if (!(overlap is > 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(overlaps), overlap, "Expected more than 0 and at most 1.");
        }
        _truths = new int[classes];
        _found = new List<(float, bool)>[_overlaps.Length, classes];
        for (var o = 0; o < _overlaps.Length; o++)
        {
            for (var c = 0; c < classes; c++)
                _found[o, c] = [];
        }
    }

    /// <summary>The overlaps of MS COCO: 0.5, 0.55, …, 0.95.</summary>
    public static ReadOnlySpan<float> CocoOverlaps => [0.5f, 0.55f, 0.6f, 0.65f, 0.7f, 0.75f, 0.8f, 0.85f, 0.9f, 0.95f];

    /// <summary>The mean over the classes that have true boxes; NaN where there are none.</summary>
    public double Value
    {
        get
        {
            RunningMean mean = default;
            for (var c = 0; c < _truths.Length; c++)
            {
                if (_truths[c] > 0)
                    mean.Add(Of(c));
            }
            return mean.Value;
        }
    }

    /// <summary>The average precision of a class; NaN where it has no true boxes.</summary>
    /// <param name="label">The class.</param>
    public double Of(int label)
    {
        RunningMean mean = default;
        for (var o = 0; o < _overlaps.Length; o++)
            mean.Add(AveragePrecision(_found[o, label], _truths[label]));
        return mean.Value;
    }

    /// <summary>Counts a picture.</summary>
    /// <param name="found">What the network sees in it, in any order. Boxes whose score is NaN do not count.</param>
    /// <param name="truth">What is in it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A class is none.</exception>
    public void Add(ReadOnlySpan<DetectedBox> found, ReadOnlySpan<LabelledBox> truth)
    {
        foreach (var box in found)
            RequireClass(box.Class, nameof(found));
        foreach (var box in truth)
            RequireClass(box.Class, nameof(truth));
        foreach (var box in truth)
            _truths[box.Class]++;
        // From the largest score on: among equals the earlier first.
        var order = Enumerable.Range(0, found.Length).ToArray();
        var scores = new float[found.Length];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = found[i].Score;
        Array.Sort(order, (a, b) => scores[b].CompareTo(scores[a]) is var c && c != 0 ? c : a.CompareTo(b));
        var isTaken = new bool[truth.Length];
        for (var o = 0; o < _overlaps.Length; o++)
        {
            Array.Clear(isTaken);
            foreach (var i in order)
            {
                if (!float.IsNaN(scores[i]))
                    _found[o, found[i].Class].Add((scores[i], Take(found[i], truth, isTaken, _overlaps[o])));
            }
        }
    }

    private static bool Take(DetectedBox box, ReadOnlySpan<LabelledBox> truth, bool[] isTaken, float overlap)
    {
        var (best, at) = (overlap, -1);
        for (var i = 0; i < truth.Length; i++)
        {
            if (isTaken[i] || truth[i].Class != box.Class)
                continue;
            var found = truth[i].Box.IntersectionOverUnion(box.Box);
            if (found > best || at < 0 && found >= best)
                (best, at) = (found, i);
        }
        if (at >= 0)
            isTaken[at] = true;
        return at >= 0;
    }

    private static double AveragePrecision(List<(float Score, bool IsRight)> found, int truths)
    {
        if (truths == 0)
            return double.NaN;
        // Of boxes of the same score none comes before another: they are one point of the curve.
        var points = new List<(double Recall, double Precision)>();
        var (right, all) = (0, 0);
        foreach (var group in found.GroupBy(f => f.Score).OrderByDescending(g => g.Key))
        {
            right += group.Count(f => f.IsRight);
            all += group.Count();
            points.Add(((double)right / truths, (double)right / all));
        }
        var (area, largest) = (0.0, 0.0);
        for (var i = points.Count - 1; i >= 0; i--)
        {
            largest = Math.Max(largest, points[i].Precision);
            area += (points[i].Recall - (i == 0 ? 0 : points[i - 1].Recall)) * largest;
        }
        return area;
    }

    private void RequireClass(int label, string argument)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label, argument);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, _truths.Length, argument);
    }
}
