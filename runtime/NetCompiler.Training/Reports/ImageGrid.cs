namespace NetCompiler.Training.Reports;

/// <summary>Pictures side by side, in as many rows as it takes.</summary>
public sealed class ImageGrid : Figure
{
    /// <summary>The pictures.</summary>
    public required IReadOnlyList<Picture> Pictures { get; init; }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter writer)
    {
        writer.Begin("ul", ("class", "pictures")).Raw("\n");
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
