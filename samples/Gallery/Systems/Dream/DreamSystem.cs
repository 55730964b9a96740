using Gallery.Pictures;
using Gallery.Running;
using NetCompiler;
using NetCompiler.Imaging;
using NetCompiler.Training.Reports;

namespace Gallery.Systems.Dream;

/// <summary>Pictures changed so that a network sees more of what it sees in them already.</summary>
internal sealed class DreamSystem : ISystem
{
    private static readonly string[] s_pictures = ["astronaut.png", "chelsea.png", "coffee.png"];

    public int Number => 19;

    public string Name => "dream";

    public string Title => "Deep Dream";

    public string Shows =>
        "A picture climbs the gradient of a layer's answers, on three octaves from small to large: whatever the network sees a little of, "
        + "there is more of it then (Mordvintsev, Olah, Tyka, 2015). The network was trained here on small pictures.";

    /// <summary>An octave: a size, and the objective at that size.</summary>
    private sealed record Octave(int Height, int Width, Func<float[], (float[] Value, float[] Gradient)> Objective);

    public SystemResult Run(SystemContext context)
    {
        var (classifier, accuracy) = ColorClassifier.Train(context);
        using var trained = classifier;
        using var small = new SmallDream();
        using var medium = new MediumDream();
        using var large = new LargeDream();
        foreach (Network network in new Network[] { small, medium, large })
            WeightCopy.ByName(network, classifier);
        using var s = small.CreateSession(threads: context.Threads);
        using var m = medium.CreateSession(threads: context.Threads);
        using var l = large.CreateSession(threads: context.Threads);
        (string Layer, Octave[] Octaves)[] dreams =
        [
            ("second level", [new(120, 160, x => s.Edges(x)), new(168, 224, x => m.Edges(x)), new(240, 320, x => l.Edges(x))]),
            ("third level", [new(120, 160, x => s.Shapes(x)), new(168, 224, x => m.Shapes(x)), new(240, 320, x => l.Shapes(x))]),
        ];
        var (gain, runs) = (0.0, 0);
        var sections = new List<IReportElement>();
        foreach (var name in s_pictures.Take(context.Size(s_pictures.Length, 1)))
        {
            var picture = Planes.Cover(context.Data.Picture(name), 240, 320);
            var shown = new List<Picture> { new(picture, name) { Caption = "picture" } };
            foreach (var (layer, octaves) in dreams)
            {
                var octavesUsed = context.Quick ? octaves[..1] : octaves;
                var (dreamt, before, after) = Dream(context, picture, octavesUsed);
                (gain, runs) = (gain + after / before, runs + 1);
                context.Say($"{name}, {layer}: {after / before:F1} times the answer");
                shown.Add(new Picture(dreamt, $"{name}, dreamt with the {layer}") { Caption = $"dreamt with the {layer}" });
            }
            sections.Add(new ReportSection(name).Add(new ImageGrid { CellWidth = 280, Pictures = shown }));
        }
        return new SystemResult(
            [new Score("answer of the layer against that to the picture", gain / runs, "F1"), new Score("accuracy of the network", accuracy)],
            [.. sections, new ReportSection("What the network has learned to see").Add(FilterSection.Create(classifier.Parameter(0)))]);
    }

    /// <summary>From the smallest octave up: climbs, and takes what that changed along to the next.</summary>
    private static (Image Picture, double Before, double After) Dream(SystemContext context, Image picture, IReadOnlyList<Octave> octaves)
    {
        const float Step = 0.006f;
        var (dreamt, before, after) = (picture, 0.0, 0.0);
        Planes? change = null;
        foreach (var octave in octaves)
        {
            var start = Planes.Of(picture.Resize(octave.Width, octave.Height)).Values;
            var x = start.ToArray();
            if (change is not null)
            {
                // Changes are from −1 to 1, pictures from 0 to 1.
                var larger = Planes.Of(change.ToImage(-1, 1).Resize(octave.Width, octave.Height)).Values;
                for (var i = 0; i < x.Length; i++)
                    x[i] = Math.Clamp(x[i] + 2 * larger[i] - 1, 0, 1);
            }
            before = octave.Objective(start).Value[0];
            for (var step = 0; step < context.Size(14, 3); step++)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var (_, gradient) = octave.Objective(x);
                var scale = Step / (gradient.Average(Math.Abs) + 1e-12f);
                for (var i = 0; i < x.Length; i++)
                    x[i] = Math.Clamp(x[i] + Math.Clamp(scale * gradient[i], -4 * Step, 4 * Step), 0, 1);
            }
            after = octave.Objective(x).Value[0];
            change = new Planes([.. x.Zip(start, (a, b) => a - b)], 3, octave.Height, octave.Width);
            dreamt = new Planes(x, 3, octave.Height, octave.Width).ToImage();
        }
        return (dreamt, before, after);
    }
}
