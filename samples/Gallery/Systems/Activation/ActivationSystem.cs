using Gallery.Pictures;
using Gallery.Running;
using NetCompiler.Runtime;
using NetCompiler.Training;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Activation;

/// <summary>Pictures that make parts of a network answer as much as they can.</summary>
internal sealed class ActivationSystem : ISystem
{
    private const int Pixels = 784;

    public int Number => 18;

    public string Name => "activation";

    public string Title => "What filters and neurons look for";

    public string Shows =>
        "Activation maximisation: from noise, a picture climbs the gradient of a filter, a neuron or a digit's score. An L1 term, by which "
        + "ink costs, leaves what matters.";

    private delegate (float[] Value, float[] ImageGradient) Objective(float[] images, float[] which);

    public SystemResult Run(SystemContext context)
    {
        var data = ClassifierPage.Reduced(context, context.Data.Digits());
        var (train, test) = (data.Train.ToFloat32(), data.Test.ToFloat32());
        using var network = new ActivationNet(context.Seed);
        var history = network.Fit(train, new Adam(1.5e-3f), context.Size(2, 1), context.Fitting() with
        {
            Validation = test,
            Schedule = LearningRateSchedule.Cosine(),
        });
        using var session = network.CreateSession(64, context.Threads);
        var steps = context.Size(200, 30);
        var filters = Climb(context, 24, steps, (x, w) => session.Filter(x, w));
        var neurons = Climb(context, 64, steps, (x, w) => session.Neuron(x, w));
        var digits = Climb(context, 10, steps, (x, w) => session.Digit(x, w));
        var sparse = Climb(context, 10, steps, (x, w) => session.SparseDigit(x, w));
        var (recognised, sure) = Recognised(session, digits);
        var (sparseRecognised, sparseSure) = Recognised(session, sparse);
        return new SystemResult(
            [
                new Score("digits that the network takes for what they were made for", recognised, "N0"),
                new Score("the same with the L1 term", sparseRecognised, "N0"),
                new Score("ink with the L1 term, against without", sparse.Average() / digits.Average()),
                new Score("accuracy of the network", history.Last!.ValidationAccuracy),
            ],
            [
                new ReportSection("Output digits", Invariant(
                    $"For each digit the picture of the largest score: without the L1 term, which the network is sure of ({100 * sure:F1}%) and a person is not; with it ({100 * sparseSure:F1}%). Below the mean of the digits that people wrote."))
                    .Add(Tiles.Of([digits, sparse, Means(train.Floats.ToArray(), data.Train.Labels.ToArray())], 10, "Pictures of the largest score of each digit", scale: 3)),
                new ReportSection("Filters of the second convolution", "The picture of the largest mean answer of each: strokes, ends and bends that repeat all over.")
                    .Add(Tiles.Of([filters], 12, "Pictures of the largest answer of each filter", scale: 3)),
                new ReportSection("Dense neurons", "The picture of the largest answer of each: parts of digits, in their places.")
                    .Add(Tiles.Of([neurons], 16, "Pictures of the largest answer of each neuron")),
                NetworkSection.Create(network.Definition),
            ]);
    }

    /// <summary>Climbs from faint noise, a picture for each unit, in steps of one length; pixels stay from 0 to 1.</summary>
    private static float[] Climb(SystemContext context, int units, int steps, Objective objective)
    {
        var random = new RandomStream(context.Seed, "climb");
        var images = new float[units * Pixels];
        for (var i = 0; i < images.Length; i++)
            images[i] = (float)(0.15 * random.NextDouble());
        var which = new float[units * units];
        for (var i = 0; i < units; i++)
            which[i * units + i] = 1;
        for (var step = 0; step < steps; step++)
        {
            var (_, gradient) = objective(images, which);
            var length = 0.6 * (1 - step / (double)steps);
            for (var unit = 0; unit < units; unit++)
            {
                var part = gradient.AsSpan(unit * Pixels, Pixels);
                var norm = Math.Sqrt(part.ToArray().Sum(g => (double)g * g)) + 1e-8;
                for (var i = 0; i < Pixels; i++)
                    images[unit * Pixels + i] = (float)Math.Clamp(images[unit * Pixels + i] + length * part[i] / norm, 0, 1);
            }
        }
        return images;
    }

    private static (int Count, double Sure) Recognised(ActivationNet.Session session, float[] digits)
    {
        var scores = session.Classify(digits);
        var (count, sure) = (0, 0.0);
        for (var d = 0; d < 10; d++)
        {
            var row = scores[(10 * d)..(10 * d + 10)];
            count += NetCompiler.Training.Accuracy.ArgMax(row) == d ? 1 : 0;
            sure += Math.Exp(row[d] - row.Max()) / row.Sum(s => Math.Exp(s - row.Max())) / 10;
        }
        return (count, sure);
    }

    private static float[] Means(float[] images, int[] labels)
    {
        var (means, counts) = (new float[10 * Pixels], new int[10]);
        foreach (var label in labels)
            counts[label]++;
        for (var i = 0; i < images.Length; i++)
            means[labels[i / Pixels] * Pixels + i % Pixels] += images[i] / counts[labels[i / Pixels]];
        return means;
    }
}
