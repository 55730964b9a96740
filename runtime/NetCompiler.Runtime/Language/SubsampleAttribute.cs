namespace NetCompiler;

/// <summary>
/// Trainable subsampling: the sum of each window times a coefficient of its channel, plus a bias of its channel; (C, H, W) becomes
/// (C, H', W') with H' = ⌊(H + 2 · Padding − window) / Stride⌋ + 1, and W' likewise. Weight (C), which begins as one over the window's
/// elements, and bias (C). Layers S2 and S4 of LeNet-5 (LeCun et al., "Gradient-based learning applied to document recognition", 1998).
/// </summary>
public sealed class SubsampleAttribute : LayerAttribute
{
    /// <summary>A square window.</summary>
    /// <param name="window">Height and width of the window, 1 or more.</param>
    public SubsampleAttribute(int window)
        : this(window, window)
    {
    }

    /// <summary>A rectangular window.</summary>
    /// <param name="windowHeight">Height of the window, 1 or more.</param>
    /// <param name="windowWidth">Width of the window, 1 or more.</param>
    public SubsampleAttribute(int windowHeight, int windowWidth) => Window = [windowHeight, windowWidth];

    /// <summary>Height and width of the window.</summary>
    public int[] Window { get; }

    /// <summary>Elements between windows in both directions, 1 or more. Default: the window's size.</summary>
    public int Stride { get; set; }

    /// <summary>Height and width of <see cref="Stride"/> where they differ.</summary>
    public int[]? Strides { get; set; }

    /// <summary>Zeros on each side of the image, 0 or more, or <see cref="NetCompiler.Padding.Same"/>. Default 0.</summary>
    public int Padding { get; set; }

    /// <summary>Height and width of <see cref="Padding"/> where they differ.</summary>
    public int[]? Paddings { get; set; }
}
