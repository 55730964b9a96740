namespace NetCompiler;

/// <summary>
/// What the network reads, for one sample: an image (channels, height, width) or a vector. Exactly one, before the first layer.
/// Every element x becomes (x · Scale − Mean) / Deviation, as with torchvision's ToTensor and Normalize, at no cost: the compiler
/// puts it into the first layer.
/// </summary>
public class InputAttribute : DeclarationAttribute
{
    /// <summary>A vector.</summary>
    /// <param name="length">Its elements, 1 or more.</param>
    public InputAttribute(int length) => Length = length;

    /// <summary>An image, in canonical order: channel by channel, each row by row.</summary>
    /// <param name="channels">Its channels, 1 or more.</param>
    /// <param name="height">Its rows, 1 or more.</param>
    /// <param name="width">Its columns, 1 or more.</param>
    public InputAttribute(int channels, int height, int width)
    {
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>Elements of a vector; 0 for an image.</summary>
    public int Length { get; }

    /// <summary>Channels of an image; 0 for a vector.</summary>
    public int Channels { get; }

    /// <summary>Rows of an image; 0 for a vector.</summary>
    public int Height { get; }

    /// <summary>Columns of an image; 0 for a vector.</summary>
    public int Width { get; }

    /// <summary>
    /// The type of the elements that the caller hands in: <see cref="ElementType.Float32"/>, the default, or
    /// <see cref="ElementType.UInt8"/>.
    /// </summary>
    public ElementType Type { get; set; } = ElementType.Float32;

    /// <summary>What elements are multiplied with first. Default 1; 1.0 / 255 makes 0 to 1 of bytes.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>
    /// What is subtracted from the scaled elements: one number, or one for each channel of an image or element of a vector.
    /// Default 0.
    /// </summary>
    public double[] Mean { get; set; } = [0];

    /// <summary>
    /// What is divided by after that: one number, or one for each channel of an image or element of a vector; greater than 0.
    /// Default 1.
    /// </summary>
    public double[] Deviation { get; set; } = [1];
}
