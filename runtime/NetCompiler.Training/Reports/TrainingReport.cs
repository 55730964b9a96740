using NetCompiler.Training.Data;

namespace NetCompiler.Training.Reports;

/// <summary>A report of how a classifier was trained and how well it does. Its sections can be used on their own as well.</summary>
public static class TrainingReport
{
    /// <summary>Makes the report.</summary>
    /// <param name="title">What it is called.</param>
    /// <param name="network">The network, trained.</param>
    /// <param name="history">What <c>Fit</c> returned.</param>
    /// <param name="test">The test set, of class labels.</param>
    /// <param name="evaluation">What <c>Evaluate</c> returned for the test set.</param>
    /// <param name="facts">What else there is to say of the run: the data's source, the seed, the optimiser.</param>
    /// <param name="mistakes">How many of the worst mistakes are shown.</param>
    /// <returns>A report to save, or to add to.</returns>
    /// <exception cref="ArgumentException">The test set does not fit the network, or has no class labels.</exception>
    public static HtmlReport Create(
        string title,
        Network network,
        History history,
        IDataset test,
        Evaluation evaluation,
        IReadOnlyList<(string Name, string Value)> facts,
        int mistakes = 24)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(evaluation);
        if (evaluation.Confusion is not { } confusion)
            throw new ArgumentException("A report of a classifier: expected an evaluation with class labels.", nameof(evaluation));
        var definition = network.Definition;
        var wrong = evaluation.Count - (int)Math.Round(evaluation.Accuracy * evaluation.Count);
        var report = new HtmlReport(title, $"{definition.Name}, compiled by NetCompiler");
        report.Add(new KeyFigures(
            ("Test accuracy", ReportText.Percent(evaluation.Accuracy)),
            ("Test loss", ReportText.Loss(evaluation.Loss)),
            ("Mistakes", ReportText.Count(wrong)),
            ("Epochs", ReportText.Count(history.Epochs.Count)),
            ("Training time", ReportText.Duration(history.Seconds)),
            ("Parameters", ReportText.Count(definition.ParameterCount))));
        report.Add(new FactList([.. facts, ("Structure", definition.StructuralHashText)]));
        if (history.Epochs.Count > 0)
            report.Add(CurvesSection.Create(history));
        report.Add(ConfusionSection.Create(confusion));
        report.Add(MistakeSection.Create(test, Mistakes.FindWorst(network, test, mistakes), confusion.ClassNames));
        if (definition.Parameters.Any(p => p.Shape.Count == 4))
            report.Add(FilterSection.Create(network));
        if (test.Count > 0)
            report.Add(FeatureMapSection.Create(network, test, 0, confusion.ClassNames));
        return report.Add(NetworkSection.Create(definition));
    }
}
