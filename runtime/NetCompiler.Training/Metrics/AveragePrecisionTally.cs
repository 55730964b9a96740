namespace NetCompiler.Training;

/// <summary>
/// The average precision of each class, Σ (Rₙ − Rₙ₋₁) Pₙ over the thresholds at which the recall Rₙ changes, samples of the same score
/// taken together; and its mean over the classes.
/// </summary>
internal sealed class AveragePrecisionTally(int classes) : IMetricTally
{
    private readonly List<float> _scores = [];
    private readonly List<int> _labels = [];

    public double Value
    {
        get
        {
            RunningMean mean = default;
            for (var c = 0; c < classes; c++)
            {
                if (Of(c) is var precision && !double.IsNaN(precision))
                    mean.Add(precision);
            }
            return mean.Value;
        }
    }

    public void Add(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        if (scores.Length != labels.Length * classes)
        {
            throw new ArgumentException(
                $"{labels.Length} labels of {classes} classes need {labels.Length * classes} scores, found {scores.Length}.",
                nameof(scores));
        }
        _scores.AddRange(scores);
        _labels.AddRange(labels);
    }

    /// <summary>The average precision of one class; NaN where it has no samples.</summary>
    public double Of(int label)
    {
        var keys = new float[_labels.Count];
        var hits = new bool[_labels.Count];
        var positives = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            // Negated, so that the largest come first.
            keys[i] = -_scores[i * classes + label];
            hits[i] = _labels[i] == label;
            positives += hits[i] ? 1 : 0;
        }
        if (positives == 0)
            return double.NaN;
        Array.Sort(keys, hits);
        var (sum, found) = (0.0, 0);
        for (var i = 0; i < keys.Length;)
        {
            var before = found;
            var key = keys[i];
            for (; i < keys.Length && keys[i].Equals(key); i++)
                found += hits[i] ? 1 : 0;
            sum += (found - before) / (double)positives * ((double)found / i);
        }
        return sum;
    }
}
