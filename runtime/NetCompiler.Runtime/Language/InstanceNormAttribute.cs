namespace NetCompiler;

/// <summary>
/// Each channel of each sample minus its mean, divided by its standard deviation (Ulyanov et al., "Instance normalization: the missing
/// ingredient for fast stylization", 2016); the shape stays. PyTorch: InstanceNorm2d.
/// </summary>
public sealed class InstanceNormAttribute : LayerAttribute
{
    /// <summary>What is added to the variance, 1e-12 to 1. Default 1e-5.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>True for a trained weight and bias of each channel. Default false, as in PyTorch.</summary>
    public bool Affine { get; set; }
}
