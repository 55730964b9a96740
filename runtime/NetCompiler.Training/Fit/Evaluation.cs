namespace NetCompiler.Training;

/// <summary>How well a network does on a data set.</summary>
/// <param name="Count">How many samples it was tried on.</param>
/// <param name="Loss">The mean loss; NaN where the network declares none.</param>
/// <param name="Accuracy">The part of right answers, from 0 to 1; NaN where the loss knows no right and wrong.</param>
/// <param name="Confusion">Which class was taken for which; null where targets are no class labels.</param>
public sealed record Evaluation(int Count, double Loss, double Accuracy, ConfusionMatrix? Confusion)
{
    /// <summary>The values of the metrics that were asked for.</summary>
    public MetricValues Metrics { get; init; } = MetricValues.None;
}
