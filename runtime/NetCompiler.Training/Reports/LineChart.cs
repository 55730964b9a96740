using System.Globalization;
using System.Text;

namespace NetCompiler.Training.Reports;

/// <summary>
/// Curves over an axis, each in a colour and a kind of line of its own, so that they can be told apart in grey too. Colours are those
/// of M. Okabe and K. Ito (2008), which the colour-blind can tell apart.
/// </summary>
public sealed class LineChart : Figure
{
    private const int Width = 560;
    private const int Height = 300;
    private const int Left = 58;
    private const int Right = 18;
    private const int Top = 14;
    private const int Bottom = 46;
    private const int MostMarkers = 40;

    /// <summary>The curves.</summary>
    public required IReadOnlyList<LineSeries> Series { get; init; }

    /// <summary>What X is.</summary>
    public required string XLabel { get; init; }

    /// <summary>What Y is.</summary>
    public required string YLabel { get; init; }

    /// <summary>Whether equal ratios of Y are equally far. Values that are not more than 0 leave gaps then.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Whether Y is written in percent, 1 being 100%.</summary>
    public bool IsPercent { get; init; }

    /// <summary>The least distance of ticks of X: 1 where only whole numbers mean something, such as epochs.</summary>
    public double SmallestXStep { get; init; }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter writer)
    {
        var points = Series.SelectMany(s => s.Points).Where(IsShown).ToList();
        if (points.Count == 0)
        {
            writer.Element("p", "There are no values to show.");
            return;
        }
        var x = ExactX(points.Min(p => p.X), points.Max(p => p.X));
        var y = IsLogarithmic
            ? ChartAxis.Logarithmic(points.Min(p => p.Y), points.Max(p => p.Y))
            : ChartAxis.Linear(points.Min(p => p.Y), points.Max(p => p.Y), percent: IsPercent);

        WriteLegend(writer);
        var (title, description) = (writer.NewId(), writer.NewId());
        writer.Begin(
            "svg",
            ("class", "chart"),
            ("viewBox", $"0 0 {HtmlWriter.Number(Width)} {HtmlWriter.Number(Height)}"),
            ("role", "img"),
            ("aria-labelledby", $"{title} {description}"),
            ("xmlns", HtmlWriter.SvgNamespace));
        writer.Element("title", $"{YLabel} over {XLabel}", ("id", title));
        writer.Element("desc", Describe(), ("id", description));
        WriteAxes(writer, x, y);
        for (var i = 0; i < Series.Count; i++)
            WriteSeries(writer, Series[i], i % ReportStyle.SeriesCount, x, y);
        writer.End();
    }

    private static string Class(string kind, int series) => $"{kind} s{(series + 1).ToString(CultureInfo.InvariantCulture)}";

    private bool IsShown((double X, double Y) point) =>
        double.IsFinite(point.X) && double.IsFinite(point.Y) && (!IsLogarithmic || point.Y > 0);

    /// <summary>Curves go from edge to edge; only Y has room above and below.</summary>
    private (double Minimum, double Maximum, IReadOnlyList<ChartTick> Ticks) ExactX(double minimum, double maximum)
    {
        var axis = ChartAxis.Linear(minimum, maximum, count: 8, SmallestXStep);
        if (minimum == maximum)
            return (axis.Minimum, axis.Maximum, [.. axis.Ticks.Where(t => t.Value == minimum)]);
        var slack = (maximum - minimum) * 1e-9;
        return (minimum, maximum, [.. axis.Ticks.Where(t => t.Value >= minimum - slack && t.Value <= maximum + slack)]);
    }

    private void WriteLegend(HtmlWriter writer)
    {
        writer.Begin("ul", ("class", "legend")).Raw("\n");
        for (var i = 0; i < Series.Count; i++)
        {
            writer.Begin("li");
            writer.Begin("svg", ("viewBox", "0 0 28 10"), ("aria-hidden", "true"), ("xmlns", HtmlWriter.SvgNamespace));
            writer.Empty("path", ("class", Class("line", i % ReportStyle.SeriesCount)), ("d", "M1 5H27"));
            writer.End().Text(Series[i].Name);
            var last = Series[i].Points.LastOrDefault(IsShown, (X: double.NaN, Y: double.NaN));
            if (!double.IsNaN(last.Y))
                writer.Text(" ").Element("b", Format(last.Y));
            writer.End();
        }
        writer.End();
    }

    private void WriteAxes(
        HtmlWriter writer, (double Minimum, double Maximum, IReadOnlyList<ChartTick> Ticks) x, ChartAxis y)
    {
        foreach (var tick in y.Ticks)
        {
            var at = HtmlWriter.Number(Height - Bottom - y.Position(tick.Value) * (Height - Top - Bottom));
            writer.Empty("path", ("class", tick == y.Ticks[0] ? "axis" : "grid"), ("d", $"M{Left} {at}H{Width - Right}"));
            writer.Element("text", tick.Label, ("x", HtmlWriter.Number(Left - 8)), ("y", at), ("dy", "0.32em"), ("text-anchor", "end"));
        }
        foreach (var tick in x.Ticks)
        {
            var at = HtmlWriter.Number(X(tick.Value, x.Minimum, x.Maximum));
            writer.Empty("path", ("class", "axis"), ("d", $"M{at} {Height - Bottom}v5"));
            writer.Element("text", tick.Label, ("x", at), ("y", HtmlWriter.Number(Height - Bottom + 19)), ("text-anchor", "middle"));
        }
        writer.Element(
            "text",
            XLabel,
            ("class", "label"),
            ("x", HtmlWriter.Number((Left + Width - Right) / 2.0)),
            ("y", HtmlWriter.Number(Height - 6)),
            ("text-anchor", "middle"));
    }

    private void WriteSeries(
        HtmlWriter writer, LineSeries series, int index, (double Minimum, double Maximum, IReadOnlyList<ChartTick> Ticks) x, ChartAxis y)
    {
        var path = new StringBuilder();
        var places = new List<(string X, string Y, (double X, double Y) Value)>();
        var isOpen = false;
        foreach (var point in series.Points)
        {
            if (!IsShown(point))
            {
                isOpen = false;
                continue;
            }
            var at = HtmlWriter.Number(X(point.X, x.Minimum, x.Maximum));
            var height = HtmlWriter.Number(Height - Bottom - y.Position(point.Y) * (Height - Top - Bottom));
            path.Append(isOpen ? 'L' : 'M').Append(at).Append(' ').Append(height);
            places.Add((at, height, point));
            isOpen = true;
        }
        if (places.Count > 1)
            writer.Empty("path", ("class", Class("line", index)), ("d", path.ToString()));
        if (places.Count > MostMarkers)
            return;
        foreach (var place in places)
        {
            writer.Begin("circle", ("class", Class("marker", index)), ("cx", place.X), ("cy", place.Y), ("r", "3.5"));
            writer.Element("title", $"{series.Name}, {XLabel} {HtmlWriter.Number(place.Value.X, 3)}: {Format(place.Value.Y)}").End();
        }
    }

    private string Describe() => string.Join(
        "; ",
        Series.Select(s =>
        {
            var shown = s.Points.Where(IsShown).ToList();
            return shown.Count == 0 ? $"{s.Name}: no values" : $"{s.Name}: from {Format(shown[0].Y)} to {Format(shown[^1].Y)}";
        }));

    private string Format(double value) => IsPercent
        ? (value * 100).ToString("F2", CultureInfo.InvariantCulture) + "%"
        : Math.Abs(value) is > 0 and < 0.001 ? value.ToString("0.00e0", CultureInfo.InvariantCulture) : HtmlWriter.Number(value, 4);

    private static double X(double value, double minimum, double maximum) =>
        Left + (value - minimum) / (maximum - minimum) * (Width - Left - Right);
}
