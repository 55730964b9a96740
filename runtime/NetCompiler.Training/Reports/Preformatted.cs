namespace NetCompiler.Training.Reports;

/// <summary>Text whose lines stay as they are.</summary>
/// <param name="text">The text.</param>
public sealed class Preformatted(string text) : Figure
{
    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Element("pre", text);
    }
}
