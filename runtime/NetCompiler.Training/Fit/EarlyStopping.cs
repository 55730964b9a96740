using System.Runtime.InteropServices;

namespace NetCompiler.Training;

/// <summary>
/// Ends training when a metric has not become better for some epochs, as Keras' EarlyStopping does. A run that resumes from a
/// checkpoint decides as if it had never stopped: epochs are counted from the history, and the best parameters are in the checkpoint.
/// </summary>
public sealed class EarlyStopping : IFitCallback
{
    private float[] _bestParameters = [];

    /// <summary>Chooses what to wait for.</summary>
    /// <param name="monitor">What epochs are compared by; null for <see cref="Metric.ValidationLoss"/>.</param>
    /// <param name="patience">How many epochs in a row may pass without getting better than the best one, 0 or more.</param>
    /// <param name="minDelta">By how much an epoch has to be better to count as better, 0 or more.</param>
    /// <param name="restoreBestWeights">
    /// Whether the network gets the parameters of its best epoch back when the run ends by itself, early or not. An exception leaves
    /// them as they are, so that the run can go on.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public EarlyStopping(Metric? monitor = null, int patience = 0, double minDelta = 0, bool restoreBestWeights = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        ArgumentOutOfRangeException.ThrowIfNegative(minDelta);
        (Monitor, Patience, MinDelta, RestoreBestWeights) = (monitor ?? Metric.ValidationLoss, patience, minDelta, restoreBestWeights);
    }

    /// <summary>What epochs are compared by.</summary>
    public Metric Monitor { get; }

    /// <summary>How many epochs in a row may pass without getting better.</summary>
    public int Patience { get; }

    /// <summary>By how much an epoch has to be better.</summary>
    public double MinDelta { get; }

    /// <summary>Whether the network gets the parameters of its best epoch back.</summary>
    public bool RestoreBestWeights { get; }

    /// <summary>The best epoch so far; null before the first that has a value.</summary>
    public EpochResult? Best { get; private set; }

    /// <summary>Epochs since the best one.</summary>
    public int Wait { get; private set; }

    /// <summary>The epoch after which training was ended, counted from 1; 0 if it was not.</summary>
    public int StoppedEpoch { get; private set; }

    string? IFitCallback.StateName =>
        RestoreBestWeights ? FormattableString.Invariant($"EarlyStopping {Monitor.Name} {MinDelta}") : null;

    ReadOnlySpan<byte> IFitCallback.State => MemoryMarshal.AsBytes(_bestParameters.AsSpan());

    void IFitCallback.RestoreState(ReadOnlySpan<byte> state) => _bestParameters = MemoryMarshal.Cast<byte, float>(state).ToArray();

    /// <inheritdoc/>
    public void FitBegin(Trainer trainer)
    {
        trainer.RequireMetric(Monitor);
        (Best, Wait, StoppedEpoch) = (null, 0, 0);
        if (trainer.Epoch == 0 || _bestParameters.Length != trainer.Network.Parameters.Length)
            _bestParameters = [];
        foreach (var epoch in trainer.History.Epochs)
            IsBest(epoch);
        StopIfDue(trainer);
    }

    /// <inheritdoc/>
    public void EpochEnd(Trainer trainer, EpochResult result)
    {
        if (IsBest(result) && RestoreBestWeights)
        {
            if (_bestParameters.Length == 0)
                _bestParameters = new float[trainer.Network.Parameters.Length];
            trainer.Network.Parameters.CopyTo(_bestParameters);
        }
        StopIfDue(trainer);
    }

    /// <inheritdoc/>
    public void FitEnd(Trainer trainer)
    {
        if (trainer.IsFinished && _bestParameters.Length != 0 && Best?.Epoch != trainer.Epoch)
        {
            _bestParameters.CopyTo(trainer.Network.Parameters);
            trainer.Network.ParametersChanged();
        }
        _bestParameters = [];
    }

    /// <summary>Takes an epoch into account, and says whether it is the best one.</summary>
    private bool IsBest(EpochResult epoch)
    {
        var isBest = Monitor.IsBetter(Monitor.Of(epoch), Best is null ? double.NaN : Monitor.Of(Best), MinDelta);
        (Best, Wait) = isBest ? (epoch, 0) : (Best, Wait + 1);
        return isBest;
    }

    private void StopIfDue(Trainer trainer)
    {
        if (Wait == 0 || Wait < Patience)
            return;
        StoppedEpoch = trainer.Epoch;
        trainer.Stop(Best is null
            ? $"{Monitor.Name} never had a value"
            : FormattableString.Invariant($"{Monitor.Name} was best, {Monitor.Of(Best):G6}, after epoch {Best.Epoch}"));
    }
}
