namespace NetCompiler;

/// <summary>
/// What the network reads, for one sample: an image (channels, height, width), a matrix (a sequence of vectors, or a signal of several
/// channels), a vector, or, without extents, one number. Exactly one, before the first layer.
/// Every element x becomes (x · Scale − Mean) / Deviation, as with torchvision's ToTensor and Normalize, at no cost: the compiler
/// puts it into the first layer.
/// </summary>
public class InputAttribute : DeclarationAttribute
{
    /// <summary>One number.</summary>
    public InputAttribute()
    {
    }

    /// <summary>A vector.</summary>
    /// <param name="length">Its elements, 1 or more.</param>
    public InputAttribute(int length) => Length = length;

    /// <summary>
    /// A matrix, row by row: a sequence of (time steps, features) as recurrent layers and Dense read it, or a signal of (channels,
    /// samples) as Conv reads it.
    /// </summary>
    /// <param name="rows">Its rows, 1 or more.</param>
    /// <param name="columns">Its columns, 1 or more.</param>
    public InputAttribute(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
    }

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

    /// <summary>Elements of a vector; 0 for anything else.</summary>
    public int Length { get; }

    /// <summary>Rows of a matrix; 0 for anything else.</summary>
    public int Rows { get; }

    /// <summary>Columns of a matrix; 0 for anything else.</summary>
    public int Columns { get; }

    /// <summary>Channels of an image; 0 for anything else.</summary>
    public int Channels { get; }

    /// <summary>Rows of an image; 0 for anything else.</summary>
    public int Height { get; }

    /// <summary>Columns of an image; 0 for anything else.</summary>
    public int Width { get; }

    /// <summary>
    /// The type of the elements that the caller hands in: <see cref="ElementType.Float32"/>, the default, <see cref="ElementType.UInt8"/>,
    /// or <see cref="ElementType.Int32"/> for what is looked up (<see cref="EmbeddingAttribute"/>), which is not preprocessed.
    /// </summary>
    public ElementType Type { get; set; } = ElementType.Float32;

    /// <summary>What elements are multiplied with first. Default 1; 1.0 / 255 makes 0 to 1 of bytes.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>
    /// What is subtracted from the scaled elements: one number, or one for each channel of an image, element of a vector or column of
    /// a matrix. Default 0.
    /// </summary>
    public double[] Mean { get; set; } = [0];

    /// <summary>
    /// What is divided by after that: one number, or one for each channel of an image, element of a vector or column of a matrix;
    /// greater than 0. Default 1.
    /// </summary>
    public double[] Deviation { get; set; } = [1];
}
