using System.Globalization;

namespace NetCompiler.Training.Reports;

/// <summary>
/// Writes HTML that is well-formed XML as well. Text and attributes are escaped; lines end by \n; numbers are written as everywhere.
/// </summary>
/// <param name="writer">Where to.</param>
public sealed class HtmlWriter(TextWriter writer)
{
    /// <summary>The namespace of drawings: XML wants it said, HTML knows it.</summary>
    public const string SvgNamespace = "http://www.w3.org/2000/svg";

    // Elements behind which a line ends; within others white space can be seen.
    private static readonly HashSet<string> s_blocks =
    [
        "body", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer", "g", "h1", "h2", "h3", "head", "header", "html",
        "link", "main", "meta", "ol", "p", "path", "li", "section", "style", "svg", "table", "tbody", "tfoot", "thead", "title", "tr", "ul",
    ];

    private readonly Stack<string> _open = new();
    private int _lastId;

    /// <summary>A number with at most so many decimals, none of them zeros at the end, the same under every culture.</summary>
    /// <param name="value">The number.</param>
    /// <param name="decimals">At most so many decimals.</param>
    public static string Number(double value, int decimals = 2)
    {
        var text = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        if (decimals > 0)
            text = text.TrimEnd('0').TrimEnd('.');
        return text is "-0" or "" ? "0" : text;
    }

    /// <summary>A name that no other element of the document has.</summary>
    public string NewId() => "id" + (++_lastId).ToString(CultureInfo.InvariantCulture);

    /// <summary>Begins an element.</summary>
    /// <param name="element">Its name.</param>
    /// <param name="attributes">Its attributes; those that are null are left out.</param>
    /// <returns>The writer itself.</returns>
    public HtmlWriter Begin(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(element, attributes);
        writer.Write('>');
        _open.Push(element);
        return this;
    }

    /// <summary>Ends the element that was begun last.</summary>
    /// <returns>The writer itself.</returns>
    public HtmlWriter End()
    {
        var element = _open.Pop();
        writer.Write("</");
        writer.Write(element);
        writer.Write('>');
        EndLine(element);
        return this;
    }

    /// <summary>Writes an element that has nothing within, such as an image.</summary>
    /// <param name="element">Its name.</param>
    /// <param name="attributes">Its attributes; those that are null are left out.</param>
    /// <returns>The writer itself.</returns>
    public HtmlWriter Empty(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(element, attributes);
        writer.Write(" />");
        EndLine(element);
        return this;
    }

    /// <summary>Writes an element that has text within.</summary>
    /// <param name="element">Its name.</param>
    /// <param name="text">The text.</param>
    /// <param name="attributes">Its attributes; those that are null are left out.</param>
    /// <returns>The writer itself.</returns>
    public HtmlWriter Element(string element, string text, params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Begin(element, attributes).Text(text).End();

    /// <summary>Writes text.</summary>
    /// <param name="text">The text, not escaped yet. Characters that XML does not know become U+FFFD.</param>
    /// <returns>The writer itself.</returns>
    public HtmlWriter Text(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&':
                    writer.Write("&amp;");
                    break;
                case '<':
                    writer.Write("&lt;");
                    break;
                case '>':
                    writer.Write("&gt;");
                    break;
                case '"':
                    writer.Write("&quot;");
                    break;
                case (< ' ' and not ('\t' or '\n')) or 0xfffe or 0xffff:
                    writer.Write('\ufffd');
                    break;
                default:
                    writer.Write(rune.ToString());
                    break;
            }
        }
        return this;
    }

    /// <summary>Writes what is HTML or CSS already.</summary>
    internal HtmlWriter Raw(string text)
    {
        writer.Write(text);
        return this;
    }

    private void Tag(string element, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        writer.Write('<');
        writer.Write(element);
        foreach (var (name, value) in attributes)
        {
            if (value is null)
                continue;
            writer.Write(' ');
            writer.Write(name);
            writer.Write("=\"");
            Text(value);
            writer.Write('"');
        }
    }

    private void EndLine(string element)
    {
        if (s_blocks.Contains(element))
            writer.Write('\n');
    }
}
