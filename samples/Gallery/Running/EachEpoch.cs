using NetCompiler.Training;

namespace Gallery.Running;

/// <summary>Does something after each epoch.</summary>
/// <param name="action">What, by the epoch, counted from 1.</param>
internal sealed class EachEpoch(Action<int> action) : IFitCallback
{
    public void EpochEnd(Trainer trainer, EpochResult result) => action(result.Epoch);
}
