using Gallery.Running;
using NetCompiler;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Transfer;

/// <summary>Features of one set for another with few labels.</summary>
internal sealed class TransferSystem : ISystem
{
    private const int Draws = 3;

    public int Number => 10;

    public string Name => "transfer";

    public string Title => "Transfer learning";

    public string Shows =>
        "Features learned on 60,000 pictures of clothes, frozen; a head trained on a few digits of each class. Against it the same net "
        + "trained on those digits from nothing.";

    public SystemResult Run(SystemContext context)
    {
        var clothes = ClassifierPage.Reduced(context, context.Data.Clothes());
        var digits = ClassifierPage.Reduced(context, context.Data.Digits());
        using var source = new WholeNet(context.Seed);
        context.Say($"features on {clothes.Name}");
        var history = source.Fit(clothes.Train, new Adam(1e-3f), context.Size(3, 1), context.Fitting() with
        {
            Validation = clothes.Test,
            Schedule = LearningRateSchedule.Cosine(),
        });
        int[] counts = context.Quick ? [2, 10] : [1, 2, 5, 10, 20, 50];
        var (transferred, nothing) = (new List<(double X, double Y)>(), new List<(double X, double Y)>());
        var table = new DataTable("Labels a class", "Features frozen", "From nothing", "Gain");
        foreach (var count in counts)
        {
            var (frozen, whole) = (0.0, 0.0);
            for (var draw = 0; draw < context.Size(Draws, 1); draw++)
            {
                var few = Few(digits.Train, count, draw);
                using var head = new HeadNet(context.Seed + (ulong)draw);
                foreach (var parameter in source.Definition.Parameters.Where(p => p.Name.StartsWith("features", StringComparison.Ordinal)))
                    head.Parameter(parameter.Name).CopyFrom(source.Parameter(parameter.Name).Values);
                using var scratch = new WholeNet(context.Seed + (ulong)draw);
                frozen += Train(head, few, digits.Test, context) / context.Size(Draws, 1);
                whole += Train(scratch, few, digits.Test, context) / context.Size(Draws, 1);
            }
            context.Say($"{count} labels a class: {100 * frozen:F1}% with the features, {100 * whole:F1}% from nothing");
            transferred.Add((count, frozen));
            nothing.Add((count, whole));
            table.AddRow(Invariant($"{count}"), Invariant($"{100 * frozen:F1}%"), Invariant($"{100 * whole:F1}%"), Invariant($"{100 * (frozen - whole):+0.0;−0.0} points"));
        }
        var five = Math.Min(2, counts.Length - 1);
        return new SystemResult(
            [
                new Score("gain of accuracy with features", transferred[five].Y - nothing[five].Y),
                new Score(Invariant($"accuracy with features, {counts[five]} labels a class"), transferred[five].Y),
                new Score("accuracy on the set of the features", history.Last!.ValidationAccuracy),
            ],
            [
                new ReportSection("Few labels", "The mean of three draws of labelled digits; the accuracy is on the test set.")
                    .Add(new Columns(
                        new LineChart
                        {
                            Title = "Accuracy on digits", XLabel = "labels a class", YLabel = "accuracy", IsPercent = true,
                            Series = [new LineSeries("features frozen", transferred), new LineSeries("from nothing", nothing)],
                        },
                        table)),
                new ReportSection("Features", "Learned on the other set.").Add(FilterSection.Create(source.Parameter("features1.weight"))),
                CurvesSection.Create(history),
                NetworkSection.Create(source.Definition),
            ]);
    }

    private static double Train(Network network, InMemoryDataset few, InMemoryDataset test, SystemContext context)
    {
        network.Fit(few, new Adam(1e-3f), context.Size(40, 5), context.Fitting(Math.Min(20, few.Count)) with { Progress = null });
        return network.Evaluate(test, threads: context.Threads).Accuracy;
    }

    /// <summary>The next so many samples of each class.</summary>
    private static InMemoryDataset Few(InMemoryDataset data, int count, int draw)
    {
        var labels = data.Labels.ToArray();
        var chosen = Enumerable.Range(0, 10)
            .SelectMany(c => Enumerable.Range(0, labels.Length).Where(i => labels[i] == c).Skip(draw * count).Take(count)).ToArray();
        var samples = new byte[chosen.Length * 784];
        data.CopySamples(chosen, samples);
        return InMemoryDataset.FromBytes(samples, [1, 28, 28], [.. chosen.Select(i => labels[i])]);
    }
}
