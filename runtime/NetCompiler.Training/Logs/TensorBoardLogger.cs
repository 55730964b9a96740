namespace NetCompiler.Training;

/// <summary>
/// Writes event files that TensorBoard reads (<c>tensorboard --logdir DIR</c>), as Keras' TensorBoard callback does: the runs
/// <c>train</c> and <c>validation</c> as folders, in them the scalars <c>epoch_loss</c>, <c>epoch_accuracy</c>,
/// <c>epoch_learning_rate</c>, … over the number of the epoch, counted from 1. What an epoch brought is in the files when it ends.
/// </summary>
/// <remarks>
/// Every run adds files, and tells TensorBoard to forget what older ones have of its epochs: those after a checkpoint that are done
/// again, or all of a run whose place a new one takes.
/// </remarks>
public sealed class TensorBoardLogger : IFitCallback
{
    private readonly string _folder;
    private readonly IReadOnlyList<Metric>? _metrics;
    private EventFile? _train;
    private EventFile? _validation;

    /// <summary>Chooses the folder and the scalars.</summary>
    /// <param name="folder">Where the runs' folders go; made if there is none.</param>
    /// <param name="metrics">What is written; null for <see cref="Trainer.Metrics"/>.</param>
    public TensorBoardLogger(string folder, IReadOnlyList<Metric>? metrics = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (_folder, _metrics) = (folder, metrics);
    }

    /// <inheritdoc/>
    public void EpochEnd(Trainer trainer, EpochResult result)
    {
        foreach (var metric in _metrics ?? trainer.Metrics)
        {
            var value = metric.Of(result);
            if (double.IsNaN(value))
                continue;
            var file = metric.IsOfValidation
                ? _validation ??= Begin("validation", result.Epoch)
                : _train ??= Begin("train", result.Epoch);
            file.WriteScalar("epoch_" + metric.BareName, (float)value, result.Epoch);
        }
        _train?.Flush();
        _validation?.Flush();
    }

    /// <inheritdoc/>
    public void FitEnd(Trainer trainer)
    {
        _train?.Dispose();
        _validation?.Dispose();
        (_train, _validation) = (null, null);
    }

    private EventFile Begin(string run, int epoch)
    {
        var file = EventFile.Create(Path.Combine(_folder, run));
        file.WriteRestart(epoch);
        return file;
    }
}
