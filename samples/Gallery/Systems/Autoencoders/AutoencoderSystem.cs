using Gallery.Pictures;
using Gallery.Running;
using MathNet.Numerics.Distributions;
using NetCompiler;
using NetCompiler.Runtime;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Autoencoders;

/// <summary>Digits through a few numbers and back, and digits that nobody wrote.</summary>
internal sealed class AutoencoderSystem : ISystem
{
    private const int Pixels = 784;
    private const int Codes = 12;

    public int Number => 9;

    public string Name => "autoencoder";

    public string Title => "Auto-encoder and VAE";

    public string Shows =>
        "Digits through a few numbers and back; a variational auto-encoder that learns a distribution of digits, draws new ones, lays them "
        + "out on a plane, and fills a patch that is hidden with what is likely there.";

    public SystemResult Run(SystemContext context)
    {
        var data = ClassifierPage.Reduced(context, context.Data.Digits(), train: 1_000, test: 200);
        var (train, test) = (data.Train.ToFloat32().Floats.ToArray(), data.Test.ToFloat32().Floats.ToArray());
        using var plain = new DigitAutoencoder(context.Seed);
        using var variational = new DigitVae(context.Seed);
        using var plane = new PlaneVae(context.Seed);
        var epochs = context.Size(8, 2);
        Train(context, plain, train, epochs);
        var losses = Train(context, variational, train, epochs);
        var planeLosses = Train(context, plane, train, epochs);
        var bound = Bound(context, variational, test);
        var fill = Fill(context, variational, test);
        return new SystemResult(
            [
                new Score("bound on −log p of test digits, nats", bound, "F1"),
                new Score("the same with codes of 2 numbers", Bound(context, plane, test), "F1"),
                new Score("auto-encoder's squared error a pixel", Error(plain.Reconstruct(test), test), "F4"),
                new Score("hidden patch, squared error against black", fill.Error / fill.BlackError),
            ],
            [
                Reconstructions(plain, variational, test),
                Samples(context, variational),
                Plane(plane, test, data.Test.Labels.ToArray()),
                fill.Section,
                Curves(losses, planeLosses),
                NetworkSection.Create(variational.Definition),
            ]);
    }

    private static IReadOnlyList<(double X, double Y)> Train(SystemContext context, Network network, float[] images, int epochs)
    {
        context.Say($"{network.Definition.Name}");
        return new TrainingLoop(context, network, new Adam(1.5e-3f)) { BatchSize = 100 }.Run(images.Length / Pixels, epochs, indices =>
        {
            var rows = TrainingLoop.Rows(images, Pixels, indices);
            return [rows, rows];
        });
    }

    /// <summary>The mean loss: with codes drawn once for each digit.</summary>
    private static double Bound(SystemContext context, Network network, float[] images)
    {
        using var session = new TrainingSession(network, 100, context.Threads);
        var sum = 0.0;
        for (var first = 0; first < images.Length; first += 100 * Pixels)
        {
            var rows = images[first..Math.Min(images.Length, first + 100 * Pixels)];
            sum += session.Step((uint)first, rows, rows).Loss * rows.Length;
        }
        return sum / images.Length;
    }

    private static double Error(float[] a, float[] b) => a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Average();

    private static ReportSection Reconstructions(DigitAutoencoder plain, DigitVae variational, float[] test)
    {
        var digits = test[..(12 * Pixels)];
        var (reconstruction, _, _) = variational.Reconstruct(digits);
        return new ReportSection("Reconstructions", "Test digits; through 24 numbers and back; through 12 numbers that are drawn, and back.")
            .Add(Tiles.Of([digits, plain.Reconstruct(digits), reconstruction], 12, "Digits and their reconstructions"));
    }

    private static ReportSection Samples(SystemContext context, DigitVae network)
    {
        var random = new RandomStream(context.Seed, "samples");
        var codes = new float[60 * Codes];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = (float)random.NextNormal();
        return new ReportSection("Samples", "Codes drawn from the standard normal distribution, decoded: digits that nobody wrote.")
            .Add(Tiles.Of([network.Decode(codes)], 12, "Samples of the variational auto-encoder"));
    }

    private static ReportSection Plane(PlaneVae network, float[] test, int[] labels)
    {
        const int Side = 15;
        var codes = new float[Side * Side * 2];
        for (var i = 0; i < Side * Side; i++)
            (codes[2 * i], codes[2 * i + 1]) = ((float)Normal.InvCDF(0, 1, (i % Side + 0.5) / Side), (float)Normal.InvCDF(0, 1, (i / Side + 0.5) / Side));
        var count = Math.Min(1_500, labels.Length);
        var (means, _) = network.Encode(test.AsSpan(0, count * Pixels));
        return new ReportSection(
            "The latent plane",
            "With codes of two numbers: what the decoder makes of each place of the plane, at the quantiles of the normal distribution; and where "
            + "the encoder puts test digits.")
            .Add(new Columns(
                Tiles.Of([network.Decode(codes)], Side, "The plane of codes, decoded", gap: 0, scale: 1),
                new ScatterPlot
                {
                    XLabel = "first number",
                    YLabel = "second number",
                    Series = [.. Enumerable.Range(0, 10).Select(d => new LineSeries(
                        Invariant($"{d}"),
                        [.. Enumerable.Range(0, count).Where(i => labels[i] == d).Select(i => ((double)means[2 * i], (double)means[2 * i + 1]))]))],
                }));
    }

    /// <summary>
    /// Hides a patch, and draws codes from their distribution given the rest, by Langevin dynamics: steps down the gradient of −log p, and
    /// noise (Welling and Teh, 2011).
    /// </summary>
    private static (double Error, double BlackError, ReportSection Section) Fill(SystemContext context, DigitVae network, float[] test)
    {
        const int Digits = 12;
        const int Drawn = 4;
        var (steps, size) = (context.Size(400, 20), 2e-3);
        var (random, seen) = (new RandomStream(context.Seed, "fill"), new float[Pixels]);
        for (var i = 0; i < Pixels; i++)
            seen[i] = (i / 28 is >= 13 and < 24) && (i % 28 is >= 6 and < 22) ? 0 : 1;
        var truth = test[..(Digits * Pixels)];
        var masks = Enumerable.Repeat(seen, Digits).SelectMany(s => s).ToArray();
        var visible = truth.Zip(masks, (t, m) => t * m).ToArray();
        using var session = network.CreateSession(Digits, context.Threads);
        List<float[]> rows = [truth, [.. visible.Zip(masks, (v, m) => m > 0 ? v : 0.5f)]];
        var mean = new double[truth.Length];
        for (var draw = 0; draw < Drawn; draw++)
        {
            var (code, _) = session.Encode(visible);
            for (var step = 0; step < steps; step++)
            {
                var (_, gradient) = session.Unlikely(code, visible, masks);
                // The last steps without noise: what is most likely near where the walk ended.
                var noise = step < steps * 0.9 ? Math.Sqrt(2 * size) : 0;
                for (var i = 0; i < code.Length; i++)
                    code[i] -= (float)(size * gradient[i] - noise * random.NextNormal());
            }
            float[] filled = [.. session.Decode(code).Select((v, i) => masks[i] > 0 ? truth[i] : v)];
            rows.Add(filled);
            for (var i = 0; i < mean.Length; i++)
                mean[i] += filled[i] / (double)Drawn;
        }
        var hidden = Enumerable.Range(0, truth.Length).Where(i => masks[i] == 0).ToList();
        return (
            hidden.Average(i => (mean[i] - truth[i]) * (mean[i] - truth[i])),
            hidden.Average(i => (double)truth[i] * truth[i]),
            new ReportSection(
                "A hidden patch",
                "Digits; with a patch hidden; and the patch filled four times, with what the learned distribution holds likely given the rest.")
                .Add(Tiles.Of(rows, Digits, "Digits, hidden patches, and what fills them")));
    }

    private static ReportSection Curves(IReadOnlyList<(double X, double Y)> twelve, IReadOnlyList<(double X, double Y)> two) =>
        new ReportSection("Training").Add(new LineChart
        {
            Title = "Bound on −log p of training digits",
            XLabel = "epoch",
            YLabel = "nats",
            SmallestXStep = 1,
            Series = [new LineSeries("12 numbers", twelve), new LineSeries("2 numbers", two)],
        });
}
