using NetCompiler.Detection;
using NetCompiler.Imaging;

namespace Gallery.Data;

/// <summary>A picture with what is to be found in it.</summary>
/// <param name="Image">The picture, in colours.</param>
/// <param name="Boxes">Where things are, in pixels of the picture.</param>
/// <param name="Classes">What each is.</param>
internal sealed record DetectionSample(Image Image, IReadOnlyList<Box> Boxes, IReadOnlyList<int> Classes)
{
    /// <summary>The picture (channels, height, width), mirrored across, down, or both.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="across">Whether left becomes right.</param>
    /// <param name="down">Whether top becomes bottom.</param>
    public void CopyTo(Span<byte> destination, bool across, bool down)
    {
        for (var p = 0; p < destination.Length; p++)
        {
            var (c, y, x) = (p / (Image.Width * Image.Height), p / Image.Width % Image.Height, p % Image.Width);
            destination[p] = Image[across ? Image.Width - 1 - x : x, down ? Image.Height - 1 - y : y, c];
        }
    }

    /// <summary>A box of the picture in the mirrored one.</summary>
    /// <param name="box">The box.</param>
    /// <param name="across">Whether left becomes right.</param>
    /// <param name="down">Whether top becomes bottom.</param>
    public Box Mirror(Box box, bool across, bool down)
    {
        if (across)
            box = box with { Left = Image.Width - box.Right, Right = Image.Width - box.Left };
        return down ? box with { Top = Image.Height - box.Bottom, Bottom = Image.Height - box.Top } : box;
    }
}
