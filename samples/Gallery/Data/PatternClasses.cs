using NetCompiler.Runtime;
using NetCompiler.Training.Data;

namespace Gallery.Data;

/// <summary>
/// Pictures of ten classes that are drawn where a set of photographs is not at hand: stripes of four directions, checks, rings, a disc, a
/// square, a cross and a gradient, each of a place, a size and colours of its own, under noise.
/// </summary>
internal static class PatternClasses
{
    /// <summary>The classes' names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["rows", "columns", "slashes", "backslashes", "checks", "rings", "disc", "square", "cross", "gradient"];

    /// <summary>Draws pictures.</summary>
    /// <param name="count">How many.</param>
    /// <param name="size">Their rows and columns.</param>
    /// <param name="channels">1 for grey, 3 for colours.</param>
    /// <param name="seed">Decides on all that is drawn.</param>
    public static InMemoryDataset Create(int count, int size, int channels, ulong seed)
    {
        var random = new RandomStream(seed, "patterns");
        var pixels = new byte[count * channels * size * size];
        var labels = new int[count];
        var (dark, light) = (new double[channels], new double[channels]);
        for (var i = 0; i < count; i++)
        {
            var label = labels[i] = i % Names.Count;
            var (period, phase) = (4 + 4 * random.NextDouble(), 8 * random.NextDouble());
            var (x0, y0) = (size * (0.35 + 0.3 * random.NextDouble()), size * (0.35 + 0.3 * random.NextDouble()));
            var radius = size * (0.18 + 0.15 * random.NextDouble());
            for (var c = 0; c < channels; c++)
                (dark[c], light[c]) = (90 * random.NextDouble(), 150 + 100 * random.NextDouble());
            for (var y = 0; y < size; y++)
            {
                for (var x = 0; x < size; x++)
                {
                    var amount = Amount(label, x, y, x0, y0, period, phase, radius, size);
                    for (var c = 0; c < channels; c++)
                    {
                        var value = dark[c] + amount * (light[c] - dark[c]) + 12 * random.NextNormal();
                        pixels[((i * channels + c) * size + y) * size + x] = (byte)Math.Clamp(Math.Round(value), 0, 255);
                    }
                }
            }
        }
        return InMemoryDataset.FromBytes(pixels, [channels, size, size], labels);
    }

    private static double Amount(
        int label, double x, double y, double x0, double y0, double period, double phase, double radius, int size)
    {
        var (dx, dy) = (x - x0, y - y0);
        return label switch
        {
            0 => Wave(y),
            1 => Wave(x),
            2 => Wave(x + y),
            3 => Wave(x - y),
            4 => Wave(x) > 0.5 ^ Wave(y) > 0.5 ? 1 : 0,
            5 => Wave(Math.Sqrt(dx * dx + dy * dy)),
            6 => dx * dx + dy * dy < radius * radius ? 1 : 0,
            7 => Math.Max(Math.Abs(dx), Math.Abs(dy)) < radius ? 1 : 0,
            8 => Math.Min(Math.Abs(dx), Math.Abs(dy)) < radius / 3 ? 1 : 0,
            _ => (x * Math.Cos(phase) + y * Math.Sin(phase)) / size * 0.5 + 0.5,
        };

        double Wave(double along) => 0.5 + 0.5 * Math.Sin(2 * Math.PI * (along + phase) / period);
    }
}
