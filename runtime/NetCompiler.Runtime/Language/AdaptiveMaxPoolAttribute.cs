namespace NetCompiler;

/// <summary>
/// An image of a given size whatever the input's: (C, H, W) becomes (C, height, width), the largest of windows from ⌊i · H / height⌋ to
/// ⌈(i + 1) · H / height⌉, and columns likewise. PyTorch: AdaptiveMaxPool2d.
/// </summary>
public sealed class AdaptiveMaxPoolAttribute : LayerAttribute
{
    /// <summary>A square.</summary>
    /// <param name="size">Height and width, 1 to 64.</param>
    public AdaptiveMaxPoolAttribute(int size)
        : this(size, size)
    {
    }

    /// <summary>A rectangle.</summary>
    /// <param name="sizeHeight">The height, 1 to 64.</param>
    /// <param name="sizeWidth">The width, 1 to 64.</param>
    public AdaptiveMaxPoolAttribute(int sizeHeight, int sizeWidth) => Size = [sizeHeight, sizeWidth];

    /// <summary>Height and width.</summary>
    public int[] Size { get; }
}
