namespace NetCompiler;

/// <summary>
/// The mean of each window: (C, H, W) becomes (C, H', W') with
/// H' = ⌊(H + 2 · Padding − window) / Stride⌋ + 1, or ⌈…⌉ with Ceil, and W' likewise. Keras: AveragePooling2D;
/// PyTorch: AvgPool2d with count_include_pad=False.
/// </summary>
public sealed class AveragePoolAttribute : LayerAttribute
{
    /// <summary>A square window.</summary>
    /// <param name="window">Height and width of the window, 1 or more.</param>
    public AveragePoolAttribute(int window)
        : this(window, window)
    {
    }

    /// <summary>A rectangular window.</summary>
    /// <param name="windowHeight">Height of the window, 1 or more.</param>
    /// <param name="windowWidth">Width of the window, 1 or more.</param>
    public AveragePoolAttribute(int windowHeight, int windowWidth) => Window = [windowHeight, windowWidth];

    /// <summary>Height and width of the window.</summary>
    public int[] Window { get; }

    /// <summary>Elements between windows in both directions, 1 or more. Default: the window's size.</summary>
    public int Stride { get; set; }

    /// <summary>Height and width of <see cref="Stride"/> where they differ.</summary>
    public int[]? Strides { get; set; }

    /// <summary>Padding on each side, which does not count, 0 or more, or <see cref="NetCompiler.Padding.Same"/>. Default 0.</summary>
    public int Padding { get; set; }

    /// <summary>Height and width of <see cref="Padding"/> where they differ.</summary>
    public int[]? Paddings { get; set; }

    /// <summary>True where a last window may hang over the end of the image. Default false.</summary>
    public bool Ceil { get; set; }
}
