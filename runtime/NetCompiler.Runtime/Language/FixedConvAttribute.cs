namespace NetCompiler;

/// <summary>
/// Convolution with kernels that are given and not trained, such as an edge filter; they are constants of the program, not parameters. Shapes
/// are those of <see cref="ConvAttribute"/>, and there is no bias.
/// </summary>
public sealed class FixedConvAttribute : LayerAttribute
{
    /// <summary>A convolution with square kernels.</summary>
    /// <param name="channels">Output channels, 1 or more.</param>
    /// <param name="kernel">Height and width of the kernels, 1 or more.</param>
    /// <param name="weights">Their elements: (channels, C / Groups, height, width) in row-major order; at most 4096, finite.</param>
    public FixedConvAttribute(int channels, int kernel, double[] weights)
        : this(channels, kernel, kernel, weights)
    {
    }

    /// <summary>A convolution with rectangular kernels.</summary>
    /// <param name="channels">Output channels, 1 or more.</param>
    /// <param name="kernelHeight">Height of the kernels, 1 or more.</param>
    /// <param name="kernelWidth">Width of the kernels, 1 or more.</param>
    /// <param name="weights">Their elements: (channels, C / Groups, height, width) in row-major order; at most 4096, finite.</param>
    public FixedConvAttribute(int channels, int kernelHeight, int kernelWidth, double[] weights)
    {
        Channels = channels;
        Kernel = [kernelHeight, kernelWidth];
        Weights = weights;
    }

    /// <summary>Output channels.</summary>
    public int Channels { get; }

    /// <summary>Height and width of the kernels.</summary>
    public int[] Kernel { get; }

    /// <summary>The kernels' elements.</summary>
    public double[] Weights { get; }

    /// <summary>Elements between windows in both directions, 1 or more. Default 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Height and width of <see cref="Stride"/> where they differ.</summary>
    public int[]? Strides { get; set; }

    /// <summary>Zeros on each side of the image, 0 or more, or <see cref="NetCompiler.Padding.Same"/>. Default 0.</summary>
    public int Padding { get; set; }

    /// <summary>Height and width of <see cref="Padding"/> where they differ.</summary>
    public int[]? Paddings { get; set; }

    /// <summary>Elements between the kernels' taps in both directions, 1 or more. Default 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Height and width of <see cref="Dilation"/> where they differ.</summary>
    public int[]? Dilations { get; set; }

    /// <summary>Groups that input and output channels fall into; as many as input channels filter each by itself. Default 1.</summary>
    public int Groups { get; set; } = 1;
}
