using Digits;
using Gallery.Running;
using NetCompiler.Training;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.CourseCnn;

/// <summary>The network of the course's Keras notes.</summary>
internal sealed class CourseCnnSystem : ISystem
{
    public int Number => 3;

    public string Name => "cnn";

    public string Title => "The course's CNN";

    public string Shows =>
        "Two convolutions with pooling, two dense layers: the network of the course's Keras notes, with its parameters counted by layer as "
        + "Keras' summary counts them.";

    public SystemResult Run(SystemContext context)
    {
        var data = ClassifierPage.Reduced(context, context.Data.Digits());
        using var network = new DigitNet(context.Seed);
        var history = network.Fit(data.Train, new Adam(2e-3f), context.Size(3, 2), context.Fitting(64) with
        {
            Validation = data.Test,
            Schedule = LearningRateSchedule.Cosine(),
        });
        var evaluation = network.Evaluate(data.Test, classNames: data.ClassNames, threads: context.Threads);
        return new SystemResult(
            [
                new Score("accuracy", evaluation.Accuracy),
                new Score("layers as Keras counts them", Count(out var table), "N0"),
                new Score("parameters", network.Definition.ParameterCount, "N0"),
            ],
            [
                new ReportSection("Parameters by layer", "A weight for each element of each kernel, and a bias for each channel.").Add(table),
                .. ClassifierPage.Sections(network, data, history, evaluation),
            ]);
    }

    /// <summary>The layers that have as many parameters as in the course's notes.</summary>
    /// <param name="table">Both numbers for each layer.</param>
    internal static int Count(out DataTable table)
    {
        (string Keras, string How, long Expected)[] notes =
        [
            ("conv2d", "25 · (3 · 3 · 1 + 1)", 250),
            ("conv2d_1", "50 · (3 · 3 · 25 + 1)", 11_300),
            ("dense", "100 · (5 · 5 · 50 + 1)", 125_100),
            ("dense_1", "10 · (100 + 1)", 1_010),
        ];
        var layers = DigitNet.Description.Layers.Where(l => l.Parameters > 0).ToList();
        table = new DataTable("Layer", "In Keras", "How", "In Keras' summary", "Here");
        for (var i = 0; i < notes.Length; i++)
        {
            table.AddRow(
                layers[i].Name, notes[i].Keras, notes[i].How, Invariant($"{notes[i].Expected:N0}"), Invariant($"{layers[i].Parameters:N0}"));
        }
        table.SetTotal("Total", "", "", Invariant($"{notes.Sum(n => n.Expected):N0}"), Invariant($"{layers.Sum(l => l.Parameters):N0}"));
        return layers.Count == notes.Length ? notes.Zip(layers).Count(p => p.First.Expected == p.Second.Parameters) : 0;
    }
}
