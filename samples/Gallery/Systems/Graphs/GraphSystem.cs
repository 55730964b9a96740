using Gallery.Data;
using Gallery.Pictures;
using Gallery.Running;
using NetCompiler.Runtime;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Graphs;

/// <summary>Graph convolutions: papers by their citations, and members of a club by their ties.</summary>
internal sealed class GraphSystem : ISystem
{
    private const int LabelsPerClass = 20;

    public int Number => 17;

    public string Name => "gcn";

    public string Title => "Graph network";

    public string Shows =>
        "A graph convolutional network tells the subjects of 2,708 papers from 140 that are labelled, by their words and by who cites whom; "
        + "and the two sides of a karate club from one label each.";

    public SystemResult Run(SystemContext context)
    {
        var cora = NodeGraph.Cora(context.Data);
        var runs = Enumerable.Range(0, context.Size(5, 1)).Select(split => Train(cora, split, context)).ToList();
        var karate = NodeGraph.Karate(context.Data);
        var sides = Karate(karate, context);
        var right = sides.Zip(karate.Labels).Count(p => p.First == p.Second);
        return new SystemResult(
            [
                new Score("accuracy on Cora, mean of the splits", runs.Average(r => r.Accuracy)),
                new Score("worst split", runs.Min(r => r.Accuracy)),
                new Score("members of the club on the right side", right, "N0"),
            ],
            [CoraSection(runs), KarateSection(karate, sides), NetworkSection.Create(CoraGcn.Description)]);
    }

    private sealed record SplitRun(double Accuracy, double WordsAlone, IReadOnlyList<(double X, double Y)> Losses);

    private static SplitRun Train(NodeGraph graph, int split, SystemContext context)
    {
        var classes = graph.ClassNames.Count;
        var random = new RandomStream(context.Seed + (ulong)split, "split");
        var order = Enumerable.Range(0, graph.Count).Select(i => (Key: random.NextUInt64(), i)).OrderBy(p => p.Key).Select(p => p.i).ToList();
        var labelled = Enumerable.Range(0, classes).SelectMany(c => order.Where(i => graph.Labels[i] == c).Take(LabelsPerClass)).ToHashSet();
        var target = new float[graph.Count * classes];
        foreach (var i in labelled)
            target[i * classes + graph.Labels[i]] = 1;
        var rest = order.Where(i => !labelled.Contains(i)).ToList();
        var (offsets, columns, weights) = Padded(graph.Normalized(), 13264);
        var (accuracy, losses) = Accuracy(offsets, columns, weights);
        context.Say($"split {split + 1}: {100 * accuracy:F1}%");
        var words = double.NaN;
        if (split == 0)
        {
            // Without edges but the loops, the same net sees words alone.
            var (lone, loneColumns, loneWeights) = Padded((graph with { Edges = [] }).Normalized(), 13264);
            words = Accuracy(lone, loneColumns, loneWeights).Accuracy;
            context.Say($"by words alone {100 * words:F1}%");
        }
        return new SplitRun(accuracy, words, losses);

        (double Accuracy, List<(double X, double Y)> Losses) Accuracy(int[] offsets, int[] columns, float[] weights)
        {
            using var network = new CoraGcn(context.Seed + (ulong)split);
            var history = network.Fit(
                Sample(graph, offsets, columns, weights, target), new Adam(1e-2f, weightDecay: 5e-4f), context.Size(150, 5),
                context.Fitting(1) with { Seed = context.Seed + (ulong)split, Progress = null });
            var scores = network.Classify(graph.Features, offsets, columns, weights);
            var right = rest.Count(i => NetCompiler.Training.Accuracy.ArgMax(scores.AsSpan(i * classes, classes)) == graph.Labels[i]);
            return ((double)right / rest.Count, [.. history.Epochs.Select(e => ((double)e.Epoch, e.Loss))]);
        }
    }

    private static int[] Karate(NodeGraph graph, SystemContext context)
    {
        var (offsets, columns, weights) = Padded(graph.Normalized(), 190);
        var target = new float[graph.Count * 2];
        foreach (var leader in Leaders(graph))
            target[leader * 2 + graph.Labels[leader]] = 1;
        using var network = new KarateGcn(context.Seed);
        network.Fit(
            Sample(graph, offsets, columns, weights, target), new Adam(1e-2f, weightDecay: 5e-4f), epochs: 200,
            context.Fitting(1) with { Progress = null });
        var scores = network.Classify(graph.Features, offsets, columns, weights);
        return [.. Enumerable.Range(0, graph.Count).Select(i => scores[2 * i] >= scores[2 * i + 1] ? 0 : 1)];
    }

    /// <summary>The graph as one sample.</summary>
    private static InMemoryDataset Sample(NodeGraph graph, int[] offsets, int[] columns, float[] weights, float[] target) => new(
        [
            SampleArray.Of(graph.Features, [graph.Count, graph.Features.Length / graph.Count], "features"),
            SampleArray.Of(offsets, [offsets.Length], "offsets"),
            SampleArray.Of(columns, [columns.Length], "columns"),
            SampleArray.Of(weights, [weights.Length], "weights"),
        ],
        SampleArray.Of(target, [graph.Count, target.Length / graph.Count], "labels"));

    /// <summary>Of each side, the member with most ties: those whose sides are known.</summary>
    private static IEnumerable<int> Leaders(NodeGraph graph) => Enumerable.Range(0, 2).Select(side =>
        Enumerable.Range(0, graph.Count).Where(i => graph.Labels[i] == side).MaxBy(i => graph.Edges.Count(e => e.A == i || e.B == i)));

    private static (int[] Offsets, int[] Columns, float[] Weights) Padded((int[] Offsets, int[] Columns, float[] Weights) graph, int edges)
    {
        Array.Resize(ref graph.Columns, edges);
        Array.Resize(ref graph.Weights, edges);
        return graph;
    }

    private static ReportSection CoraSection(List<SplitRun> runs)
    {
        var table = new DataTable("Split", "Accuracy", "By words alone");
        foreach (var (run, i) in runs.Select((r, i) => (r, i + 1)))
            table.AddRow(Invariant($"{i}"), Percent(run.Accuracy), double.IsNaN(run.WordsAlone) ? "–" : Percent(run.WordsAlone));
        table.SetTotal("Mean", Percent(runs.Average(r => r.Accuracy)), "");
        return new ReportSection(
            "Cora",
            "20 papers of each of seven subjects are labelled, drawn anew for each split; the accuracy is that of all the others. By words "
            + "alone is the same net on the same papers without the citations, on the first split.")
            .Add(new Columns(table, new LineChart
            {
                Title = "Loss of the labelled papers",
                XLabel = "epoch",
                YLabel = "loss",
                Series = [.. runs.Take(3).Select((r, i) => new LineSeries(Invariant($"split {i + 1}"), r.Losses))],
            }));
    }

    private static string Percent(double part) => Invariant($"{100 * part:F2}%");

    private static ReportSection KarateSection(NodeGraph graph, int[] sides)
    {
        var leaders = Leaders(graph).ToHashSet();
        var places = ForceLayout.Arrange(graph.Count, graph.Edges);
        return new ReportSection(
            "Karate club",
            "Members, and lines between those who meet. Only the two large ones were labelled; the colours are what the network says.")
            .Add(new NodeLinkDiagram
            {
                Nodes =
                [
                    .. Enumerable.Range(0, graph.Count).Select(i => new DiagramNode(
                        places[i].X, places[i].Y, Invariant($"{i + 1}"), sides[i], IsLarge: leaders.Contains(i), IsWrong: sides[i] != graph.Labels[i])),
                ],
                Edges = graph.Edges,
                SeriesNames = graph.ClassNames,
                Caption = "A ring in another colour marks a member who went with the other side.",
            });
    }
}
