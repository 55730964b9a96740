using System.Globalization;

namespace NetCompiler.Training.Reports;

/// <summary>A table: columns whose cells are all numbers (or empty, or a dash) are aligned to the right.</summary>
public sealed class DataTable : IReportElement
{
    // A number and its unit stay on a line; longer text may wrap.
    private const int LongestUnbroken = 12;

    private readonly IReadOnlyList<string> _columns;
    private readonly List<IReadOnlyList<string>> _rows = [];
    private IReadOnlyList<string>? _total;

    /// <summary>Makes a table without rows.</summary>
    /// <param name="columns">The heads of the columns, at least one.</param>
    public DataTable(params IReadOnlyList<string> columns)
    {
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count, nameof(columns));
        _columns = [.. columns];
    }

    /// <summary>What is seen; null for nothing.</summary>
    public string? Caption { get; init; }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A cell for each column. The first one is the row's head.</param>
    /// <returns>The table itself.</returns>
    /// <exception cref="ArgumentException">There are more or fewer cells than columns.</exception>
    public DataTable AddRow(params IReadOnlyList<string> cells)
    {
        _rows.Add(Checked(cells));
        return this;
    }

    /// <summary>Sets the row at the end that sums up.</summary>
    /// <param name="cells">A cell for each column.</param>
    /// <returns>The table itself.</returns>
    /// <exception cref="ArgumentException">There are more or fewer cells than columns.</exception>
    public DataTable SetTotal(params IReadOnlyList<string> cells)
    {
        _total = Checked(cells);
        return this;
    }

    /// <inheritdoc/>
    public void WriteTo(HtmlWriter writer)
    {
        writer.Begin("div", ("class", "wide")).Begin("table").Raw("\n");
        if (Caption is not null)
            writer.Element("caption", Caption);
        writer.Begin("thead").Begin("tr");
        for (var i = 0; i < _columns.Count; i++)
            writer.Element("th", _columns[i], ("scope", "col"), ("class", Class(i)));
        writer.End().End().Begin("tbody").Raw("\n");
        foreach (var row in _rows)
            Write(writer, row);
        writer.End();
        if (_total is not null)
        {
            writer.Begin("tfoot");
            Write(writer, _total);
            writer.End();
        }
        writer.End().End();
    }

    private void Write(HtmlWriter writer, IReadOnlyList<string> cells)
    {
        writer.Begin("tr").Element("th", cells[0], ("scope", "row"), ("class", Class(0)));
        for (var i = 1; i < cells.Count; i++)
            writer.Element("td", cells[i], ("class", Class(i) ?? (cells[i].Length <= LongestUnbroken ? "short" : null)));
        writer.End();
    }

    private string? Class(int column) => _rows.Count > 0 && _rows.All(r => IsNumber(r[column])) ? "number" : null;

    private static bool IsNumber(string cell) =>
        cell is "" or "–"
        || double.TryParse(
            cell.TrimEnd('%', ' '), NumberStyles.Number | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _);

    private IReadOnlyList<string> Checked(IReadOnlyList<string> cells) => cells.Count == _columns.Count
        ? [.. cells]
        : throw new ArgumentException($"A table of {_columns.Count} columns: expected as many cells, found {cells.Count}.", nameof(cells));
}
