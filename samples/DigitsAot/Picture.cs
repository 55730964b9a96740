using NetCompiler.Imaging;

namespace DigitsAot;

/// <summary>Makes a picture like those that the network learned from: 28 × 28, light ink on dark ground, the ink in the middle.</summary>
/// <remarks>
/// What LeCun, Cortes and Burges say of MNIST: a digit is scaled, with its proportions kept, to fit into 20 × 20, and its centre of mass
/// is laid on the centre of 28 × 28. Paper is what the picture's edge shows: where that is light, the ink is dark and is inverted.
/// </remarks>
internal static class Picture
{
    /// <summary>Width and height of what the network reads.</summary>
    public const int Side = 28;

    private const int DigitSide = 20;

    // Below this share of the darkest ink, it is taken for the paper's grain or shade.
    private const int InkShare = 4;

    /// <summary>Reads a picture file.</summary>
    /// <returns>28 × 28 pixels, row after row.</returns>
    /// <exception cref="IOException">The file cannot be read, or is no picture.</exception>
    public static byte[] Load(string path)
    {
        var picture = Image.Load(path).Over(byte.MaxValue).ToGray();
        var paper = Paper(picture);
        if (paper > byte.MaxValue / 2)
            (picture, paper) = (picture.Invert(), (byte)(byte.MaxValue - paper));
        if ((picture.Width, picture.Height) == (Side, Side))
            return picture.Pixels.ToArray();

        var strongest = paper;
        foreach (var pixel in picture.Pixels)
            strongest = Math.Max(strongest, pixel);
        if (FindInk(picture, paper + (strongest - paper) / InkShare) is not var (x, y, width, height))
            return new byte[Side * Side];
        var digit = picture.Crop(x, y, width, height);
        Stretch(digit.Pixels, paper, strongest);
        return Centre(digit);
    }

    /// <summary>The median of the pixels along the edge: a stroke that runs out of the picture does not change it.</summary>
    private static byte Paper(Image picture)
    {
        var counts = new int[byte.MaxValue + 1];
        var total = 0;
        for (var y = 0; y < picture.Height; y++)
        {
            var isEdge = y == 0 || y == picture.Height - 1;
            for (var x = 0; x < picture.Width; x += isEdge ? 1 : Math.Max(1, picture.Width - 1))
            {
                counts[picture[x, y]]++;
                total++;
            }
        }

        var median = 0;
        for (var below = counts[0]; below * 2 < total; below += counts[median])
            median++;
        return (byte)median;
    }

    /// <summary>Makes the paper 0 and the strongest ink 255.</summary>
    private static void Stretch(Span<byte> pixels, byte paper, byte strongest)
    {
        foreach (ref var pixel in pixels)
            pixel = (byte)(Math.Max(0, pixel - paper) * byte.MaxValue / (strongest - paper));
    }

    /// <summary>The smallest rectangle with all pixels that are lighter than the threshold; null where there are none.</summary>
    private static (int X, int Y, int Width, int Height)? FindInk(Image picture, int threshold)
    {
        var (left, top, right, bottom) = (picture.Width, picture.Height, -1, -1);
        for (var y = 0; y < picture.Height; y++)
        {
            var row = picture.Row(y);
            for (var x = 0; x < row.Length; x++)
            {
                if (row[x] <= threshold)
                    continue;
                (left, right) = (Math.Min(left, x), Math.Max(right, x));
                (top, bottom) = (Math.Min(top, y), y);
            }
        }

        return right < 0 ? null : (left, top, right - left + 1, bottom - top + 1);
    }

    private static byte[] Centre(Image digit)
    {
        var longest = Math.Max(digit.Width, digit.Height);
        var small = digit.Resize(Scale(digit.Width, longest), Scale(digit.Height, longest));
        long mass = 0, massX = 0, massY = 0;
        for (var y = 0; y < small.Height; y++)
        {
            for (var x = 0; x < small.Width; x++)
            {
                mass += small[x, y];
                massX += small[x, y] * x;
                massY += small[x, y] * y;
            }
        }

        // An uneven digit may have its centre so far out that a corner would leave the picture.
        var left = Math.Clamp(Side / 2 - Divide(massX, mass), 0, Side - small.Width);
        var top = Math.Clamp(Side / 2 - Divide(massY, mass), 0, Side - small.Height);
        var pixels = new byte[Side * Side];
        for (var y = 0; y < small.Height; y++)
            small.Row(y).CopyTo(pixels.AsSpan((top + y) * Side + left));
        return pixels;
    }

    private static int Scale(int extent, int longest) => Math.Max(1, (int)Math.Round((double)extent * DigitSide / longest));

    private static int Divide(long weighted, long mass) => (int)Math.Round((double)weighted / Math.Max(1, mass));
}
