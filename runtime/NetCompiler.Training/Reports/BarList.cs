using System.Globalization;

namespace NetCompiler.Training.Reports;

/// <summary>Parts of a whole as bars with names, such as the probabilities of classes.</summary>
public sealed class BarList : Figure
{
    /// <summary>Names and parts, each from 0 to 1.</summary>
    public required IReadOnlyList<(string Name, double Part)> Bars { get; init; }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter writer)
    {
        writer.Begin("table", ("class", "bars")).Begin("tbody").Raw("\n");
        foreach (var (name, part) in Bars)
        {
            var shown = double.IsNaN(part) ? 0 : Math.Clamp(part, 0, 1);
            writer.Begin("tr").Element("th", name, ("scope", "row")).Begin("td");
            writer.Begin(
                "svg",
                ("viewBox", "0 0 100 10"),
                ("preserveAspectRatio", "none"),
                ("aria-hidden", "true"),
                ("xmlns", HtmlWriter.SvgNamespace));
            writer.Empty("rect", ("class", "empty"), ("width", "100"), ("height", "10"));
            writer.Empty("rect", ("class", "fill s1"), ("width", HtmlWriter.Number(100 * shown)), ("height", "10")).End();
            writer.End().Element("td", (part * 100).ToString("F1", CultureInfo.InvariantCulture) + "%", ("class", "number")).End();
        }
        writer.End().End();
    }
}
