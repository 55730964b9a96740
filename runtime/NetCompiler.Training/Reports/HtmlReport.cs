using System.Text;
using NetCompiler.Runtime;

namespace NetCompiler.Training.Reports;

/// <summary>
/// A page of results in one file of HTML: style, drawings and pictures are within, there are no scripts, and nothing is loaded from
/// elsewhere. It follows the reader's light or dark setting, can be printed, and the same content gives the same bytes.
/// </summary>
/// <param name="title">What the page is called.</param>
/// <param name="subtitle">A line below the title; null for none.</param>
public sealed class HtmlReport(string title, string? subtitle = null)
{
    private readonly List<IReportElement> _elements = [];

    /// <summary>What the page is called.</summary>
    public string Title { get; } = title;

    /// <summary>A line below the title; null for none.</summary>
    public string? Subtitle { get; } = subtitle;

    /// <summary>What the page consists of, sections as a rule, in order.</summary>
    public IReadOnlyList<IReportElement> Elements => _elements;

    /// <summary>Adds to the page.</summary>
    /// <param name="element">What comes next.</param>
    /// <returns>The report itself.</returns>
    public HtmlReport Add(IReportElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        _elements.Add(element);
        return this;
    }

    /// <summary>Writes the page, and replaces a file of that name only when the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        WriteTo(writer);
    });

    /// <summary>Writes the page.</summary>
    /// <param name="writer">Where to, UTF-8 if it is a file.</param>
    public void WriteTo(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var html = new HtmlWriter(writer);
        html.Raw("<!DOCTYPE html>\n").Begin("html", ("lang", "en"), ("xmlns", "http://www.w3.org/1999/xhtml")).Raw("\n");
        html.Begin("head").Raw("\n");
        html.Empty("meta", ("charset", "utf-8"));
        html.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Empty("meta", ("name", "color-scheme"), ("content", "light dark"));
        html.Element("title", Title);
        html.Begin("style").Raw(ReportStyle.Css).End();
        html.End();
        html.Begin("body").Raw("\n").Begin("header").Raw("\n").Element("h1", Title);
        if (Subtitle is not null)
            html.Element("p", Subtitle);
        html.End().Begin("main").Raw("\n");
        foreach (var element in _elements)
            element.WriteTo(html);
        html.End().End().End();
    }

    /// <summary>The page.</summary>
    public override string ToString()
    {
        using var writer = new StringWriter();
        WriteTo(writer);
        return writer.ToString();
    }
}
