namespace NetCompiler.Training.Reports;

/// <summary>A few numbers that matter most, large.</summary>
/// <param name="figures">What each number is, and the number as text.</param>
public sealed class KeyFigures(params IReadOnlyList<(string Name, string Value)> figures) : IReportElement
{
    /// <inheritdoc/>
    public void WriteTo(HtmlWriter writer)
    {
        writer.Begin("dl", ("class", "key-figures")).Raw("\n");
        foreach (var (name, value) in figures)
            writer.Begin("div").Element("dt", name).Element("dd", value).End();
        writer.End();
    }
}
