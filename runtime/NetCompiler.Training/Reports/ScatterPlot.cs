using System.Globalization;

namespace NetCompiler.Training.Reports;

/// <summary>Points on a plane, each group of them in a colour, and in letters where its name is a single one.</summary>
public sealed class ScatterPlot : Figure
{
    private const int Width = 560;
    private const int Height = 460;
    private const int Left = 58;
    private const int Right = 18;
    private const int Top = 14;
    private const int Bottom = 46;

    /// <summary>The groups.</summary>
    public required IReadOnlyList<LineSeries> Series { get; init; }

    /// <summary>What X is.</summary>
    public required string XLabel { get; init; }

    /// <summary>What Y is.</summary>
    public required string YLabel { get; init; }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter writer)
    {
        var points = Series.SelectMany(s => s.Points).Where(IsShown).ToList();
        if (points.Count == 0)
        {
            writer.Element("p", "There are no values to show.");
            return;
        }
        var x = ChartAxis.Linear(points.Min(p => p.X), points.Max(p => p.X), count: 7);
        var y = ChartAxis.Linear(points.Min(p => p.Y), points.Max(p => p.Y), count: 6);
        var title = writer.NewId();
        writer.Begin(
            "svg",
            ("class", "chart"),
            ("viewBox", $"0 0 {HtmlWriter.Number(Width)} {HtmlWriter.Number(Height)}"),
            ("role", "img"),
            ("aria-labelledby", title),
            ("xmlns", HtmlWriter.SvgNamespace));
        writer.Element("title", Title ?? $"{YLabel} by {XLabel}", ("id", title));
        WriteAxes(writer, x, y);
        for (var i = 0; i < Series.Count; i++)
        {
            var fill = "fill s" + (i % ReportStyle.SeriesCount + 1).ToString(CultureInfo.InvariantCulture);
            foreach (var point in Series[i].Points.Where(IsShown))
            {
                var (at, height) = (HtmlWriter.Number(AtX(x.Position(point.X)), 1), HtmlWriter.Number(AtY(y.Position(point.Y)), 1));
                if (Series[i].Name.Length == 1)
                    writer.Element("text", Series[i].Name, ("class", "mark " + fill), ("x", at), ("y", height), ("text-anchor", "middle"));
                else
                    writer.Empty("circle", ("class", fill), ("cx", at), ("cy", height), ("r", "3"), ("fill-opacity", "0.7"));
            }
        }
        writer.End();
    }

    private void WriteAxes(HtmlWriter writer, ChartAxis x, ChartAxis y)
    {
        foreach (var tick in y.Ticks)
        {
            var at = HtmlWriter.Number(AtY(y.Position(tick.Value)));
            writer.Empty("path", ("class", "grid"), ("d", $"M{Left} {at}H{Width - Right}"));
            writer.Element("text", tick.Label, ("x", HtmlWriter.Number(Left - 8)), ("y", at), ("dy", "0.32em"), ("text-anchor", "end"));
        }
        foreach (var tick in x.Ticks)
        {
            var at = HtmlWriter.Number(AtX(x.Position(tick.Value)));
            writer.Empty("path", ("class", "grid"), ("d", $"M{at} {Top}V{Height - Bottom}"));
            writer.Element("text", tick.Label, ("x", at), ("y", HtmlWriter.Number(Height - Bottom + 19)), ("text-anchor", "middle"));
        }
        writer.Element(
            "text",
            XLabel,
            ("class", "label"),
            ("x", HtmlWriter.Number((Left + Width - Right) / 2.0)),
            ("y", HtmlWriter.Number(Height - 6)),
            ("text-anchor", "middle"));
        writer.Element(
            "text",
            YLabel,
            ("class", "label"),
            ("transform", $"translate(14 {HtmlWriter.Number((Top + Height - Bottom) / 2.0)}) rotate(-90)"),
            ("text-anchor", "middle"));
    }

    private static bool IsShown((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    private static double AtX(double position) => Left + position * (Width - Left - Right);

    private static double AtY(double position) => Height - Bottom - position * (Height - Top - Bottom);
}
