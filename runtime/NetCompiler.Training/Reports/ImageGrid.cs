namespace NetCompiler.Training.Reports;

/// <summary>Pictures side by side, in as many rows as it takes.</summary>
public sealed class ImageGrid : Figure
{
    /// <summary>The pictures.</summary>
    public required IReadOnlyList<Picture> Pictures { get; init; }

    /// <summary>The least width of a picture's column, in pixels of the screen; 0 for that of small pictures.</summary>
    public int CellWidth { get; init; }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter writer)
    {
        var columns = CellWidth > 0
            ? $"grid-template-columns: repeat(auto-fill, minmax(min({HtmlWriter.Number(CellWidth)}px, 100%), 1fr))"
            : null;
        writer.Begin("ul", ("class", "pictures"), ("style", columns)).Raw("\n");
        foreach (var picture in Pictures)
        {
            writer.Begin("li");
            picture.WriteTo(writer);
            if (picture.Caption is not null)
                writer.Element("span", picture.Caption);
            if (picture.Detail is not null)
                writer.Element("small", picture.Detail);
            writer.End();
        }
        writer.End();
    }
}
