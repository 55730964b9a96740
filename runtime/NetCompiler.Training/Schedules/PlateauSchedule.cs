namespace NetCompiler.Training;

/// <summary>
/// PyTorch's ReduceLROnPlateau, replayed from the history at every step: a few comparisons an epoch, and no state to keep.
/// </summary>
internal sealed class PlateauSchedule : ILearningRateSchedule
{
    private readonly float _factor;
    private readonly int _patience;
    private readonly double _threshold;
    private readonly bool _isAbsolute;
    private readonly int _cooldown;
    private readonly float _smallest;

    public PlateauSchedule(Metric monitor, float factor, int patience, double threshold, bool isAbsolute, int cooldown, float smallest)
    {
        ArgumentOutOfRangeException.ThrowIfZero(factor);
        Ranges.ThrowUnlessFraction(factor);
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        ArgumentOutOfRangeException.ThrowIfNegative(cooldown);
        ArgumentOutOfRangeException.ThrowIfNegative(smallest);
        (Monitor, _factor, _patience, _threshold, _isAbsolute, _cooldown, _smallest) =
            (monitor, factor, patience, threshold, isAbsolute, cooldown, smallest);
    }

    public Metric Monitor { get; }

    Metric? ILearningRateSchedule.Monitor => Monitor;

    public float Factor(in TrainingPosition position)
    {
        if (position.History is not { } history)
            return 1f;
        var (factor, best, bad, cooldown) = (1.0, double.NaN, 0, 0);
        // Within a sequence of schedules only the last epochs are this one's.
        for (var i = Math.Max(0, history.Epochs.Count - position.Epoch); i < history.Epochs.Count; i++)
        {
            var value = Monitor.Of(history.Epochs[i]);
            if (Monitor.IsBetter(value, best, _isAbsolute || double.IsNaN(best) ? _threshold : Math.Abs(best) * _threshold))
                (best, bad) = (value, 0);
            else
                bad++;
            if (cooldown > 0)
                (cooldown, bad) = (cooldown - 1, 0);
            if (bad <= _patience)
                continue;
            factor = Math.Max(factor * _factor, _smallest);
            (cooldown, bad) = (_cooldown, 0);
        }
        return (float)factor;
    }
}
