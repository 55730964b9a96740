namespace NetCompiler.Training;

/// <summary>What an epoch of training brought. <see cref="Metric"/> names its numbers.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Loss">The mean loss over the epoch's steps, while the parameters moved.</param>
/// <param name="Accuracy">The accuracy over the epoch's steps, from 0 to 1; NaN where the loss knows no right and wrong.</param>
/// <param name="ValidationLoss">The mean loss on the validation set at the end; NaN without one.</param>
/// <param name="ValidationAccuracy">The accuracy on the validation set at the end, from 0 to 1; NaN without one.</param>
/// <param name="LearningRate">The learning rate of the last step.</param>
/// <param name="Seconds">Seconds of training, without validation.</param>
public sealed record EpochResult(
    int Epoch, double Loss, double Accuracy, double ValidationLoss, double ValidationAccuracy, float LearningRate, double Seconds)
{
    /// <summary>The mean over the epoch's steps of the gradients' norm, before clipping.</summary>
    public double GradientNorm { get; init; } = double.NaN;

    /// <summary>The values of <see cref="FitOptions.Metrics"/> on the validation set at the end.</summary>
    public MetricValues ValidationMetrics { get; init; } = MetricValues.None;

    /// <summary>Samples that were trained on.</summary>
    public int Samples { get; init; }
}
