using NetCompiler.Imaging;
using NetCompiler.Runtime;

namespace Gallery.Data;

/// <summary>A scene in colours, painted where a photograph is not at hand: sky, ground with texture, discs and stripes with edges.</summary>
internal static class PaintedScene
{
    /// <summary>Paints a scene.</summary>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="name">Which scene: each name has one of its own.</param>
    public static Image Create(int width, int height, string name)
    {
        var random = new RandomStream(1, name);
        var image = new Image(width, height, 3);
        var horizon = height * (0.4 + 0.2 * random.NextDouble());
        var discs = Enumerable.Range(0, 9).Select(_ => (
            X: width * random.NextDouble(),
            Y: height * random.NextDouble(),
            Radius: height * (0.04 + 0.14 * random.NextDouble()),
            Color: (255 * random.NextDouble(), 255 * random.NextDouble(), 255 * random.NextDouble()),
            Period: random.NextDouble() < 0.5 ? 0 : 4 + 8 * random.NextDouble())).ToArray();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (red, green, blue) = y < horizon
                    ? (90 + 100 * y / horizon, 140 + 70 * y / horizon, 235.0)
                    : (110 + 25 * Math.Sin(x * 0.7) * Math.Sin(y * 0.9), 130 + 40 * Math.Sin(x * 0.11 + y * 0.07), 70.0);
                foreach (var disc in discs)
                {
                    var (dx, dy) = (x - disc.X, y - disc.Y);
                    if (dx * dx + dy * dy > disc.Radius * disc.Radius)
                        continue;
                    var shade = disc.Period > 0 ? 0.6 + 0.4 * Math.Sin(2 * Math.PI * dx / disc.Period) : 1 - 0.4 * dx / disc.Radius;
                    (red, green, blue) = (disc.Color.Item1 * shade, disc.Color.Item2 * shade, disc.Color.Item3 * shade);
                }
                var noise = 6 * random.NextNormal();
                (image[x, y, 0], image[x, y, 1], image[x, y, 2]) = (Byte(red + noise), Byte(green + noise), Byte(blue + noise));
            }
        }
        return image;
    }

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
