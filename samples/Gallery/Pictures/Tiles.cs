using NetCompiler.Imaging;
using NetCompiler.Training.Reports;

namespace Gallery.Pictures;

/// <summary>Many small grey pictures as one.</summary>
internal static class Tiles
{
    /// <summary>A figure of pictures of 28 × 28, 0 to 1.</summary>
    /// <param name="groups">Groups of pictures, each one after the other; each begins a row.</param>
    /// <param name="columns">Pictures of a row.</param>
    /// <param name="alternative">What is said to those who do not see it.</param>
    /// <param name="gap">Pixels between pictures.</param>
    /// <param name="scale">How many pixels of the screen a pixel is wide and high.</param>
    public static ImageGrid Of(IReadOnlyList<float[]> groups, int columns, string alternative, int gap = 2, int scale = 2)
    {
        const int Side = 28;
        var rowsOf = groups.Select(g => (g.Length / (Side * Side) + columns - 1) / columns).ToList();
        var image = new Image(columns * (Side + gap) - gap, rowsOf.Sum() * (Side + gap) - gap, 1);
        image.Pixels.Fill(96);
        var top = 0;
        for (var g = 0; g < groups.Count; g++)
        {
            for (var i = 0; i < groups[g].Length; i++)
            {
                var (tile, pixel) = (i / (Side * Side), i % (Side * Side));
                image[tile % columns * (Side + gap) + pixel % Side, (top + tile / columns) * (Side + gap) + pixel / Side] =
                    (byte)Math.Round(255 * Math.Clamp(groups[g][i], 0, 1));
            }
            top += rowsOf[g];
        }
        return new ImageGrid { CellWidth = image.Width * scale, Pictures = [new Picture(image, alternative) { Scale = scale }] };
    }
}
