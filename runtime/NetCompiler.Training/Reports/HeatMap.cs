using System.Globalization;

namespace NetCompiler.Training.Reports;

/// <summary>
/// A grid of rows and columns whose cells are the fuller of colour the more they count, with a number in each where there is room.
/// </summary>
public sealed class HeatMap : Figure
{
    private const int MostLabelledCells = 24;
    private const int LetterWidth = 7;

    /// <summary>What the rows are called.</summary>
    public required IReadOnlyList<string> RowLabels { get; init; }

    /// <summary>What the columns are called.</summary>
    public required IReadOnlyList<string> ColumnLabels { get; init; }

    /// <summary>A cell, by row and column.</summary>
    public required Func<int, int, HeatMapCell> Cell { get; init; }

    /// <summary>What rows mean.</summary>
    public string? RowTitle { get; init; }

    /// <summary>What columns mean.</summary>
    public string? ColumnTitle { get; init; }

    /// <summary>A last column of text: its head, and a text for each row; null for none.</summary>
    public (string Head, IReadOnlyList<string> Texts)? RowSummary { get; init; }

    /// <summary>A last row of text: its head, and a text for each column; null for none.</summary>
    public (string Head, IReadOnlyList<string> Texts)? ColumnSummary { get; init; }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter writer)
    {
        var (rows, columns) = (RowLabels.Count, ColumnLabels.Count);
        var hasText = Math.Max(rows, columns) <= MostLabelledCells;
        var (cellWidth, cellHeight) = hasText ? (48, 34) : (12, 12);
        var longest = ColumnLabels.Max(l => l.Length) * LetterWidth;
        var isTurned = longest > cellWidth - 6;
        var left = 30 + Math.Max(RowLabels.Max(l => l.Length), ColumnSummary?.Head.Length ?? 0) * LetterWidth + 10;
        var top = (ColumnTitle is null ? 6 : 26) + (isTurned ? (int)(longest * 0.72) + 12 : 24);
        var width = left + columns * cellWidth + (RowSummary is null ? (isTurned ? (int)(longest * 0.7) : 4) : 72);
        var height = top + rows * cellHeight + (ColumnSummary is null ? 4 : 32);

        var title = writer.NewId();
        writer.Begin("div", ("class", "wide")).Begin(
            "svg",
            ("class", "heat-map"),
            ("viewBox", $"0 0 {HtmlWriter.Number(width)} {HtmlWriter.Number(height)}"),
            ("width", HtmlWriter.Number(width)),
            ("height", HtmlWriter.Number(height)),
            ("role", "img"),
            ("aria-labelledby", title),
            ("xmlns", HtmlWriter.SvgNamespace));
        writer.Element("title", Title ?? $"{RowTitle} by {ColumnTitle}", ("id", title));
        if (ColumnTitle is not null)
            Text(writer, ColumnTitle, left + columns * cellWidth / 2.0, 14, "middle", "label");
        if (RowTitle is not null)
            Turned(writer, RowTitle, 14, top + rows * cellHeight / 2.0, -90, "middle", "label");
        for (var c = 0; c < columns && (hasText || columns <= 60); c++)
        {
            var at = left + (c + 0.5) * cellWidth;
            if (isTurned)
                Turned(writer, ColumnLabels[c], at, top - 8, -45, "start", null);
            else
                Text(writer, ColumnLabels[c], at, top - 9, "middle", null);
        }
        for (var r = 0; r < rows; r++)
        {
            var middle = top + (r + 0.5) * cellHeight;
            Text(writer, RowLabels[r], left - 9, middle + 4, "end", null);
            for (var c = 0; c < columns; c++)
                WriteCell(writer, Cell(r, c), left + c * cellWidth, top + r * cellHeight, cellWidth, cellHeight, hasText);
            if (RowSummary is { } summary)
                Text(writer, summary.Texts[r], left + columns * cellWidth + 62, middle + 4, "end", "summary");
        }
        if (RowSummary is { } lastColumn)
            Text(writer, lastColumn.Head, left + columns * cellWidth + 62, top - 9, "end", "summary");
        if (ColumnSummary is { } lastRow && hasText)
        {
            Text(writer, lastRow.Head, left - 9, height - 10, "end", "summary");
            for (var c = 0; c < columns; c++)
                Text(writer, lastRow.Texts[c], left + (c + 0.5) * cellWidth, height - 10, "middle", "summary");
        }
        writer.End().End();
    }

    private static void WriteCell(HtmlWriter writer, HeatMapCell cell, int x, int y, int width, int height, bool hasText)
    {
        var strength = double.IsNaN(cell.Strength) ? 0 : Math.Clamp(cell.Strength, 0, 1);
        writer.Begin("g");
        if (cell.Description is not null)
            writer.Element("title", cell.Description);
        var gap = hasText ? 2 : 1;
        writer.Empty(
            "rect",
            ("class", "empty"),
            ("x", HtmlWriter.Number(x)),
            ("y", HtmlWriter.Number(y)),
            ("width", HtmlWriter.Number(width - gap)),
            ("height", HtmlWriter.Number(height - gap)),
            ("rx", hasText ? "3" : null));
        if (strength > 0)
        {
            writer.Empty(
                "rect",
                ("class", "fill s" + (cell.Series % ReportStyle.SeriesCount + 1).ToString(CultureInfo.InvariantCulture)),
                ("x", HtmlWriter.Number(x)),
                ("y", HtmlWriter.Number(y)),
                ("width", HtmlWriter.Number(width - gap)),
                ("height", HtmlWriter.Number(height - gap)),
                ("rx", hasText ? "3" : null),
                ("fill-opacity", HtmlWriter.Number(strength, 3)));
        }
        if (hasText)
            Text(writer, cell.Text, x + (width - gap) / 2.0, y + (height - gap) / 2.0 + 4.5, "middle", strength > 0.6 ? "on-fill" : null);
        writer.End();
    }

    private static void Text(HtmlWriter writer, string text, double x, double y, string anchor, string? style)
    {
        if (text.Length > 0)
        {
            writer.Element(
                "text", text, ("class", style), ("x", HtmlWriter.Number(x)), ("y", HtmlWriter.Number(y)), ("text-anchor", anchor));
        }
    }

    private static void Turned(HtmlWriter writer, string text, double x, double y, int angle, string anchor, string? style) =>
        writer.Element(
            "text",
            text,
            ("class", style),
            ("transform", $"translate({HtmlWriter.Number(x)} {HtmlWriter.Number(y)}) rotate({HtmlWriter.Number(angle)})"),
            ("text-anchor", anchor));
}
