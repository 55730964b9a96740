using System.Globalization;
using NetCompiler.Runtime;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Metrics;

public sealed class ClassificationMetricTests
{
    [Fact]
    public void Top_k_counts_labels_among_the_largest()
    {
        float[] scores = [0.1f, 0.5f, 0.4f, 0.3f, 0.3f, 0.4f, float.NaN, 1f, 2f];
        int[] labels = [2, 1, 0];
        Assert.Equal(0, Accuracy.CountCorrect(scores, labels, 1));
        // Of the equal 0.3, the first comes first.
        Assert.Equal(1, Accuracy.CountCorrect(scores, labels, 2));
        // NaN is never right.
        Assert.Equal(2, Accuracy.CountCorrect(scores, labels, 3));
        Assert.Equal(0, Accuracy.CountCorrect([], [], 1));
        Assert.Throws<ArgumentException>(() => Accuracy.CountCorrect(scores, [0, 1], 1));
        Assert.Throws<ArgumentException>(() => Accuracy.CountCorrect(scores, [0, 1, 3], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Accuracy.CountCorrect(scores, labels, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassificationMetric.TopK(0));
    }

    [Fact]
    public void Top_1_is_the_accuracy()
    {
        var (scores, labels) = Random(200, 7, ties: true);
        Assert.Equal(Accuracy.CountCorrect(scores, labels), Accuracy.CountCorrect(scores, labels, 1));
        Assert.Equal(200, Accuracy.CountCorrect(scores, labels, 7));
    }

    /// <summary>
    /// The example of scikit-learn's documentation of precision_recall_fscore_support, with cat, dog and pig as 0, 1 and 2; and a class
    /// that does not occur.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Figures_of_classes_are_averaged_as_in_scikit_learn(int classes)
    {
        var matrix = new ConfusionMatrix(classes);
        foreach (var (actual, predicted) in new[] { (0, 0), (1, 2), (2, 1), (0, 0), (1, 0), (2, 1) })
            matrix.Add(actual, predicted);
        Assert.Equal(2.0 / 9, matrix.Precision(Averaging.Macro), 1e-12);
        Assert.Equal(1.0 / 3, matrix.Recall(Averaging.Macro), 1e-12);
        Assert.Equal(4.0 / 15, matrix.F1(Averaging.Macro), 1e-12);
        Assert.Equal(1.0 / 3, matrix.Precision(Averaging.Micro), 1e-12);
        Assert.Equal(1.0 / 3, matrix.F1(Averaging.Micro), 1e-12);
        Assert.Equal(2.0 / 9, matrix.Precision(Averaging.Weighted), 1e-12);
        Assert.Equal(4.0 / 15, matrix.F1(Averaging.Weighted), 1e-12);
        Assert.Equal(0.8, matrix.F1(0), 1e-12);
        Assert.Equal(0, matrix.F1(1));
    }

    [Fact]
    public void Weights_are_the_classes_samples()
    {
        // Class 0: 3 of 4 found, nothing else taken for it. Class 1: its 1 sample found, 1 other taken for it. Class 2: only taken.
        var matrix = new ConfusionMatrix(3);
        foreach (var (actual, predicted) in new[] { (0, 0), (0, 0), (0, 0), (0, 1), (1, 1), (0, 2) })
            matrix.Add(actual, predicted);
        Assert.Equal((1 + 0.5 + 0) / 3, matrix.Precision(Averaging.Macro), 1e-12);
        Assert.Equal((5 * 1 + 1 * 0.5) / 6, matrix.Precision(Averaging.Weighted), 1e-12);
        // A recall that class 2 does not have counts as 0.
        Assert.Equal((0.6 + 1 + 0) / 3, matrix.Recall(Averaging.Macro), 1e-12);
        Assert.True(double.IsNaN(new ConfusionMatrix(2).F1(Averaging.Macro)));
        Assert.True(double.IsNaN(new ConfusionMatrix(2).F1(0)));
    }

    [Fact]
    public void Average_precision_is_that_of_scikit_learn()
    {
        // average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) = 0.8333…, as its documentation says.
        var tally = new AveragePrecisionTally(2);
        foreach (var (label, score) in new[] { (0, 0.1f), (0, 0.4f), (1, 0.35f), (1, 0.8f) })
            tally.Add([1 - score, score], [label]);
        Assert.Equal(0.5 * 1 + 0.5 * 2 / 3, tally.Of(1), 1e-12);
        Assert.Throws<ArgumentException>(() => tally.Add([1f], [0]));
    }

    /// <summary>For every threshold, precision and recall counted anew.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mean_average_precision_is_that_of_its_definition(bool ties)
    {
        const int Classes = 4;
        var (scores, labels) = Random(150, Classes, ties);
        // One class more, without samples.
        var wide = labels.SelectMany((_, i) => scores[(i * Classes)..((i + 1) * Classes)].Append(0.5f)).ToArray();
        var tally = ClassificationMetric.MeanAveragePrecision().Begin(Classes + 1);
        tally.Add(wide.AsSpan(0, 100 * 5), labels.AsSpan(0, 100));
        tally.Add(wide.AsSpan(100 * 5), labels.AsSpan(100));
        var sum = 0.0;
        for (var c = 0; c < Classes; c++)
        {
            var of = Enumerable.Range(0, labels.Length).Select(i => (Score: scores[i * Classes + c], Hit: labels[i] == c)).ToArray();
            var recallBefore = 0.0;
            foreach (var threshold in of.Select(s => s.Score).Distinct().OrderDescending())
            {
                var taken = of.Where(s => s.Score >= threshold).ToArray();
                var recall = taken.Count(s => s.Hit) / (double)of.Count(s => s.Hit);
                sum += (recall - recallBefore) * taken.Count(s => s.Hit) / taken.Length;
                recallBefore = recall;
            }
        }
        Assert.Equal(sum / Classes, tally.Value, 1e-12);
        Assert.True(double.IsNaN(ClassificationMetric.MeanAveragePrecision().Begin(3).Value));
    }

    [Fact]
    public void Metrics_are_measured_after_every_epoch_logged_and_resumed()
    {
        using var folder = new TestFolder();
        ClassificationMetric[] metrics =
        [
            ClassificationMetric.TopK(2), ClassificationMetric.F1(), ClassificationMetric.Precision(Averaging.Weighted),
            ClassificationMetric.MeanAveragePrecision(),
        ];
        var (train, test) = (TinyData.Labelled(100, 1), TinyData.Labelled(40, 2));
        var options = new FitOptions
        {
            Validation = test,
            Metrics = metrics,
            CheckpointPath = folder.File("run"),
            Callbacks = [new CsvLogger(folder.File("log.csv")), new EarlyStopping(metrics[1].Validation, patience: 9)],
        };
        using var network = new TinyNetwork();
        var history = network.Fit(train, new Adam(0.01f), 2, options);
        var evaluation = network.Evaluate(test, metrics: metrics);
        Assert.Equal(["top_2_accuracy", "macro_f1", "weighted_precision", "map"], evaluation.Metrics.Select(m => m.Key));
        Assert.Equal(evaluation.Metrics, history.Last!.ValidationMetrics);
        Assert.Equal(evaluation.Confusion!.F1(Averaging.Macro), history.Values(metrics[1].Validation)[1]);
        Assert.NotEqual(history.Epochs[0].ValidationMetrics, history.Epochs[1].ValidationMetrics);
        Assert.Equal(0, history.Values(metrics[0].Validation).Count(double.IsNaN));
        Assert.True(double.IsNaN(evaluation.Metrics["f1"]));
        var lines = File.ReadAllLines(folder.File("log.csv"));
        Assert.EndsWith(",val_top_2_accuracy,val_macro_f1,val_weighted_precision,val_map", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(
            string.Join(',', history.Last.ValidationMetrics.Select(m => m.Value.ToString("R", CultureInfo.InvariantCulture))),
            lines[2],
            StringComparison.Ordinal);

        using var resumed = new TinyNetwork();
        var again = resumed.Fit(train, new Adam(0.01f), 2, options with { Resume = true });
        Assert.Equal(history.Epochs, again.Epochs);
    }

    [Fact]
    public void Metrics_that_cannot_be_measured_are_refused()
    {
        var (train, test) = (TinyData.Labelled(20, 1), TinyData.Labelled(20, 2));
        var f1 = ClassificationMetric.F1();
        using var network = new TinyNetwork();
        var options = new FitOptions { Validation = test, Callbacks = [new EarlyStopping(f1.Validation)] };
        var thrown = Assert.Throws<InvalidOperationException>(() => network.Fit(train, new Adam(), 1, options));
        Assert.Contains("'val_macro_f1' is not measured", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => network.Fit(train, new Adam(), 1, new FitOptions { Validation = test, Metrics = [f1, f1] }));
        using var yesNo = new TinyNetwork(Loss.BinaryCrossEntropy);
        Assert.Throws<ArgumentException>(() => yesNo.Evaluate(TinyData.YesNo(9, 1), metrics: [f1]));
        var values = new FitOptions { Validation = TinyData.YesNo(9, 1), Metrics = [f1] };
        Assert.Throws<ArgumentException>(() => yesNo.Fit(TinyData.YesNo(9, 1), new Adam(), 1, values));
    }

    private static (float[] Scores, int[] Labels) Random(int count, int classes, bool ties)
    {
        var random = new RandomStream(11);
        var scores = new float[count * classes];
        foreach (ref var score in scores.AsSpan())
            score = ties ? random.NextInt32(8) : (float)random.NextDouble();
        return (scores, [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(classes))]);
    }
}
