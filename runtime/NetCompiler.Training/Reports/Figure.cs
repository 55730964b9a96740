namespace NetCompiler.Training.Reports;

/// <summary>Something to look at, with words that say what is seen.</summary>
public abstract class Figure : IReportElement
{
    /// <summary>A short name above; null for none.</summary>
    public string? Title { get; init; }

    /// <summary>Fainter words behind the name; null for none.</summary>
    public string? Subtitle { get; init; }

    /// <summary>What is seen, below; null for nothing.</summary>
    public string? Caption { get; init; }

    /// <inheritdoc/>
    public void WriteTo(HtmlWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Begin("figure").Raw("\n");
        if (Title is not null)
        {
            writer.Begin("h3").Text(Title);
            if (Subtitle is not null)
                writer.Text(" ").Element("small", Subtitle);
            writer.End();
        }
        WriteContent(writer);
        if (Caption is not null)
            writer.Element("figcaption", Caption);
        writer.End();
    }

    /// <summary>Writes what there is to look at.</summary>
    /// <param name="writer">Where to.</param>
    protected abstract void WriteContent(HtmlWriter writer);
}
