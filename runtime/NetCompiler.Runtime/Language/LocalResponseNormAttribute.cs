namespace NetCompiler;

/// <summary>
/// Each element divided by (Bias + Alpha · m)ᴮᵉᵗᵃ, where m is the mean of the squares in a window of channels around it, those outside
/// taken as 0 (Krizhevsky et al., "ImageNet classification with deep convolutional neural networks", 2012, where Alpha is not divided by
/// the size); the shape stays. PyTorch: LocalResponseNorm; ONNX: LRN.
/// </summary>
/// <param name="size">Channels of a window, 1 or more.</param>
public sealed class LocalResponseNormAttribute(int size) : LayerAttribute
{
    /// <summary>Channels of a window.</summary>
    public int Size { get; } = size;

    /// <summary>The factor of the squares, 0 to 1e6. Default 1e-4.</summary>
    public double Alpha { get; set; } = 1e-4;

    /// <summary>The exponent, 0 to 1000. Default 0.75.</summary>
    public double Beta { get; set; } = 0.75;

    /// <summary>What is added to the squares, 1e-6 to 1e6. Default 1.</summary>
    public double Bias { get; set; } = 1;
}
