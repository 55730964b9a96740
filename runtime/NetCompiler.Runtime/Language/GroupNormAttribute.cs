namespace NetCompiler;

/// <summary>
/// Each group of channels of each sample minus its mean, divided by its standard deviation (Wu and He, "Group normalization", 2018); the
/// shape stays. Weight and bias (C). Keras: GroupNormalization; PyTorch: GroupNorm.
/// </summary>
/// <param name="groups">Groups of channels that stand behind one another, 1 or more; divides the channels.</param>
public sealed class GroupNormAttribute(int groups) : LayerAttribute
{
    /// <summary>Groups of channels.</summary>
    public int Groups { get; } = groups;

    /// <summary>What is added to the variance, 1e-12 to 1. Default 1e-5.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>True, the default, for a trained weight and bias of each channel.</summary>
    public bool Affine { get; set; } = true;
}
