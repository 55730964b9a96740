namespace NetCompiler;

/// <summary>
/// x, but Min where it is less and Max where it is more, of each element; the shape stays. The gradient passes within the limits, they
/// included. ReLU6 is Clip(Min = 0, Max = 6). Keras: clip; PyTorch: clamp.
/// </summary>
public sealed class ClipAttribute : LayerAttribute
{
    /// <summary>The least number. Default −∞.</summary>
    public double Min { get; set; } = double.NegativeInfinity;

    /// <summary>The largest number, not less than Min. Default +∞.</summary>
    public double Max { get; set; } = double.PositiveInfinity;
}
