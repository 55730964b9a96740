using Gallery.Pictures;
using Gallery.Running;
using NetCompiler.Training;
using NetCompiler.Training.Reports;

namespace Gallery.Systems.Style;

/// <summary>A photograph in the manner of a painting.</summary>
internal sealed class StyleSystem : ISystem
{
    private const int Height = 192;
    private const int Width = 256;
    private static readonly string[] s_styles = ["starry_night.jpg", "wave_crop.jpg"];

    // Of content, of style, of roughness: so that each has its say.
    private static readonly float[] s_weights = [1f, 60f, 4f];

    public int Number => 20;

    public string Name => "style";

    public string Title => "Style transfer";

    public string Shows =>
        "A picture is sought whose features are where those of a photograph are, and occur together as those of a painting do: content, and "
        + "style by Gram matrices. The network was trained here on small pictures.";

    public SystemResult Run(SystemContext context)
    {
        var (classifier, accuracy) = ColorClassifier.Train(context);
        using var trained = classifier;
        using var network = new StyleNet();
        WeightCopy.ByName(network, classifier);
        using var session = network.CreateSession(threads: context.Threads);
        var content = Planes.Of(Planes.Cover(context.Data.Picture("chelsea.png"), Height, Width));
        var described = session.Describe(content.Values);
        var pictures = new List<Picture> { new(content.ToImage(), "The photograph") { Caption = "content" } };
        var (curves, worst) = (new List<LineSeries>(), 0.0);
        foreach (var name in s_styles.Take(context.Size(s_styles.Length, 1)))
        {
            var style = Planes.Of(Planes.Cover(context.Data.Picture(name), Height, Width));
            var manner = session.Describe(style.Values);
            float Distance(float[] x, float[] weights) =>
                session.Distance(x, described.Content, manner.Gram1, manner.Gram2, manner.Gram3, weights).Value[0];

            var x = content.Values.ToArray();
            var before = Distance(x, [0, 1, 0]);
            var losses = new List<(double X, double Y)>();
            IOptimizer optimizer = new Adam(0.02f);
            var slots = new float[optimizer.SlotCount * x.Length];
            for (var step = 1; step <= context.Size(120, 4); step++)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var (distance, gradient) = session.Distance(x, described.Content, manner.Gram1, manner.Gram2, manner.Gram3, s_weights);
                losses.Add((step, distance[0]));
                optimizer.Update(x, gradient, new OptimizerSlots(slots, x.Length), optimizer.LearningRate, step);
                for (var i = 0; i < x.Length; i++)
                    x[i] = Math.Clamp(x[i], 0, 1);
            }
            var left = Distance(x, [0, 1, 0]) / before;
            context.Say($"{name}: {100 * left:F1}% of the distance to its style is left");
            worst = Math.Max(worst, left);
            curves.Add(new LineSeries(name, losses));
            pictures.Add(new Picture(style.ToImage(), name) { Caption = "style", Detail = name });
            pictures.Add(new Picture(new Planes(x, 3, Height, Width).ToImage(), $"The photograph in the manner of {name}") { Caption = "both" });
        }
        return new SystemResult(
            [new Score("distance to the style that is left", worst), new Score("accuracy of the network", accuracy)],
            [
                new ReportSection("Pictures").Add(new ImageGrid { CellWidth = 300, Pictures = pictures }),
                new ReportSection("On the way", "The weighted sum of the distances to content and style, and of the roughness.")
                    .Add(new LineChart { XLabel = "step", YLabel = "distance", IsLogarithmic = true, Series = curves }),
                NetworkSection.Create(classifier.Definition),
            ]);
    }
}
