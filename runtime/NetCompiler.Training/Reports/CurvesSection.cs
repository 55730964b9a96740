namespace NetCompiler.Training.Reports;

/// <summary>How training went, epoch by epoch.</summary>
public static class CurvesSection
{
    // From here on a linear axis would show the beginning only.
    private const double LargeRatio = 20;

    /// <summary>Makes the section: loss, and accuracy where there is one, in training and validation.</summary>
    /// <param name="history">What <c>Fit</c> returned.</param>
    public static ReportSection Create(History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var epochs = history.Epochs;
        var losses = Series(epochs, e => e.Loss, e => e.ValidationLoss);
        var charts = new List<IReportElement>
        {
            new LineChart
            {
                Title = "Loss",
                XLabel = "epoch",
                YLabel = "loss",
                Series = losses,
                SmallestXStep = 1,
                IsLogarithmic = IsWide(losses),
                Caption = "The mean over the epoch's steps, while the parameters moved, and on the validation set at its end."
                    + (IsWide(losses) ? " The axis is logarithmic." : ""),
            },
        };
        var accuracies = Series(epochs, e => e.Accuracy, e => e.ValidationAccuracy);
        if (accuracies.Count > 0)
        {
            charts.Add(new LineChart
            {
                Title = "Accuracy",
                XLabel = "epoch",
                YLabel = "accuracy",
                Series = accuracies,
                SmallestXStep = 1,
                IsPercent = true,
                Caption = "The part of the samples that were right. Validation can be ahead: training counts from the epoch's first step.",
            });
        }
        return new ReportSection("Training").Add(new Columns(charts));
    }

    private static List<LineSeries> Series(
        IReadOnlyList<EpochResult> epochs, Func<EpochResult, double> training, Func<EpochResult, double> validation)
    {
        var series = new List<LineSeries>
        {
            new("training", [.. epochs.Select(e => ((double)e.Epoch, training(e)))]),
            new("validation", [.. epochs.Select(e => ((double)e.Epoch, validation(e)))]),
        };
        series.RemoveAll(s => s.Points.All(p => double.IsNaN(p.Y)));
        return series;
    }

    private static bool IsWide(List<LineSeries> series)
    {
        var values = series.SelectMany(s => s.Points).Select(p => p.Y).Where(y => y > 0 && double.IsFinite(y)).DefaultIfEmpty(1).ToList();
        return values.Max() / values.Min() > LargeRatio;
    }
}
