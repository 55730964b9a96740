using Gallery.Pictures;
using Gallery.Running;
using NetCompiler.Imaging;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Pooling;

/// <summary>Max pooling against average pooling, forward and backward.</summary>
internal sealed class PoolingSystem : ISystem
{
    private const int Side = 128;
    private const int Window = 4;

    private static readonly (string File, string What)[] s_pictures =
        [("brick.png", "a texture"), ("coins.png", "bright things on a dark background"), ("camera.png", "a dark thing on a bright background")];

    public int Number => 6;

    public string Name => "pooling";

    public string Title => "Pooling";

    public string Shows =>
        "What max and average pooling keep of textures and backgrounds, and where their gradients go: to the winner of each window, or in "
        + "equal parts to all of it.";

    public SystemResult Run(SystemContext context)
    {
        using var network = new PoolingNet();
        using var session = network.CreateSession();
        var sections = new List<IReportElement>();
        var table = new DataTable("Picture", "Contrast", "after max", "after average", "Mean", "after max", "after average")
        {
            Caption = "Contrast is the standard deviation. Max pooling keeps more of a texture's, and makes backgrounds brighter; average "
                + "pooling keeps the mean and flattens textures.",
        };
        var (routed, even) = (1.0, 1.0);
        foreach (var (file, what) in s_pictures)
        {
            var picture = Planes.Of(Planes.Cover(context.Data.Picture(file).ToGray(), Side, Side));
            var pooled = session.Pool(picture.Values);
            var (_, maxGradient) = session.MaxEnergy(picture.Values);
            var (_, meanGradient) = session.MeanEnergy(picture.Values);
            routed = Math.Min(routed, PartOfWindows(maxGradient, w => w.Count(g => g != 0) <= 1));
            even = Math.Min(even, PartOfWindows(meanGradient, w => w.All(g => g == w[0])));
            table.AddRow(
                file,
                Invariant($"{Deviation(picture.Values):F3}"),
                Invariant($"{Deviation(pooled.Largest):F3}"),
                Invariant($"{Deviation(pooled.Mean):F3}"),
                Invariant($"{picture.Values.Average():F3}"),
                Invariant($"{pooled.Largest.Average():F3}"),
                Invariant($"{pooled.Mean.Average():F3}"));
            sections.Add(new ReportSection(file, $"{char.ToUpperInvariant(what[0])}{what[1..]}, pooled over windows of 4 × 4.").Add(new ImageGrid
            {
                CellWidth = 160,
                Pictures =
                [
                    Show(picture.ToImage(), "picture"),
                    Show(Plane(pooled.LargestUp).ToImage(), "max pooling"),
                    Show(Plane(pooled.MeanUp).ToImage(), "average pooling"),
                    Show(Plane(maxGradient).ToStretchedImage(), "gradient through max pooling"),
                    Show(Plane(meanGradient).ToStretchedImage(), "gradient through average pooling"),
                ],
            }));
        }
        return new SystemResult(
            [new Score("windows whose gradient max pooling routes to one pixel", routed), new Score("windows where average pooling spreads it evenly", even)],
            [new ReportSection("What is kept").Add(table), .. sections]);
    }

    private static double PartOfWindows(float[] gradient, Func<float[], bool> holds)
    {
        var count = 0;
        for (var y = 0; y < Side; y += Window)
        {
            for (var x = 0; x < Side; x += Window)
            {
                var window = Enumerable.Range(0, Window * Window).Select(i => gradient[(y + i / Window) * Side + x + i % Window]);
                count += holds([.. window]) ? 1 : 0;
            }
        }
        return (double)count / (Side / Window * (Side / Window));
    }

    private static double Deviation(float[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(v => (double)(v - mean) * (v - mean)));
    }

    private static Planes Plane(float[] values) => new(values, 1, Side, Side);

    private static Picture Show(Image image, string caption) => new(image, caption) { Caption = caption, Scale = 2 };
}
