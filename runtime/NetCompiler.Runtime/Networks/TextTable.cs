using System.Text;

namespace NetCompiler;

/// <summary>Tables of plain text with box-drawing characters: a head, rows, a line of totals.</summary>
internal static class TextTable
{
    /// <summary>Writes a table.</summary>
    /// <param name="head">The heads of the columns.</param>
    /// <param name="rows">The rows, as many cells each.</param>
    /// <param name="total">The last row, under a line.</param>
    /// <param name="leftAligned">How many columns, the first ones, are words; the others are numbers, aligned to the right.</param>
    /// <returns>Lines, each with a line feed at its end.</returns>
    public static string Write(string[] head, IReadOnlyList<string[]> rows, string[] total, int leftAligned)
    {
        var widths = new int[head.Length];
        Widen(widths, head);
        foreach (var row in rows)
            Widen(widths, row);
        Widen(widths, total);

        var text = new StringBuilder();
        Line(text, widths, '┌', '┬', '┐');
        Row(text, widths, head, leftAligned);
        Line(text, widths, '├', '┼', '┤');
        foreach (var row in rows)
            Row(text, widths, row, leftAligned);
        Line(text, widths, '├', '┼', '┤');
        Row(text, widths, total, leftAligned);
        Line(text, widths, '└', '┴', '┘');
        return text.ToString();
    }

    private static void Widen(int[] widths, string[] cells)
    {
        for (var i = 0; i < widths.Length; i++)
            widths[i] = Math.Max(widths[i], cells[i].Length);
    }

    private static void Line(StringBuilder text, int[] widths, char left, char middle, char right)
    {
        for (var i = 0; i < widths.Length; i++)
            text.Append(i == 0 ? left : middle).Append('─', widths[i] + 2);
        text.Append(right).Append('\n');
    }

    private static void Row(StringBuilder text, int[] widths, string[] cells, int leftAligned)
    {
        for (var i = 0; i < widths.Length; i++)
            text.Append("│ ").Append(i < leftAligned ? cells[i].PadRight(widths[i]) : cells[i].PadLeft(widths[i])).Append(' ');
        text.Append("│\n");
    }
}
