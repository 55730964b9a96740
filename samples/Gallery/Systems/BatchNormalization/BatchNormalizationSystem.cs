using Gallery.Running;
using NetCompiler;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;

namespace Gallery.Systems.BatchNormalization;

/// <summary>A deep net of sigmoids, without and with batch normalisation.</summary>
internal sealed class BatchNormalizationSystem : ISystem
{
    public int Number => 7;

    public string Name => "batchnorm";

    public string Title => "Batch normalisation";

    public string Shows =>
        "Ten layers of sigmoids do not train: the gradient is gone before it reaches the first ones. With batch normalisation in front of "
        + "each sigmoid the same net, the same optimiser and the same seed do.";

    public SystemResult Run(SystemContext context)
    {
        var whole = ClassifierPage.Reduced(context, context.Data.Digits());
        var data = whole with { Train = whole.Train.Slice(0, Math.Min(20_000, whole.Train.Count)) };
        using var plain = new DeepSigmoidNet(context.Seed);
        using var normalized = new NormalizedSigmoidNet(context.Seed);
        var runs = new Network[] { plain, normalized }.Select(n => (Network: n, Before: GradientNorms(n, data), History: Train(n, data, context))).ToList();
        return new SystemResult(
            [
                new Score("accuracy with batch normalisation", runs[1].History.Last!.ValidationAccuracy),
                new Score("accuracy without", runs[0].History.Last!.ValidationAccuracy),
            ],
            [
                new ReportSection("Training", "20,000 digits an epoch, validated on the test set.").Add(new Columns(
                    Curves("Loss", "loss", e => e.Loss, runs[0].History, runs[1].History, isPercent: false),
                    Curves("Validation accuracy", "accuracy", e => e.ValidationAccuracy, runs[0].History, runs[1].History, isPercent: true))),
                new ReportSection(
                    "Gradients before training",
                    "The norm of the gradient of each dense layer's weights in the first step, from the input's layer to the output's.").Add(new LineChart
                    {
                        XLabel = "dense layer",
                        YLabel = "norm of the gradient",
                        IsLogarithmic = true,
                        SmallestXStep = 1,
                        Series = [new LineSeries("without", runs[0].Before), new LineSeries("with batch normalisation", runs[1].Before)],
                    }),
                NetworkSection.Create(normalized.Definition),
            ]);
    }

    private static History Train(Network network, DataSource data, SystemContext context)
    {
        context.Say($"{network.Definition.Name}");
        return network.Fit(data.Train, new Sgd(0.1f, momentum: 0.9f), context.Size(12, 2), context.Fitting(100) with
        {
            Validation = data.Test,
            Schedule = LearningRateSchedule.Cosine(),
        });
    }

    private static List<(double X, double Y)> GradientNorms(Network network, DataSource data)
    {
        using var session = new TrainingSession(network, maxBatch: 100);
        var indices = Enumerable.Range(0, 100).ToArray();
        var (samples, labels) = (new byte[100 * 784], new int[100]);
        data.Train.CopySamples(indices, samples);
        data.Train.CopyLabels(indices, labels);
        // The step itself moves nothing but running statistics.
        session.Step(samples, labels, seed: 1);
        return
        [
            .. network.Definition.Parameters.Where(p => p.Shape.Count == 2).Select((p, i) =>
                (i + 1.0, Math.Sqrt(session.Gradients[p.Name].Values.ToArray().Sum(g => (double)g * g)))),
        ];
    }

    private static LineChart Curves(string title, string label, Func<EpochResult, double> value, History without, History with, bool isPercent) => new()
    {
        Title = title,
        XLabel = "epoch",
        YLabel = label,
        SmallestXStep = 1,
        IsPercent = isPercent,
        Series =
        [
            new LineSeries("without", [.. without.Epochs.Select(e => ((double)e.Epoch, value(e)))]),
            new LineSeries("with batch normalisation", [.. with.Epochs.Select(e => ((double)e.Epoch, value(e)))]),
        ],
    };
}
