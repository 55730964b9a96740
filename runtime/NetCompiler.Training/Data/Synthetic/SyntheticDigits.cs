namespace NetCompiler.Training.Data;

/// <summary>
/// Digits drawn by the program itself, for machines without data and without a network: pen strokes in several styles, warped,
/// turned, slanted, thicker and thinner, blurred, on grainy paper; 28 × 28 bytes as in MNIST. The same seed gives the same bytes on
/// every platform.
/// </summary>
public static class SyntheticDigits
{
    /// <summary>The pictures' height and width in pixels.</summary>
    public const int Size = 28;

    /// <summary>Draws digits, all ten equally often on average.</summary>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="seed">Another seed gives other pictures: take different ones for training and test.</param>
    /// <returns>Samples of shape (1, 28, 28), labels 0 to 9. Sample i depends on the seed and i only.</returns>
    public static InMemoryDataset Create(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var pixels = new byte[checked(count * Size * Size)];
        var labels = new int[count];
        Parallel.For(
            0,
            count,
            () => new DigitPainter(),
            (i, _, painter) =>
            {
                var random = RandomStreams.Create(seed, (ulong)i);
                labels[i] = random.NextInt32(10);
                painter.Paint(labels[i], ref random, pixels.AsSpan(i * Size * Size, Size * Size));
                return painter;
            },
            _ => { });
        return InMemoryDataset.FromBytes(pixels, [1, Size, Size], labels);
    }
}
