using System.Globalization;

namespace NetCompiler.Training;

/// <summary>
/// How well a classifier does, measured on a data set beside its loss and its accuracy: by <see cref="FitOptions.Metrics"/> on the
/// validation set after each epoch, or by <see cref="NetworkTraining.Evaluate"/>. The larger, the better.
/// </summary>
/// <param name="name">Its name, as logs have it.</param>
/// <param name="begin">Begins to count, for a number of classes.</param>
public sealed class ClassificationMetric(string name, Func<int, IMetricTally> begin)
{
    private Metric? _validation;

    /// <summary>Its name: <c>top_5_accuracy</c>.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Its values over the epochs, under the name with <c>val_</c>: for early stopping, checkpoints and logs.
    /// </summary>
    public Metric Validation => _validation ??=
        new Metric(Metric.ValidationPrefix + Name, e => e.ValidationMetrics[Name], largerIsBetter: true) { Measured = Name };

    /// <summary>The part of the samples whose class is among those of the k largest scores (Keras' TopKCategoricalAccuracy).</summary>
    /// <param name="k">At least 1.</param>
    public static ClassificationMetric TopK(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return new(string.Create(CultureInfo.InvariantCulture, $"top_{k}_accuracy"), _ => new TopKTally(k));
    }

    /// <summary>Which part of the samples taken for a class are of it, over the classes.</summary>
    /// <param name="averaging">How classes become one figure.</param>
    public static ClassificationMetric Precision(Averaging averaging = Averaging.Macro) =>
        OfConfusion(averaging, "precision", m => m.Precision(averaging));

    /// <summary>Which part of a class's samples are found, over the classes.</summary>
    /// <param name="averaging">How classes become one figure.</param>
    public static ClassificationMetric Recall(Averaging averaging = Averaging.Macro) =>
        OfConfusion(averaging, "recall", m => m.Recall(averaging));

    /// <summary>The harmonic mean of precision and recall, over the classes.</summary>
    /// <param name="averaging">How classes become one figure.</param>
    public static ClassificationMetric F1(Averaging averaging = Averaging.Macro) => OfConfusion(averaging, "f1", m => m.F1(averaging));

    /// <summary>
    /// The mean over the classes that have samples of the average precision with which their scores tell them from all others (mAP;
    /// scikit-learn's average_precision_score). It keeps all scores until the end of the data set.
    /// </summary>
    public static ClassificationMetric MeanAveragePrecision() => new("map", classes => new AveragePrecisionTally(classes));

    /// <summary>Begins to count.</summary>
    /// <param name="classes">How many classes there are.</param>
    public IMetricTally Begin(int classes) => begin(classes);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static ClassificationMetric OfConfusion(Averaging averaging, string name, Func<ConfusionMatrix, double> value) =>
        new($"{averaging.ToString().ToLowerInvariant()}_{name}", classes => new ConfusionTally(classes, value));

    private sealed class TopKTally(int k) : IMetricTally
    {
        private RunningMean _mean;

        public double Value => _mean.Value;

        public void Add(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels) =>
            _mean.Add(Accuracy.CountCorrect(scores, labels, k), labels.Length);
    }

    private sealed class ConfusionTally(int classes, Func<ConfusionMatrix, double> value) : IMetricTally
    {
        private readonly ConfusionMatrix _matrix = new(classes);

        public double Value => value(_matrix);

        public void Add(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels) => _matrix.Add(scores, labels);
    }
}
