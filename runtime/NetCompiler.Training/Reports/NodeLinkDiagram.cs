using System.Globalization;

namespace NetCompiler.Training.Reports;

/// <summary>A graph: nodes as discs in the colours of their classes, edges as lines.</summary>
public sealed class NodeLinkDiagram : Figure
{
    private const int Width = 640;
    private const int Height = 440;
    private const int Margin = 24;

    /// <summary>The nodes.</summary>
    public required IReadOnlyList<DiagramNode> Nodes { get; init; }

    /// <summary>Pairs of indices of nodes.</summary>
    public required IReadOnlyList<(int A, int B)> Edges { get; init; }

    /// <summary>What the colours mean.</summary>
    public required IReadOnlyList<string> SeriesNames { get; init; }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter writer)
    {
        writer.Begin("ul", ("class", "legend")).Raw("\n");
        for (var i = 0; i < SeriesNames.Count; i++)
        {
            writer.Begin("li").Begin("svg", ("viewBox", "0 0 28 10"), ("aria-hidden", "true"), ("xmlns", HtmlWriter.SvgNamespace));
            writer.Empty("circle", ("class", Fill(i)), ("cx", "14"), ("cy", "5"), ("r", "5")).End().Element("b", SeriesNames[i]).End();
        }
        writer.End();
        var title = writer.NewId();
        writer.Begin(
            "svg",
            ("class", "chart"),
            ("viewBox", $"0 0 {HtmlWriter.Number(Width)} {HtmlWriter.Number(Height)}"),
            ("role", "img"),
            ("aria-labelledby", title),
            ("xmlns", HtmlWriter.SvgNamespace));
        writer.Element("title", Title ?? $"A graph of {Nodes.Count} nodes and {Edges.Count} edges", ("id", title));
        foreach (var (a, b) in Edges)
        {
            writer.Empty(
                "line",
                ("class", "edge"),
                ("x1", X(Nodes[a])),
                ("y1", Y(Nodes[a])),
                ("x2", X(Nodes[b])),
                ("y2", Y(Nodes[b])));
        }
        foreach (var node in Nodes)
        {
            writer.Empty(
                "circle",
                ("class", $"{(node.IsWrong ? "node wrong" : "node")} {Fill(node.Series)}"),
                ("cx", X(node)),
                ("cy", Y(node)),
                ("r", node.IsLarge ? "15" : "10"));
            writer.Element(
                "text",
                node.Label,
                ("class", "node-label"),
                ("x", X(node)),
                ("y", HtmlWriter.Number(At(node.Y, Height) + 3.5)),
                ("text-anchor", "middle"));
        }
        writer.End();
    }

    private static string Fill(int series) => "fill s" + (series % ReportStyle.SeriesCount + 1).ToString(CultureInfo.InvariantCulture);

    private static string X(DiagramNode node) => HtmlWriter.Number(At(node.X, Width));

    private static string Y(DiagramNode node) => HtmlWriter.Number(At(node.Y, Height));

    private static double At(double part, int extent) => Margin + part * (extent - 2 * Margin);
}
