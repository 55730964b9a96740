using NetCompiler.Detection;
using NetCompiler.Imaging;

namespace Gallery.Vision;

/// <summary>A region of a picture and a little around it, in one size whatever its own (Girshick et al., 2014).</summary>
internal static class WarpedRegion
{
    /// <summary>Writes a region as planes (channels, size, size).</summary>
    /// <param name="image">The picture.</param>
    /// <param name="box">The region.</param>
    /// <param name="size">Pixels each way.</param>
    /// <param name="destination">Where to.</param>
    public static void Write(Image image, Box box, int size, Span<byte> destination)
    {
        const float Around = 0.15f;
        var left = Math.Clamp((int)(box.Left - Around * box.Width), 0, image.Width - 1);
        var top = Math.Clamp((int)(box.Top - Around * box.Height), 0, image.Height - 1);
        var right = Math.Clamp((int)Math.Ceiling(box.Right + Around * box.Width), left + 1, image.Width);
        var bottom = Math.Clamp((int)Math.Ceiling(box.Bottom + Around * box.Height), top + 1, image.Height);
        image.Crop(left, top, right - left, bottom - top).Resize(size, size).ToChannelsFirst(destination);
    }
}
