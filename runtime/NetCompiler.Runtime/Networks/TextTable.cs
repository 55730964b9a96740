using System.Text;

namespace NetCompiler;

/// <summary>Tables of plain text, no wider than they have to be: a head, rows, a line of totals, and lines between them.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>Writes a table.</summary>
    /// <param name="head">The heads of the columns. A line feed parts the first line of a head from its second one.</param>
    /// <param name="rows">The rows, as many cells each.</param>
    /// <param name="total">The last row, under a line.</param>
    /// <param name="leftAligned">How many columns, the first ones, are words; the others are numbers, aligned to the right.</param>
    /// <returns>Lines, each with a line feed at its end.</returns>
    public static string Write(string[] head, IReadOnlyList<string[]> rows, string[] total, int leftAligned)
    {
        var (upper, lower) = Split(head);
        var widths = new int[head.Length];
        Widen(widths, upper);
        Widen(widths, lower);
        foreach (var row in rows)
            Widen(widths, row);
        Widen(widths, total);

        var text = new StringBuilder();
        Line(text, widths);
        if (!ReferenceEquals(lower, head))
            Row(text, widths, upper, leftAligned);
        Row(text, widths, lower, leftAligned);
        Line(text, widths);
        foreach (var row in rows)
            Row(text, widths, row, leftAligned);
        Line(text, widths);
        Row(text, widths, total, leftAligned);
        Line(text, widths);
        return text.ToString();
    }

    /// <summary>The two lines of the heads; those of one line stand in the lower one, which is the head itself if all do.</summary>
    private static (string[] Upper, string[] Lower) Split(string[] head)
    {
        var upper = new string[head.Length];
        var lower = head;
        for (var i = 0; i < head.Length; i++)
        {
            upper[i] = "";
            if (head[i].IndexOf('\n', StringComparison.Ordinal) is var end and >= 0)
            {
                if (ReferenceEquals(lower, head))
                    lower = (string[])head.Clone();
                (upper[i], lower[i]) = (head[i][..end], head[i][(end + 1)..]);
            }
        }

        return (upper, lower);
    }

    private static void Widen(int[] widths, string[] cells)
    {
        for (var i = 0; i < widths.Length; i++)
            widths[i] = Math.Max(widths[i], cells[i].Length);
    }

    private static void Line(StringBuilder text, int[] widths)
    {
        var width = Gap.Length * (widths.Length - 1);
        foreach (var column in widths)
            width += column;
        text.Append('─', width).Append('\n');
    }

    private static void Row(StringBuilder text, int[] widths, string[] cells, int leftAligned)
    {
        for (var i = 0; i < widths.Length; i++)
            text.Append(i == 0 ? "" : Gap).Append(i < leftAligned ? cells[i].PadRight(widths[i]) : cells[i].PadLeft(widths[i]));
        // No white space at the ends of lines.
        while (text[^1] == ' ')
            text.Length--;
        text.Append('\n');
    }
}
