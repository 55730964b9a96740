using Gallery.Running;
using NetCompiler;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.LeNet;

/// <summary>LeNet-5 with the counts that its paper gives.</summary>
internal sealed class LeNetSystem : ISystem
{
    private const int Border = 2;

    private static readonly (string Layer, long Parameters, long Connections)[] s_published =
    [
        ("c1", 156, 122_304),
        ("s2", 12, 5_880),
        ("c3", 1_516, 151_600),
        ("s4", 32, 2_000),
        ("c5", 48_120, 48_120),
        ("f6", 10_164, 10_164),
    ];

    public int Number => 4;

    public string Name => "lenet";

    public string Title => "LeNet-5 in full";

    public string Shows =>
        "LeNet-5 as published in 1998: 32 × 32 pixels, subsampling with a trained coefficient and bias for each map, and a table that says "
        + "which maps of S2 each map of C3 reads. Parameters and connections by layer are those of the paper.";

    public SystemResult Run(SystemContext context)
    {
        var source = ClassifierPage.Reduced(context, context.Data.Digits());
        var data = source with { Train = Padded(source.Train), Test = Padded(source.Test) };
        using var network = new LeNet5Full(context.Seed);
        var history = network.Fit(data.Train, new Adam(2e-3f), context.Size(5, 2), context.Fitting(64) with
        {
            Validation = data.Test,
            Schedule = LearningRateSchedule.Cosine(),
        });
        var evaluation = network.Evaluate(data.Test, classNames: data.ClassNames, threads: context.Threads);
        var (parameters, connections) = Counts();
        return new SystemResult(
            [
                new Score("accuracy", evaluation.Accuracy),
                new Score("layers with the published parameters", parameters, "N0"),
                new Score("layers with the published connections", connections, "N0"),
            ],
            [CountSection(), TableSection(), .. ClassifierPage.Sections(network, data, history, evaluation)]);
    }

    /// <summary>How many of the six layers have the published numbers.</summary>
    internal static (int Parameters, int Connections) Counts() => (
        s_published.Count(p => Layer(p.Layer).Parameters == p.Parameters),
        s_published.Count(p => Layer(p.Layer).Connections == p.Connections));

    private static LayerInfo Layer(string name) => LeNet5Full.Description.Layers.Single(l => l.Name == name);

    private static ReportSection CountSection()
    {
        var table = new DataTable("Layer", "Output", "Parameters", "published", "Connections", "published");
        foreach (var (name, parameters, connections) in s_published)
        {
            var layer = Layer(name);
            table.AddRow(
                name.ToUpperInvariant(),
                string.Join(" × ", layer.OutputShape),
                Invariant($"{layer.Parameters:N0}"),
                Invariant($"{parameters:N0}"),
                Invariant($"{layer.Connections:N0}"),
                Invariant($"{connections:N0}"));
        }
        var depthwise = DepthwiseSubsampling.Description.Layers.Single(l => l.Name == "s2");
        return new ReportSection(
            "Parameters and connections",
            "A connection is a pair of an input, or the constant 1 of a bias, and an output with a parameter between them.")
            .Add(table)
            .Add(new Paragraph(Invariant(
                $"S2 adds up each window and has one coefficient and one bias for each map: {Layer("s2").Parameters} parameters. As a depthwise 2 × 2 convolution, with a weight for each pixel of the window, it would have {depthwise.Parameters}.")));
    }

    private static ReportSection TableSection()
    {
        var rows = ConnectionTable.LeNet5.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new ReportSection(
            "Which maps of S2 each map of C3 reads",
            "60 of the 96 pairs: it breaks the symmetry between the maps and keeps the number of connections down.")
            .Add(new HeatMap
            {
                RowLabels = [.. Enumerable.Range(0, rows.Length).Select(i => Invariant($"{i}"))],
                ColumnLabels = [.. Enumerable.Range(0, rows[0].Length).Select(i => Invariant($"{i}"))],
                RowTitle = "map of S2",
                ColumnTitle = "map of C3",
                Cell = (row, column) => new HeatMapCell("", rows[row][column] == 'X' ? 1 : 0),
            });
    }

    /// <summary>Digits of 28 × 28 in the middle of 32 × 32, as the paper has them.</summary>
    internal static InMemoryDataset Padded(InMemoryDataset digits)
    {
        var (height, width) = (digits.SampleShape[1], digits.SampleShape[2]);
        var (paddedHeight, paddedWidth) = (height + 2 * Border, width + 2 * Border);
        var pixels = new byte[digits.Count * paddedHeight * paddedWidth];
        for (var row = 0; row < digits.Count * height; row++)
        {
            var (image, y) = (row / height, row % height);
            digits.Bytes.Slice(row * width, width).CopyTo(pixels.AsSpan((image * paddedHeight + y + Border) * paddedWidth + Border));
        }
        return InMemoryDataset.FromBytes(pixels, [1, paddedHeight, paddedWidth], digits.Labels.ToArray());
    }
}
