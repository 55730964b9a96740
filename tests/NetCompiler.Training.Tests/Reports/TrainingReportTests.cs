using System.Xml.Linq;
using NetCompiler.Imaging;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Reports;

public sealed class TrainingReportTests
{
    private static readonly XNamespace s_html = "http://www.w3.org/1999/xhtml";
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_classifier_of_pictures_is_reported_in_full()
    {
        using var network = new PictureNetwork();
        var data = PictureNetwork.Data(60);
        var evaluation = network.Evaluate(data, classNames: ["ant", "bee", "cat"]);
        var report = TrainingReport.Create("Pictures", network, RealHistory(), data, evaluation, [("Seed", "7")], mistakes: 5);
        var document = XDocument.Parse(report.ToString());
        Assert.Equal(
            ["Training", "Confusion matrix", "Worst mistakes", "Learned filters", "A sample through the layers", "The network"],
            document.Descendants(s_html + "h2").Select(h => h.Value));
        var facts = document.Descendants(s_html + "dl").Elements()
            .ToDictionary(d => d.Element(s_html + "dt")!.Value, d => d.Element(s_html + "dd")!.Value);
        Assert.Equal("7", facts["Seed"]);
        Assert.Equal("2", facts["Epochs"]);
        Assert.Equal("48", facts["Parameters"]);
        Assert.Equal(evaluation.Count - evaluation.Confusion!.Accuracy * 60, double.Parse(facts["Mistakes"]), 1e-9);

        // Two charts of two points each for training and validation.
        Assert.Equal(8, document.Descendants(s_svg + "circle").Count());
        var map = document.Descendants(s_svg + "svg").Single(s => (string?)s.Attribute("class") == "heat-map");
        var cells = map.Elements(s_svg + "g").ToList();
        Assert.Equal(9, cells.Count);
        Assert.Equal($"{evaluation.Confusion[0, 1]} of class ant were taken for bee", cells[1].Element(s_svg + "title")!.Value);
        Assert.Contains("conv1", document.Descendants(s_html + "h3").Select(h => h.Value.Split(' ')[0]));
        Assert.Contains("1 × 4 × 4, of class", document.Descendants(s_html + "small").First(s => s.Value.Contains("of class")).Value);
    }

    [Fact]
    public void Pictures_in_the_report_are_the_samples()
    {
        using var network = new PictureNetwork();
        var data = PictureNetwork.Data(60);
        var mistake = Mistakes.FindWorst(network, data, 1).Single();
        var document = XDocument.Parse(new HtmlReport("t").Add(MistakeSection.Create(data, [mistake], ["a", "b", "c"])).ToString());
        var source = (string)document.Descendants(s_html + "img").Single().Attribute("src")!;
        var image = Image.Decode(Convert.FromBase64String(source[(source.IndexOf(',', StringComparison.Ordinal) + 1)..]));
        Assert.Equal(data.Bytes.Slice(mistake.Index * 16, 16).ToArray(), image.Pixels.ToArray());
    }

    [Fact]
    public void Worst_mistakes_are_those_of_which_the_network_is_surest()
    {
        using var network = new PictureNetwork();
        var data = PictureNetwork.Data(300);
        var all = Mistakes.FindWorst(network, data, int.MaxValue, threads: 2);
        Assert.Equal(300 - network.Evaluate(data).Confusion!.Accuracy * 300, all.Count, 1e-9);
        Assert.All(all.Zip(all.Skip(1)), pair => Assert.True(pair.First.Confidence >= pair.Second.Confidence));
        Assert.Equal(all.Take(4), Mistakes.FindWorst(network, data, 4, threads: 1));
        foreach (var mistake in all)
        {
            var scores = network.Predict(data.Bytes.Slice(mistake.Index * 16, 16));
            Assert.Equal(data.Labels[mistake.Index], mistake.Actual);
            Assert.NotEqual(mistake.Actual, mistake.Predicted);
            Assert.Equal((scores.Max(), scores[mistake.Actual]), (mistake.Confidence, mistake.ActualConfidence));
        }
    }

    [Fact]
    public void Scores_without_softmax_become_probabilities()
    {
        using var network = new TinyNetwork(loss: null);
        var worst = Mistakes.FindWorst(network, TinyData.Labelled(200, 3), 10);
        Assert.Equal(10, worst.Count);
        Assert.All(worst, m => Assert.InRange(m.Confidence + m.ActualConfidence, 0, 1.000001));
    }

    [Fact]
    public void Samples_that_are_no_pictures_are_listed()
    {
        var section = MistakeSection.Create(TinyData.Labelled(20, 1), [new Mistake(3, 0, 1, 0.9, 0.05)], ["a", "b", "c"]);
        var document = XDocument.Parse(new HtmlReport("t").Add(section).ToString());
        Assert.Equal(["3", "a", "b", "90.0%", "5.0%"], document.Descendants(s_html + "tbody").Descendants().Skip(1).Select(e => e.Value));
    }

    [Fact]
    public void Values_are_no_classes()
    {
        using var network = new TinyNetwork(Loss.MeanSquaredError);
        Assert.Throws<ArgumentException>(() => Mistakes.FindWorst(network, TinyData.YesNo(20, 1), 3));
    }

    [Fact]
    public void Filters_stand_in_columns_and_channels_in_rows()
    {
        using var network = new PictureNetwork();
        var grid = FilterSection.Create(network.Parameter("conv1.weight"));
        Assert.Equal("3 filters of 1 × 4 × 4", grid.Subtitle);
        Assert.Equal(network.Parameters.ToArray().Max(), grid.Maximum);
    }

    [Fact]
    public void Floats_are_spread_from_black_to_white()
    {
        var data = InMemoryDataset.FromFloats([-1, 0, 1, 3, 5, 5, 5, 5], [1, 2, 2], [0, 0]);
        Assert.Equal([0, 64, 128, 255], SampleImage.Create(data, 0).Pixels.ToArray());
        Assert.Equal([0, 0, 0, 0], SampleImage.Create(data, 1).Pixels.ToArray());
        Assert.Throws<ArgumentException>(() => SampleImage.Create(TinyData.Labelled(2, 1), 0));
    }

    private static History RealHistory()
    {
        var data = TinyData.Labelled(40, 1);
        using var network = new TinyNetwork();
        return network.Fit(data, new Adam(), 2, new FitOptions { BatchSize = 8, Threads = 1, Validation = data });
    }
}
