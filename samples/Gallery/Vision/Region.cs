using NetCompiler.Detection;
using NetCompiler.Imaging;

namespace Gallery.Vision;

/// <summary>
/// A region of a picture as selective search knows it: how large it is, the box around it, and histograms of its colours and of its
/// texture, each of which adds up to 1.
/// </summary>
/// <param name="Size">Pixels.</param>
/// <param name="Box">The box around it.</param>
/// <param name="Color">25 bins for each channel.</param>
/// <param name="Texture">8 directions of 10 bins for each channel: how steep the picture is in each direction.</param>
internal sealed record Region(int Size, Box Box, float[] Color, float[] Texture)
{
    private const int ColorBins = 25;
    private const int Directions = 8;
    private const int TextureBins = 10;

    /// <summary>How alike colours are: the histograms' intersection, from 0 to 1.</summary>
    /// <param name="other">Another region.</param>
    public double ColorSimilarity(Region other) => Intersection(Color, other.Color);

    /// <summary>How alike textures are: the histograms' intersection, from 0 to 1.</summary>
    /// <param name="other">Another region.</param>
    public double TextureSimilarity(Region other) => Intersection(Texture, other.Texture);

    /// <summary>1 − both sizes as a part of the picture: small regions are merged early.</summary>
    /// <param name="other">Another region.</param>
    /// <param name="pixels">Pixels of the picture.</param>
    public double SizeSimilarity(Region other, int pixels) => 1 - (Size + other.Size) / (double)pixels;

    /// <summary>1 − what neither fills of the box around both, as a part of the picture: gaps are filled early.</summary>
    /// <param name="other">Another region.</param>
    /// <param name="pixels">Pixels of the picture.</param>
    public double FillSimilarity(Region other, int pixels) => 1 - (Box.Union(other.Box).Area - Size - other.Size) / pixels;

    /// <summary>The sum of all four.</summary>
    /// <param name="other">Another region.</param>
    /// <param name="pixels">Pixels of the picture.</param>
    public double Similarity(Region other, int pixels) =>
        ColorSimilarity(other) + TextureSimilarity(other) + SizeSimilarity(other, pixels) + FillSimilarity(other, pixels);

    /// <summary>Both as one: histograms are their means, weighted by size.</summary>
    /// <param name="other">Another region.</param>
    public Region Merge(Region other) => new(
        Size + other.Size, Box.Union(other.Box), Mix(Color, other.Color, other.Size), Mix(Texture, other.Texture, other.Size));

    /// <summary>The regions of a segmented picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="regions">A region's number for each pixel, from 0.</param>
    public static List<Region> Of(Image image, int[] regions)
    {
        var count = regions.Max() + 1;
        var sizes = new int[count];
        var boxes = new Box[count];
        var colors = Enumerable.Range(0, count).Select(_ => new float[image.Channels * ColorBins]).ToArray();
        var textures = Enumerable.Range(0, count).Select(_ => new float[image.Channels * Directions * TextureBins]).ToArray();
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var region = regions[y * image.Width + x];
                var pixel = new Box(x, y, x + 1, y + 1);
                boxes[region] = sizes[region]++ == 0 ? pixel : boxes[region].Union(pixel);
                for (var c = 0; c < image.Channels; c++)
                {
                    colors[region][c * ColorBins + image[x, y, c] * ColorBins / 256]++;
                    for (var d = 0; d < Directions; d++)
                        textures[region][(c * Directions + d) * TextureBins + Steepness(image, x, y, c, d)]++;
                }
            }
        }
        return [.. Enumerable.Range(0, count).Select(i => new Region(sizes[i], boxes[i], Normalized(colors[i]), Normalized(textures[i])))];
    }

    /// <summary>How much brighter the picture gets in a direction, as a bin.</summary>
    private static int Steepness(Image image, int x, int y, int channel, int direction)
    {
        var (left, right) = (Math.Max(0, x - 1), Math.Min(image.Width - 1, x + 1));
        var (top, bottom) = (Math.Max(0, y - 1), Math.Min(image.Height - 1, y + 1));
        var dx = image[right, y, channel] - image[left, y, channel];
        var dy = image[x, bottom, channel] - image[x, top, channel];
        var (sin, cos) = Math.SinCos(2 * Math.PI * direction / Directions);
        // The root spreads the many small steps over the bins.
        return (int)Math.Min(TextureBins - 1, Math.Sqrt(Math.Max(0, dx * cos + dy * sin) / 361) * TextureBins);
    }

    private static double Intersection(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += Math.Min(a[i], b[i]);
        return sum;
    }

    private float[] Mix(float[] own, float[] other, int size)
    {
        var result = new float[own.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = (own[i] * Size + other[i] * size) / (Size + size);
        return result;
    }

    private static float[] Normalized(float[] histogram)
    {
        var sum = histogram.Sum();
        return [.. histogram.Select(h => h / sum)];
    }
}
