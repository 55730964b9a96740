namespace NetCompiler;

/// <summary>
/// An image of a multiple of its size: (C, H, W) becomes (C, H · scale, W · scale). Keras: UpSampling2D; PyTorch: Upsample; ONNX: Resize.
/// </summary>
public sealed class UpsampleAttribute : LayerAttribute
{
    /// <summary>The same multiple in both directions.</summary>
    /// <param name="scale">The multiple, 1 to 32.</param>
    public UpsampleAttribute(int scale)
        : this(scale, scale)
    {
    }

    /// <summary>A multiple for each direction.</summary>
    /// <param name="scaleHeight">The multiple of the height, 1 to 32.</param>
    /// <param name="scaleWidth">The multiple of the width, 1 to 32.</param>
    public UpsampleAttribute(int scaleHeight, int scaleWidth) => Scale = [scaleHeight, scaleWidth];

    /// <summary>The multiples of height and width.</summary>
    public int[] Scale { get; }

    /// <summary>What stands between the elements. Default: the nearest of them.</summary>
    public UpsampleMode Mode { get; set; } = UpsampleMode.Nearest;

    /// <summary>
    /// True where the middles of the pixels in the corners stay where they are, which is for <see cref="UpsampleMode.Bilinear"/>; false, the
    /// default, where the corners themselves do. PyTorch: align_corners.
    /// </summary>
    public bool AlignCorners { get; set; }
}
