namespace NetCompiler.Training.Reports;

/// <summary>What a report's sections are made of: a paragraph, a table, a figure.</summary>
public interface IReportElement
{
    /// <summary>Writes the element.</summary>
    /// <param name="writer">Where to.</param>
    void WriteTo(HtmlWriter writer);
}
