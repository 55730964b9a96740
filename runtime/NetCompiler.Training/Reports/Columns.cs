namespace NetCompiler.Training.Reports;

/// <summary>Elements side by side, where the page is wide enough.</summary>
/// <param name="elements">The elements.</param>
public sealed class Columns(params IReadOnlyList<IReportElement> elements) : IReportElement
{
    /// <inheritdoc/>
    public void WriteTo(HtmlWriter writer)
    {
        writer.Begin("div", ("class", "columns")).Raw("\n");
        foreach (var element in elements)
            element.WriteTo(writer);
        writer.End();
    }
}
