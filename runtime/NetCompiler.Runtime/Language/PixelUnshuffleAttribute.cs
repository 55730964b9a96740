namespace NetCompiler;

/// <summary>
/// Places become channels: (C, H · factor, W · factor) becomes (C · factor², H, W), the inverse of <see cref="PixelShuffleAttribute"/>.
/// PyTorch: PixelUnshuffle.
/// </summary>
/// <param name="factor">What height and width are divided by, 1 or more; it divides both.</param>
public sealed class PixelUnshuffleAttribute(int factor) : LayerAttribute
{
    /// <summary>What height and width are divided by.</summary>
    public int Factor { get; } = factor;
}
