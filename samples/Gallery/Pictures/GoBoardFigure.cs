using NetCompiler.Training.Reports;

namespace Gallery.Pictures;

/// <summary>A board with stones, and squares on empty points that are the fuller the surer the network is that a move there captures.</summary>
internal sealed class GoBoardFigure : Figure
{
    private const int Step = 34;

    /// <summary>The mover's stones, then the other's: two planes of 1 and 0.</summary>
    public required float[] Stones { get; init; }

    /// <summary>The probability that a move captures, for each point.</summary>
    public required float[] Predicted { get; init; }

    /// <summary>1 where a move captures.</summary>
    public required float[] Captures { get; init; }

    protected override void WriteContent(HtmlWriter writer)
    {
        var size = (int)Math.Sqrt(Stones.Length / 2);
        var extent = (size + 1) * Step;
        var title = writer.NewId();
        writer.Begin(
            "svg",
            ("viewBox", $"0 0 {HtmlWriter.Number(extent)} {HtmlWriter.Number(extent)}"),
            ("width", HtmlWriter.Number(extent)),
            ("role", "img"),
            ("aria-labelledby", title),
            ("style", "max-width: 100%"),
            ("xmlns", HtmlWriter.SvgNamespace));
        writer.Element("title", Title ?? "A position", ("id", title));
        writer.Empty("rect", ("fill", "#e3c188"), ("width", HtmlWriter.Number(extent)), ("height", HtmlWriter.Number(extent)), ("rx", "6"));
        for (var i = 1; i <= size; i++)
        {
            var (at, first, last) = (HtmlWriter.Number(i * Step), HtmlWriter.Number(Step), HtmlWriter.Number(size * Step));
            writer.Empty("path", ("stroke", "#6b5229"), ("d", $"M{at} {first}V{last}M{first} {at}H{last}"));
        }
        for (var i = 0; i < size * size; i++)
        {
            var (x, y) = ((i % size + 1) * Step, (i / size + 1) * Step);
            if (Stones[i] + Stones[size * size + i] > 0)
            {
                writer.Empty(
                    "circle",
                    ("cx", HtmlWriter.Number(x)),
                    ("cy", HtmlWriter.Number(y)),
                    ("r", "15"),
                    ("fill", Stones[i] > 0 ? "#16181b" : "#fbfbf8"),
                    ("stroke", "#16181b"));
            }
            if (Predicted[i] > 0.05 || Captures[i] > 0)
                Mark(writer, x, y, Predicted[i], Captures[i] > 0);
        }
        writer.End();
    }

    private static void Mark(HtmlWriter writer, int x, int y, float predicted, bool captures)
    {
        const int Side = 20;
        var isRight = predicted > 0.5 == captures;
        writer.Empty(
            "rect",
            ("x", HtmlWriter.Number(x - Side / 2.0)),
            ("y", HtmlWriter.Number(y - Side / 2.0)),
            ("width", HtmlWriter.Number(Side)),
            ("height", HtmlWriter.Number(Side)),
            ("fill", "#0072b2"),
            ("fill-opacity", HtmlWriter.Number(predicted, 3)),
            ("stroke", isRight ? "#0072b2" : "#d5002e"),
            ("stroke-width", isRight ? "1.5" : "4"));
    }
}
