namespace NetCompiler.Imaging;

/// <summary>What is demanded of a picture before memory is asked for.</summary>
public sealed record ImageReadOptions
{
    /// <summary>The defaults.</summary>
    public static ImageReadOptions Default { get; } = new();

    /// <summary>
    /// The most pixels (width × height) that a picture may declare. By default as in Pillow's <c>MAX_IMAGE_PIXELS</c> 89,478,485: a
    /// quarter of a gigabyte of RGB. Besides, no side may be longer than 1,000,000, as in libpng.
    /// </summary>
    public long MaxPixels { get; init; } = (1L << 28) / 3;
}
