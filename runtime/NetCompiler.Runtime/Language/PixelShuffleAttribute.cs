namespace NetCompiler;

/// <summary>
/// Channels become places: (C · factor², H, W) becomes (C, H · factor, W · factor) (Shi et al., "Real-time single image and video
/// super-resolution using an efficient sub-pixel convolutional neural network", 2016). PyTorch: PixelShuffle; ONNX: DepthToSpace, mode CRD.
/// </summary>
/// <param name="factor">The multiple of height and width, 1 or more; its square divides the channels.</param>
public sealed class PixelShuffleAttribute(int factor) : LayerAttribute
{
    /// <summary>The multiple of height and width.</summary>
    public int Factor { get; } = factor;
}
