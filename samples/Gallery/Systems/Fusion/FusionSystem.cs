using Gallery.Running;
using NetCompiler;
using NetCompiler.Runtime;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Fusion;

/// <summary>1 × 1 convolutions as mixtures of channels.</summary>
internal sealed class FusionSystem : ISystem
{
    private const int Glasses = 48;
    private static readonly string[] s_ingredients = ["gin", "vermouth", "orange juice", "soda"];
    private static readonly string[] s_drinks = ["martini", "orange blossom", "gin and soda"];
    private static readonly float[] s_recipes = [0.75f, 0.25f, 0, 0, 0.3f, 0, 0.5f, 0.2f, 0.25f, 0, 0, 0.75f];

    public int Number => 21;

    public string Name => "fusion";

    public string Title => "Feature fusion";

    public string Shows =>
        "A 1 × 1 convolution mixes N channels into M, at every place alike: four ingredients into three drinks is a matrix product. In a "
        + "network it fuses features and makes the convolution behind it cheaper.";

    public SystemResult Run(SystemContext context)
    {
        var random = new RandomStream(context.Seed, "cocktails");
        var trays = new float[context.Size(400, 200) * 4 * Glasses];
        for (var i = 0; i < trays.Length; i++)
            trays[i] = (float)random.NextDouble();
        using var bar = new Cocktails();
        var count = trays.Length / (4 * Glasses);
        var (convolved, product) = bar.Mix(trays, [.. Enumerable.Repeat(s_recipes, count).SelectMany(r => r)]);
        var difference = convolved.Zip(product, (a, b) => Math.Abs(a - b)).Max();

        using var learner = new RecipeLearner(context.Seed);
        var drinks = InMemoryDataset.FromFloats(trays, [4, 6, 8], convolved, [3, 6, 8]);
        learner.Fit(drinks, new Adam(3e-2f), context.Size(60, 40), context.Fitting(25) with
        {
            Schedule = LearningRateSchedule.Cosine(),
            Progress = null,
        });
        var learned = learner.Parameter(0).Values.ToArray();
        var error = learned.Zip(s_recipes, (a, b) => Math.Abs(a - b)).Max();

        var data = ClassifierPage.Reduced(context, context.Data.Clothes());
        using var wide = new WideNet(context.Seed);
        using var fused = new FusedNet(context.Seed);
        var (wideAccuracy, wideHistory) = Train(wide, data, context);
        var (fusedAccuracy, fusedHistory) = Train(fused, data, context);
        return new SystemResult(
            [
                new Score("accuracy with fusion", fusedAccuracy),
                new Score("accuracy without", wideAccuracy),
                new Score("multiply-adds against without", (double)MultiplyAdds(fused) / MultiplyAdds(wide)),
                new Score("convolution against matrix product", difference, "0.0e0"),
                new Score("largest error of learned recipes", error, "0.0e0"),
            ],
            [Recipes(learned), Use(wide, fused, wideAccuracy, fusedAccuracy, wideHistory, fusedHistory)]);
    }

    private static (double Accuracy, History History) Train(Network network, DataSource data, SystemContext context)
    {
        context.Say($"{network.Definition.Name}");
        var history = network.Fit(data.Train, new Adam(2e-3f), context.Size(3, 1), context.Fitting(64) with
        {
            Validation = data.Test,
            Schedule = LearningRateSchedule.Cosine(),
        });
        return (history.Last!.ValidationAccuracy, history);
    }

    private static long MultiplyAdds(Network network) => network.Definition.Layers.Sum(l => l.MultiplyAdds);

    private static ReportSection Recipes(float[] learned)
    {
        var table = new DataTable(["Drink", .. s_ingredients, .. s_ingredients.Select(i => i + ", learned")]);
        for (var d = 0; d < s_drinks.Length; d++)
        {
            table.AddRow(
            [
                s_drinks[d],
                .. Enumerable.Range(0, 4).Select(i => Invariant($"{s_recipes[4 * d + i]:F2}")),
                .. Enumerable.Range(0, 4).Select(i => Invariant($"{learned[4 * d + i]:F4}")),
            ]);
        }
        return new ReportSection(
            "Cocktails",
            "Ingredients are channels, glasses are places: a tray of 6 × 8 glasses is a picture of four channels, and a kernel of 1 × 1 × 4 "
            + "is a recipe. All recipes at once are the matrix of the product. Learned: from trays and drinks alone, by gradient descent.")
            .Add(table);
    }

    private static ReportSection Use(
        Network wide, Network fused, double wideAccuracy, double fusedAccuracy, History wideHistory, History fusedHistory)
    {
        var table = new DataTable("Network", "Parameters", "Multiply-adds", "Accuracy")
            .AddRow("5 × 5 on 32 channels", Invariant($"{wide.Definition.ParameterCount:N0}"), Invariant($"{MultiplyAdds(wide):N0}"), Invariant($"{100 * wideAccuracy:F2}%"))
            .AddRow("1 × 1 to 8, then 5 × 5", Invariant($"{fused.Definition.ParameterCount:N0}"), Invariant($"{MultiplyAdds(fused):N0}"), Invariant($"{100 * fusedAccuracy:F2}%"));
        return new ReportSection(
            "In a network",
            "A 5 × 5 convolution that reads 32 channels, and the same behind a mixture of the 32 into 8.")
            .Add(table)
            .Add(new LineChart
            {
                Title = "Validation accuracy",
                XLabel = "epoch",
                YLabel = "accuracy",
                IsPercent = true,
                SmallestXStep = 1,
                Series =
                [
                    new LineSeries("without fusion", [.. wideHistory.Epochs.Select(e => ((double)e.Epoch, e.ValidationAccuracy))]),
                    new LineSeries("with fusion", [.. fusedHistory.Epochs.Select(e => ((double)e.Epoch, e.ValidationAccuracy))]),
                ],
            });
    }
}
