namespace NetCompiler;

/// <summary>
/// x where it is positive, else a trained slope · x, of each element; the shape stays. The slope is the parameter "weight". Keras: PReLU,
/// which has a slope for each element unless shared_axes is given, and begins at 0; PyTorch: PReLU.
/// </summary>
public sealed class PReluAttribute : LayerAttribute
{
    /// <summary>True for a slope for each channel, false, the default as PyTorch, for one.</summary>
    public bool PerChannel { get; set; }

    /// <summary>What slopes begin as; finite. Default 0.25, as PyTorch.</summary>
    public double Slope { get; set; } = 0.25;
}
