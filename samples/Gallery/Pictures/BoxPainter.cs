using NetCompiler.Detection;
using NetCompiler.Imaging;

namespace Gallery.Pictures;

/// <summary>Draws boxes on pictures.</summary>
internal static class BoxPainter
{
    private static readonly (byte Red, byte Green, byte Blue)[] s_colors =
        [(0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233)];

    /// <summary>A picture enlarged, with boxes on it, each in the colour of its class.</summary>
    /// <param name="image">The picture, in colours.</param>
    /// <param name="boxes">Boxes in its pixels, with a class each.</param>
    /// <param name="scale">How many times it is enlarged.</param>
    public static Image Draw(Image image, IEnumerable<(Box Box, int Class)> boxes, int scale = 2)
    {
        var large = image.Resize(image.Width * scale, image.Height * scale);
        foreach (var (box, kind) in boxes)
        {
            var color = s_colors[kind % s_colors.Length];
            var (left, top) = ((int)(box.Left * scale), (int)(box.Top * scale));
            var (right, bottom) = ((int)(box.Right * scale) - 1, (int)(box.Bottom * scale) - 1);
            for (var line = 0; line < 2; line++)
            {
                for (var x = left; x <= right; x++)
                {
                    Dot(x, top + line);
                    Dot(x, bottom - line);
                }
                for (var y = top; y <= bottom; y++)
                {
                    Dot(left + line, y);
                    Dot(right - line, y);
                }
            }

            void Dot(int x, int y)
            {
                if (x >= 0 && y >= 0 && x < large.Width && y < large.Height)
                    (large[x, y, 0], large[x, y, 1], large[x, y, 2]) = color;
            }
        }
        return large;
    }
}
