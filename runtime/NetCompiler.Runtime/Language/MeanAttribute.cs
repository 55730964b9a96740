namespace NetCompiler;

/// <summary>The mean along axes of a sample, which stay with an extent of 1. Keras: ops.mean; PyTorch: mean with keepdim.</summary>
/// <param name="axes">
/// The axes of a sample, from 0, which are the channels of an image and the elements of a vector; all of them where none is given.
/// </param>
public sealed class MeanAttribute(params int[] axes) : LayerAttribute
{
    /// <summary>The axes; all where there are none.</summary>
    public int[] Axes { get; } = axes;
}
