namespace NetCompiler.Training.Reports;

/// <summary>Facts, each a name and what it is.</summary>
/// <param name="facts">Names and values.</param>
public sealed class FactList(params IReadOnlyList<(string Name, string Value)> facts) : IReportElement
{
    /// <inheritdoc/>
    public void WriteTo(HtmlWriter writer)
    {
        writer.Begin("dl", ("class", "facts")).Raw("\n");
        foreach (var (name, value) in facts)
            writer.Begin("div").Element("dt", name).Element("dd", value).End();
        writer.End();
    }
}
