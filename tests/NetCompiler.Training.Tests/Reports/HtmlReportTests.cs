using System.Globalization;
using System.Xml.Linq;
using NetCompiler.Imaging;
using NetCompiler.Training.Reports;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Reports;

public sealed class HtmlReportTests
{
    private const string Nasty = "<script>alert(\"a & b\")</script> ' \u0001 é 漢";
    private static readonly XNamespace s_html = "http://www.w3.org/1999/xhtml";
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_report_of_everything_is_well_formed_and_complete()
    {
        var document = XDocument.Parse(Everything().ToString());
        Assert.Equal("en", (string?)document.Root!.Attribute("lang"));
        Assert.Equal("Title", document.Descendants(s_html + "title").Single().Value);
        Assert.Equal(["One", "Two"], document.Descendants(s_html + "h2").Select(h => h.Value));
        Assert.Equal(["a curve", "a map", "pictures", "maps", "bars"], document.Descendants(s_html + "figcaption").Select(c => c.Value));
        Assert.Equal(["name", "number", "x", "12", "y", "1,300", "sum", "1,312"], document.Descendants(s_html + "table").First()
            .Descendants().Where(e => e.Name.LocalName is "th" or "td").Select(e => e.Value));
        Assert.Equal("number", (string?)document.Descendants(s_html + "td").First().Attribute("class"));
        // A path and two points: the third is no number.
        var chart = document.Descendants(s_svg + "svg").Single(s => (string?)s.Attribute("class") == "chart");
        Assert.Equal(2, chart.Elements(s_svg + "circle").Count());
        Assert.Equal("loss, epoch 2: 0.5", chart.Elements(s_svg + "circle").Last().Value);
    }

    [Fact]
    public void Those_who_do_not_see_are_told()
    {
        var document = XDocument.Parse(Everything().ToString());
        Assert.All(document.Descendants(s_html + "img"), i => Assert.NotEqual("", (string?)i.Attribute("alt")));
        Assert.All(document.Descendants(s_html + "th"), h => Assert.Contains((string?)h.Attribute("scope"), new[] { "row", "col" }));
        var ids = document.Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var drawing in document.Descendants(s_svg + "svg"))
        {
            if ((string?)drawing.Attribute("aria-hidden") == "true")
                continue;
            Assert.Equal("img", (string?)drawing.Attribute("role"));
            Assert.All(((string?)drawing.Attribute("aria-labelledby"))!.Split(' '), id => Assert.Contains(id, ids));
        }
    }

    [Fact]
    public void Nothing_is_loaded_from_elsewhere_and_nothing_runs()
    {
        var text = Everything().ToString();
        var document = XDocument.Parse(text);
        foreach (var attribute in document.Descendants().Attributes())
        {
            if (attribute.Name.LocalName is "src" or "href" or "data" or "srcset" or "action")
                Assert.StartsWith("data:image/png;base64,", attribute.Value, StringComparison.Ordinal);
            Assert.False(attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal), attribute.Name.LocalName);
        }
        Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName is "script" or "link" or "iframe" or "object");
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_text()
    {
        var report = new HtmlReport(Nasty, Nasty);
        report.Add(new ReportSection(Nasty, Nasty)
            .Add(new Paragraph(Nasty))
            .Add(new FactList((Nasty, Nasty)))
            .Add(new KeyFigures((Nasty, Nasty)))
            .Add(new DataTable(Nasty) { Caption = Nasty }.AddRow(Nasty))
            .Add(new ImageGrid { Title = Nasty, Caption = Nasty, Pictures = [new Picture(new Image(1, 1, 1), Nasty) { Caption = Nasty }] })
            .Add(new LineChart { XLabel = Nasty, YLabel = Nasty, Series = [new LineSeries(Nasty, [(1, 1), (2, 2)])] })
            .Add(new BarList { Bars = [(Nasty, 0.5)] }));
        var document = XDocument.Parse(report.ToString());
        Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName == "script");
        var shown = Nasty.Replace('\u0001', '\ufffd');
        Assert.Equal(shown, document.Descendants(s_html + "h1").Single().Value);
        Assert.Equal(shown, (string?)document.Descendants(s_html + "img").Single().Attribute("alt"));
    }

    [Fact]
    public void Lone_surrogates_do_no_harm() =>
        Assert.Equal("a\ufffdb", XDocument.Parse(new HtmlReport("a\ud800b").ToString()).Descendants(s_html + "h1").Single().Value);

    [Fact]
    public void The_same_content_gives_the_same_bytes_under_every_culture()
    {
        var (expected, before) = (Everything().ToString(), CultureInfo.CurrentCulture);
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = ",";
        other.NumberFormat.NumberGroupSeparator = ".";
        other.NumberFormat.NegativeSign = "minus";
        try
        {
            CultureInfo.CurrentCulture = other;
            Assert.Equal(expected, Everything().ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        Assert.DoesNotContain('\r', expected);
    }

    [Fact]
    public void Files_are_replaced_whole()
    {
        using var folder = new TestFolder();
        var path = folder.Write("report.html", [1, 2, 3]);
        Everything().Save(path);
        Assert.Equal(Everything().ToString(), File.ReadAllText(path));
        Assert.Equal((byte)'<', File.ReadAllBytes(path)[0]);

        Assert.Throws<InvalidOperationException>(() => Everything().Add(new Broken()).Save(path));
        Assert.Equal(Everything().ToString(), File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Charts_without_values_say_so()
    {
        var series = new LineSeries("s", [(1, 0), (2, double.NaN)]);
        var chart = new LineChart { XLabel = "x", YLabel = "y", IsLogarithmic = true, Series = [series] };
        var text = new HtmlReport("t").Add(chart).ToString();
        Assert.Contains("There are no values to show.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_epoch_is_a_point()
    {
        var chart = new LineChart { XLabel = "epoch", YLabel = "y", SmallestXStep = 1, Series = [new LineSeries("s", [(1, 0.5)])] };
        var document = XDocument.Parse(new HtmlReport("t").Add(chart).ToString());
        Assert.Single(document.Descendants(s_svg + "circle"));
        Assert.Contains("1", document.Descendants(s_svg + "text").Select(t => t.Value));
    }

    [Fact]
    public void Tables_have_as_many_cells_as_columns() => Assert.Throws<ArgumentException>(() => new DataTable("a", "b").AddRow("1"));

    private static HtmlReport Everything() => new HtmlReport("Title", "subtitle")
        .Add(new KeyFigures(("accuracy", "99%")))
        .Add(new ReportSection("One", "introduction")
            .Add(new Columns(
                new LineChart
                {
                    XLabel = "epoch",
                    YLabel = "loss",
                    Caption = "a curve",
                    Series = [new LineSeries("loss", [(1, 1.5), (2, 0.5), (3, double.NaN)])],
                },
                new Paragraph("text")))
            .Add(new DataTable("name", "number").AddRow("x", "12").AddRow("y", "1,300").SetTotal("sum", "1,312")))
        .Add(new ReportSection("Two")
            .Add(new HeatMap
            {
                RowLabels = ["r1", "r2"],
                ColumnLabels = ["c1", "a long label"],
                RowTitle = "rows",
                ColumnTitle = "columns",
                RowSummary = ("sum", ["1", "2"]),
                ColumnSummary = ("sum", ["3", "4"]),
                Cell = (r, c) => new HeatMapCell($"{r}{c}", (r + c) / 2.5, c, "cell"),
                Caption = "a map",
            })
            .Add(new ImageGrid
            {
                Pictures = [new Picture(new Image(2, 3, 3), "black") { Scale = 4, Caption = "below" }],
                Caption = "pictures",
            })
            .Add(new MapGrid([-1.5f, 0, 1, 2.25f], 2, 1, 2) { Alternative = "numbers", Caption = "maps" })
            .Add(new BarList { Bars = [("a", 0.25), ("b", double.NaN)], Caption = "bars" }));

    private sealed class Broken : IReportElement
    {
        public void WriteTo(HtmlWriter writer) => throw new InvalidOperationException();
    }
}
