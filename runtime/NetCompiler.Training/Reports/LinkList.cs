namespace NetCompiler.Training.Reports;

/// <summary>Links to other pages, one below the other, each with what is seen there.</summary>
/// <param name="links">The links.</param>
public sealed class LinkList(params IReadOnlyList<Link> links) : IReportElement
{
    /// <inheritdoc/>
    public void WriteTo(HtmlWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Begin("ul", ("class", "links")).Raw("\n");
        foreach (var link in links)
        {
            writer.Begin("li").Element("a", link.Text, ("href", link.Address));
            if (link.Description is not null)
                writer.Text(" ").Element("small", link.Description);
            writer.End();
        }
        writer.End();
    }
}
