namespace NetCompiler.Training;

/// <summary>What the epochs of a training run brought, those before a resumption among them.</summary>
public sealed class History
{
    private readonly List<EpochResult> _epochs = [];

    /// <summary>The epochs in order.</summary>
    public IReadOnlyList<EpochResult> Epochs => _epochs;

    /// <summary>The last epoch, null before the first one ended.</summary>
    public EpochResult? Last => _epochs.Count == 0 ? null : _epochs[^1];

    /// <summary>Seconds of training in all epochs, without validation.</summary>
    public double Seconds => _epochs.Sum(e => e.Seconds);

    /// <summary>A metric over the epochs: a curve.</summary>
    /// <param name="metric">The metric.</param>
    /// <returns>A value for each epoch, in their order; NaN where an epoch has none.</returns>
    public double[] Values(Metric metric) => [.. _epochs.Select(metric.Of)];

    /// <summary>The epoch that was best: the earliest, if several were.</summary>
    /// <param name="metric">What to compare by.</param>
    /// <returns>The epoch; null where none has a value.</returns>
    public EpochResult? Best(Metric metric)
    {
        EpochResult? best = null;
        foreach (var epoch in _epochs)
        {
            if (metric.IsBetter(metric.Of(epoch), best is null ? double.NaN : metric.Of(best)))
                best = epoch;
        }
        return best;
    }

    internal void Add(EpochResult result) => _epochs.Add(result);

    internal void Replace(IEnumerable<EpochResult> results)
    {
        _epochs.Clear();
        _epochs.AddRange(results);
    }
}
