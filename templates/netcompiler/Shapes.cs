using NetCompiler.Training.Data;

/// <summary>Draws pictures of shapes: somewhere, of some size, in some brightness, with noise.</summary>
public static class Shapes
{
    /// <summary>Width and height of a picture.</summary>
    public const int Side = 16;

    /// <summary>What the labels 0, 1, 2 mean.</summary>
    public static IReadOnlyList<string> Names { get; } = ["square", "disc", "cross"];

    /// <summary>Draws a data set.</summary>
    /// <param name="count">How many pictures.</param>
    /// <param name="seed">The same seed draws the same pictures.</param>
    public static InMemoryDataset Draw(int count, int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[count * Side * Side];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(Names.Count);
            Draw(labels[i], random, pixels.AsSpan(i * Side * Side, Side * Side));
        }

        return InMemoryDataset.FromBytes(pixels, [1, Side, Side], labels);
    }

    private static void Draw(int shape, Random random, Span<byte> picture)
    {
        var radius = random.Next(4, 7);
        var (centreX, centreY) = (random.Next(radius, Side - radius), random.Next(radius, Side - radius));
        var ink = random.Next(120, 200);
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var (dx, dy) = (Math.Abs(x - centreX), Math.Abs(y - centreY));
                var isInk = shape switch
                {
                    0 => Math.Max(dx, dy) < radius,
                    1 => dx * dx + dy * dy < radius * radius,
                    _ => Math.Min(dx, dy) < 1 && Math.Max(dx, dy) < radius,
                };
                picture[y * Side + x] = (byte)((isInk ? ink : 0) + random.Next(55));
            }
        }
    }
}
