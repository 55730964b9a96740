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

    internal void Add(EpochResult result) => _epochs.Add(result);

    internal void Replace(IEnumerable<EpochResult> results)
    {
        _epochs.Clear();
        _epochs.AddRange(results);
    }
}
