namespace NetCompiler.Training;

/// <summary>What a <see cref="ClassificationMetric"/> counts while a network is tried on a data set.</summary>
public interface IMetricTally
{
    /// <summary>Counts a batch.</summary>
    /// <param name="scores">The scores of each sample's classes, one sample after the other.</param>
    /// <param name="labels">The right class of each sample.</param>
    void Add(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels);

    /// <summary>The metric of all that was counted; NaN where there is none.</summary>
    double Value { get; }
}
