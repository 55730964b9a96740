namespace NetCompiler.Training.Reports;

/// <summary>Which class is taken for which.</summary>
public static class ConfusionSection
{
    private const int LargestConfusions = 3;

    /// <summary>Makes the section: the confusion matrix, with recall and precision of each class.</summary>
    /// <param name="confusion">What was counted.</param>
    public static ReportSection Create(ConfusionMatrix confusion)
    {
        ArgumentNullException.ThrowIfNull(confusion);
        var names = confusion.ClassNames;
        var classes = Enumerable.Range(0, names.Count).ToList();
        var mistakes = classes
            .SelectMany(a => classes.Where(p => p != a).Select(p => (Actual: a, Predicted: p, Count: confusion[a, p])))
            .Where(m => m.Count > 0)
            .OrderByDescending(m => m.Count)
            .ToList();
        var largest = mistakes.Count == 0 ? 1 : mistakes[0].Count;
        var map = new HeatMap
        {
            RowLabels = names,
            ColumnLabels = names,
            RowTitle = "true class",
            ColumnTitle = "predicted class",
            RowSummary = ("recall", [.. classes.Select(c => ReportText.Percent(confusion.Recall(c), 1))]),
            ColumnSummary = ("precision", [.. classes.Select(c => ReportText.Percent(confusion.Precision(c), 1))]),
            Cell = (actual, predicted) =>
            {
                var count = confusion[actual, predicted];
                var description = $"{ReportText.Count(count)} of class {names[actual]} were taken for {names[predicted]}";
                // Mistakes by their root: the few are to be seen beside the many.
                return actual == predicted
                    ? new HeatMapCell(ReportText.Count(count), Recall(confusion, actual), 0, description)
                    : new HeatMapCell(count == 0 ? "" : ReportText.Count(count), 0.6 * Math.Sqrt((double)count / largest), 1, description);
            },
            Caption = "Right answers are on the diagonal, the fuller the larger their part of the class; mistakes are beside it, the "
                + "fuller the more there are of them.",
        };
        return new ReportSection("Confusion matrix", Worst(names, mistakes)).Add(map);
    }

    private static double Recall(ConfusionMatrix confusion, int actual) =>
        double.IsNaN(confusion.Recall(actual)) ? 0 : 0.15 + 0.85 * confusion.Recall(actual);

    private static string Worst(IReadOnlyList<string> names, List<(int Actual, int Predicted, long Count)> mistakes)
    {
        var worst = mistakes.Take(LargestConfusions).Select(m => Describe(names, m.Actual, m.Predicted, m.Count));
        return mistakes.Count == 0 ? "There are no mistakes." : $"Most often {string.Join(", ", worst)}.";
    }

    private static string Describe(IReadOnlyList<string> names, int actual, int predicted, long count) =>
        $"{names[actual]} is taken for {names[predicted]} ({ReportText.Count(count)} {(count == 1 ? "time" : "times")})";
}
