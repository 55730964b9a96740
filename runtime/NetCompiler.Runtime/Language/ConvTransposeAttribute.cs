namespace NetCompiler;

/// <summary>
/// Transposed two-dimensional convolution, as the gradient of a convolution with respect to its input: (C, H, W) becomes
/// (channels, H', W') with H' = (H − 1) · Stride − 2 · Padding + Dilation · (kernel − 1) + OutputPadding + 1, and W' likewise. Weight
/// (C, channels / Groups, kernel height, kernel width), bias (channels). Keras: Conv2DTranspose; PyTorch: ConvTranspose2d.
/// </summary>
public sealed class ConvTransposeAttribute : LayerAttribute
{
    /// <summary>A transposed convolution with a square kernel.</summary>
    /// <param name="channels">Output channels, 1 or more.</param>
    /// <param name="kernel">Height and width of the kernel, 1 or more.</param>
    public ConvTransposeAttribute(int channels, int kernel)
        : this(channels, kernel, kernel)
    {
    }

    /// <summary>A transposed convolution with a rectangular kernel.</summary>
    /// <param name="channels">Output channels, 1 or more.</param>
    /// <param name="kernelHeight">Height of the kernel, 1 or more.</param>
    /// <param name="kernelWidth">Width of the kernel, 1 or more.</param>
    public ConvTransposeAttribute(int channels, int kernelHeight, int kernelWidth)
    {
        Channels = channels;
        Kernel = [kernelHeight, kernelWidth];
    }

    /// <summary>Output channels.</summary>
    public int Channels { get; }

    /// <summary>Height and width of the kernel.</summary>
    public int[] Kernel { get; }

    /// <summary>Output elements between input elements in both directions, 1 or more. Default 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Height and width of <see cref="Stride"/> where they differ.</summary>
    public int[]? Strides { get; set; }

    /// <summary>Elements that are cut off on each side, 0 or more. Default 0.</summary>
    public int Padding { get; set; }

    /// <summary>Height and width of <see cref="Padding"/> where they differ.</summary>
    public int[]? Paddings { get; set; }

    /// <summary>Rows more at the bottom and columns more at the right, 0 or more and less than the stride. Default 0.</summary>
    public int OutputPadding { get; set; }

    /// <summary>Height and width of <see cref="OutputPadding"/> where they differ.</summary>
    public int[]? OutputPaddings { get; set; }

    /// <summary>Elements between the kernel's taps in both directions, 1 or more. Default 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Height and width of <see cref="Dilation"/> where they differ.</summary>
    public int[]? Dilations { get; set; }

    /// <summary>Groups that input and output channels fall into; divides both. Default 1.</summary>
    public int Groups { get; set; } = 1;

    /// <summary>True for a bias on each output channel, the default.</summary>
    public bool Bias { get; set; } = true;
}
