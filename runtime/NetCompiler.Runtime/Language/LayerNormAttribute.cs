namespace NetCompiler;

/// <summary>
/// Each sample minus its mean, divided by its standard deviation, over all of its elements (Ba et al., "Layer normalization", 2016); the
/// shape stays. Of a sequence (T, F), or anything with more extents, each place is normalised by itself, and weight and bias are (F); of an
/// image they have its shape. Keras: LayerNormalization; PyTorch: LayerNorm over the shape of an image, or over the last extent.
/// </summary>
public sealed class LayerNormAttribute : LayerAttribute
{
    /// <summary>What is added to the variance, 1e-12 to 1. Default 1e-5.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>True, the default, for a trained weight and bias of each element.</summary>
    public bool Affine { get; set; } = true;
}
