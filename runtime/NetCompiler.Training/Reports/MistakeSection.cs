using NetCompiler.Training.Data;

namespace NetCompiler.Training.Reports;

/// <summary>What a network gets wrong although it is sure.</summary>
public static class MistakeSection
{
    private const int PictureSize = 112;

    /// <summary>Makes the section: the samples with what they are and what they are taken for.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="mistakes">What <see cref="Mistakes.FindWorst"/> found in it.</param>
    /// <param name="classNames">What the classes are called.</param>
    public static ReportSection Create(IDataset data, IReadOnlyList<Mistake> mistakes, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(mistakes);
        ArgumentNullException.ThrowIfNull(classNames);
        if (mistakes.Count == 0)
            return new ReportSection("Worst mistakes", "There are none.");
        var section = new ReportSection(
            "Worst mistakes",
            $"The {ReportText.Count(mistakes.Count)} samples of the test set of which the network is surest, and wrong: what it takes them "
            + "for and, below, what they are, each with its probability.");
        if (SampleImage.IsPicture(data.Inputs[0].Shape))
            return section.Add(new ImageGrid { Pictures = [.. mistakes.Select(m => ToPicture(data, m, classNames))] });
        var table = new DataTable("Sample", "True class", "Taken for", "With", "True class with");
        foreach (var mistake in mistakes)
        {
            table.AddRow(
                ReportText.Count(mistake.Index),
                classNames[mistake.Actual],
                classNames[mistake.Predicted],
                ReportText.Percent(mistake.Confidence, 1),
                ReportText.Percent(mistake.ActualConfidence, 1));
        }
        return section.Add(table);
    }

    private static Picture ToPicture(IDataset data, Mistake mistake, IReadOnlyList<string> classNames)
    {
        var image = SampleImage.Create(data, mistake.Index);
        var (actual, predicted) = (classNames[mistake.Actual], classNames[mistake.Predicted]);
        return new Picture(image, $"Sample {mistake.Index}: of class {actual}, taken for {predicted}")
        {
            Scale = Math.Max(1, PictureSize / Math.Max(image.Width, image.Height)),
            Caption = $"{predicted} ({ReportText.Percent(mistake.Confidence, 1)})",
            Detail = $"is {actual} ({ReportText.Percent(mistake.ActualConfidence, 1)})",
        };
    }
}
