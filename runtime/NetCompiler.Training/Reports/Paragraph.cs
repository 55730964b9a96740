namespace NetCompiler.Training.Reports;

/// <summary>Text.</summary>
/// <param name="Text">The text.</param>
public sealed record Paragraph(string Text) : IReportElement
{
    /// <inheritdoc/>
    public void WriteTo(HtmlWriter writer) => writer.Element("p", Text);
}
