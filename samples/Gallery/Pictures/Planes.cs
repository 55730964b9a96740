using NetCompiler.Imaging;

namespace Gallery.Pictures;

/// <summary>A picture as networks read and write it: planes of floats, (channels, height, width).</summary>
/// <param name="Values">The numbers.</param>
/// <param name="Channels">The planes.</param>
/// <param name="Height">Rows of a plane.</param>
/// <param name="Width">Columns of a plane.</param>
internal sealed record Planes(float[] Values, int Channels, int Height, int Width)
{
    /// <summary>Takes an image, 0 to 1.</summary>
    /// <param name="image">The image.</param>
    public static Planes Of(Image image)
    {
        var values = new float[image.Channels * image.Height * image.Width];
        image.ToChannelsFirst(values);
        return new Planes(values, image.Channels, image.Height, image.Width);
    }

    /// <summary>Cuts the largest part of a shape from the middle of an image, and resizes it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public static Image Cover(Image image, int height, int width)
    {
        var scale = Math.Min((double)image.Width / width, (double)image.Height / height);
        var (w, h) = ((int)(width * scale), (int)(height * scale));
        return image.Crop((image.Width - w) / 2, (image.Height - h) / 2, w, h).Resize(width, height);
    }

    /// <summary>The image of one or three planes, from black to white; what lies beyond is cut off.</summary>
    /// <param name="black">The number that is black.</param>
    /// <param name="white">The number that is white.</param>
    public Image ToImage(float black = 0, float white = 1)
    {
        var bytes = new byte[Values.Length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Math.Round(Math.Clamp((Values[i] - black) / (white - black), 0, 1) * 255);
        return Image.FromChannelsFirst(bytes, Channels, Height, Width);
    }

    /// <summary>The image, from the smallest number to the largest.</summary>
    public Image ToStretchedImage()
    {
        var (low, high) = (Values.Min(), Values.Max());
        return ToImage(low, high > low ? high : low + 1);
    }

    /// <summary>The image of signed numbers: zero is in the middle between black and white.</summary>
    public Image ToSignedImage()
    {
        var bound = Values.Max(Math.Abs);
        return ToImage(-bound, bound > 0 ? bound : 1);
    }
}
