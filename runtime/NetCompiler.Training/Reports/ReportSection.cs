namespace NetCompiler.Training.Reports;

/// <summary>A part of a report, under a heading.</summary>
/// <param name="title">The heading.</param>
/// <param name="introduction">What is seen, in a sentence or two; null for nothing.</param>
public sealed class ReportSection(string title, string? introduction = null) : IReportElement
{
    private readonly List<IReportElement> _elements = [];

    /// <summary>The heading.</summary>
    public string Title { get; } = title;

    /// <summary>What is seen; null for nothing.</summary>
    public string? Introduction { get; } = introduction;

    /// <summary>What the section consists of, in order.</summary>
    public IReadOnlyList<IReportElement> Elements => _elements;

    /// <summary>Adds to the section.</summary>
    /// <param name="element">What comes next.</param>
    /// <returns>The section itself.</returns>
    public ReportSection Add(IReportElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        _elements.Add(element);
        return this;
    }

    /// <inheritdoc/>
    public void WriteTo(HtmlWriter writer)
    {
        var id = writer.NewId();
        writer.Begin("section", ("aria-labelledby", id)).Raw("\n").Element("h2", Title, ("id", id));
        if (Introduction is not null)
            writer.Element("p", Introduction);
        foreach (var element in _elements)
            element.WriteTo(writer);
        writer.End();
    }
}
