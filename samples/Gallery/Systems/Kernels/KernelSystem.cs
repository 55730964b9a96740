using Gallery.Pictures;
using Gallery.Running;
using NetCompiler.Imaging;
using NetCompiler.Training.Reports;

namespace Gallery.Systems.Kernels;

/// <summary>Known kernels on photographs, and what they do to frequencies.</summary>
internal sealed class KernelSystem : ISystem
{
    private const int Side = 256;
    private static readonly string[] s_pictures = ["camera.png", "coins.png", "brick.png", "chelsea.png"];

    public int Number => 1;

    public string Name => "kernels";

    public string Title => "Kernels as filters";

    public string Shows =>
        "Edges, sharpening, blur, Sobel and a curve detector as networks with fixed kernels; convolution against cross-correlation; the "
        + "spectrum of a picture before and after low- and high-pass, and the convolution theorem by Fourier transform.";

    public SystemResult Run(SystemContext context)
    {
        using var network = new KernelFilters();
        using var session = network.CreateSession();
        var filters = new ReportSection(
            "Filters",
            "One kernel, laid on every place of the picture. Results that may be negative are shown around a middle grey.");
        foreach (var name in s_pictures.Take(context.Size(s_pictures.Length, 1)))
            filters.Add(Filtered(name, Gray(context, name), session));
        var picture = Gray(context, s_pictures[0]);
        var (low, high) = session.Bands(picture.Values);
        var error = TheoremError(picture, low);
        return new SystemResult(
            [
                new Score("convolution theorem, largest difference", error, "0.0e0"),
                new Score("energy of high frequencies kept by the low-pass", HighEnergy(low) / HighEnergy(picture.Values)),
                new Score("energy of high frequencies kept by the high-pass", HighEnergy(high) / HighEnergy(picture.Values)),
            ],
            [filters, Letters(session), Frequencies(picture, low, high)]);
    }

    private static Planes Gray(SystemContext context, string name) =>
        Planes.Of(Planes.Cover(context.Data.Picture(name).ToGray(), Side, Side));

    private static ImageGrid Filtered(string name, Planes picture, KernelFilters.Session session)
    {
        var result = session.Filter(picture.Values);
        return new ImageGrid
        {
            Title = name,
            CellWidth = 220,
            Pictures =
            [
                Show(picture.ToImage(), "picture", ""),
                Show(Plane(result.Edge).ToSignedImage(), "edge", "8 in the middle, −1 around"),
                Show(Plane(result.Sharpen).ToImage(), "sharpen", "5 in the middle, −1 beside"),
                Show(Plane(result.Blur).ToImage(), "blur", "1 2 1, 2 4 2, 1 2 1"),
                Show(Plane(result.SobelX).ToSignedImage(), "Sobel, across", "dark to light, left to right"),
                Show(Plane(result.SobelY).ToSignedImage(), "Sobel, down", "dark to light, top to bottom"),
                Show(Plane(result.Gradient).ToStretchedImage(), "Sobel, magnitude", "the root of both squared"),
                Show(Plane([.. result.Curve.Select(v => Math.Max(0, v))]).ToStretchedImage(), "curve detector", "a line that bends right"),
            ],
        };
    }

    private static ReportSection Letters(KernelFilters.Session session)
    {
        var point = new float[15 * 15];
        point[7 * 15 + 7] = 1;
        var (correlation, convolution) = session.Letter(point);
        return new ReportSection(
            "Convolution and cross-correlation",
            "A kernel in the form of an F, and a picture of a single point. Cross-correlation, which networks compute under the name of "
            + "convolution, gives the F upside down; convolution turns the kernel by half a turn first, and the point becomes the kernel. "
            + "For kernels that are learned it makes no difference.")
            .Add(new ImageGrid
            {
                Pictures = [Small(point, "the point"), Small(correlation, "cross-correlation"), Small(convolution, "convolution")],
            });

        static Picture Small(float[] values, string caption) =>
            new(new Planes(values, 1, 15, 15).ToImage(), caption) { Caption = caption, Scale = 7 };
    }

    private static ReportSection Frequencies(Planes picture, float[] low, float[] high)
    {
        (string Name, float[] Values)[] bands = [("picture", picture.Values), ("low-pass", low), ("high-pass", high)];
        var spectra = bands.Select(b => Spectrum.Of(b.Values, Side, Side)).ToList();
        return new ReportSection(
            "Frequencies",
            "The low-pass is a Gaussian of deviation 2, the high-pass what it takes away. In a spectrum the middle is frequency 0, the edges "
            + "are half a cycle a pixel; brightness is the logarithm of the magnitude.")
            .Add(new ImageGrid
            {
                CellWidth = 256,
                Pictures =
                [
                    Show(picture.ToImage(), "picture", ""),
                    Show(Plane(low).ToImage(), "low-pass", ""),
                    Show(Plane(high).ToSignedImage(), "high-pass", ""),
                    .. bands.Zip(spectra, (b, s) => Show(s.ToPlanes().ToStretchedImage(), $"spectrum of the {b.Name}", "")),
                ],
            })
            .Add(new LineChart
            {
                Title = "Energy by frequency",
                XLabel = "cycles in the picture's width",
                YLabel = "energy",
                IsLogarithmic = true,
                Series =
                [
                    .. bands.Zip(spectra, (b, s) =>
                        new LineSeries(b.Name, [.. s.Bands().Select((e, i) => ((double)i, e)).Skip(1).Where((_, i) => i % 2 == 0)])),
                ],
            });
    }

    /// <summary>What lies above an eighth of a cycle a pixel.</summary>
    internal static double HighEnergy(float[] plane) => Spectrum.Of(plane, Side, Side).Bands().Skip(Side / 8).Sum();

    /// <summary>The largest difference between the network's low-pass and the product of both spectra.</summary>
    internal static double TheoremError(Planes picture, float[] low)
    {
        using var network = new KernelFilters();
        var point = new float[Side * Side];
        point[Side / 2 * Side + Side / 2] = 1;
        // The kernel, as the network has it, with its middle at 0; zeros around the picture stand for the padding.
        var (kernel, _) = network.Bands(point);
        var product = Spectrum.Of(picture.Values, Side, 2 * Side).ConvolvedWith(Spectrum.Of(kernel, Side, 2 * Side));
        var largest = 0.0;
        for (var i = 0; i < low.Length; i++)
        {
            var (y, x) = (i / Side + Side / 2, i % Side + Side / 2);
            largest = Math.Max(largest, Math.Abs(product[y * 2 * Side + x] - low[i]));
        }
        return largest;
    }

    private static Planes Plane(float[] values) => new(values, 1, Side, Side);

    private static Picture Show(Image image, string caption, string detail) =>
        new(image, caption) { Caption = caption, Detail = detail.Length > 0 ? detail : null };
}
