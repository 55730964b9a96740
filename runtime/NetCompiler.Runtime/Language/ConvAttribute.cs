namespace NetCompiler;

/// <summary>
/// Two-dimensional convolution: (C, H, W) becomes (channels, H', W') with
/// H' = ⌊(H + 2 · Padding − Dilation · (kernel − 1) − 1) / Stride⌋ + 1, and W' likewise. Weight (channels, C / Groups, kernel
/// height, kernel width), bias (channels). Keras: Conv2D; PyTorch: Conv2d.
/// </summary>
public sealed class ConvAttribute : LayerAttribute
{
    /// <summary>A convolution with a square kernel.</summary>
    /// <param name="channels">Output channels, 1 or more.</param>
    /// <param name="kernel">Height and width of the kernel, 1 or more.</param>
    public ConvAttribute(int channels, int kernel)
        : this(channels, kernel, kernel)
    {
    }

    /// <summary>A convolution with a rectangular kernel.</summary>
    /// <param name="channels">Output channels, 1 or more.</param>
    /// <param name="kernelHeight">Height of the kernel, 1 or more.</param>
    /// <param name="kernelWidth">Width of the kernel, 1 or more.</param>
    public ConvAttribute(int channels, int kernelHeight, int kernelWidth)
    {
        Channels = channels;
        Kernel = [kernelHeight, kernelWidth];
    }

    /// <summary>Output channels.</summary>
    public int Channels { get; }

    /// <summary>Height and width of the kernel.</summary>
    public int[] Kernel { get; }

    /// <summary>Elements between windows in both directions, 1 or more. Default 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Height and width of <see cref="Stride"/> where they differ.</summary>
    public int[]? Strides { get; set; }

    /// <summary>Zeros on each side of the image, 0 or more, or <see cref="NetCompiler.Padding.Same"/>. Default 0.</summary>
    public int Padding { get; set; }

    /// <summary>Height and width of <see cref="Padding"/> where they differ.</summary>
    public int[]? Paddings { get; set; }

    /// <summary>Elements between the kernel's taps in both directions, 1 or more. Default 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Height and width of <see cref="Dilation"/> where they differ.</summary>
    public int[]? Dilations { get; set; }

    /// <summary>
    /// Groups that input and output channels fall into, each output seeing its own group's inputs only; divides both. As many as
    /// input channels make a depthwise convolution. Default 1.
    /// </summary>
    public int Groups { get; set; } = 1;

    /// <summary>True for a bias on each output channel, the default.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>
    /// Which output channels read which input channels: a row for each input channel, rows separated by white space, and in it a
    /// character for each output channel, X where there is a connection and . where there is none. Weights without a connection are not
    /// used and not counted, and their gradient is 0. Not together with <see cref="Groups"/>. Default: empty, for all of them.
    /// <see cref="ConnectionTable.LeNet5"/> is the table of LeNet-5.
    /// </summary>
    public string Connections { get; set; } = "";
}
