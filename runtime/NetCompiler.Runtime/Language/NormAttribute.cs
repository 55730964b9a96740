namespace NetCompiler;

/// <summary>
/// The length along axes of a sample, which stay with an extent of 1: √Σ x², or Σ |x|. Its gradient is 0 where all elements are. Keras:
/// ops.norm; PyTorch: linalg.vector_norm with keepdim.
/// </summary>
/// <param name="axes">
/// The axes of a sample, from 0, which are the channels of an image and the elements of a vector; all of them where none is given.
/// </param>
public sealed class NormAttribute(params int[] axes) : LayerAttribute
{
    /// <summary>The axes; all where there are none.</summary>
    public int[] Axes { get; } = axes;

    /// <summary>2 for √Σ x², the default, or 1 for Σ |x|.</summary>
    public int Order { get; set; } = 2;
}
