namespace NetCompiler;

/// <summary>The sum along axes of a sample, which stay with an extent of 1. Keras: ops.sum; PyTorch: sum with keepdim.</summary>
/// <param name="axes">
/// The axes of a sample, from 0, which are the channels of an image and the elements of a vector; all of them where none is given.
/// </param>
public sealed class SumAttribute(params int[] axes) : LayerAttribute
{
    /// <summary>The axes; all where there are none.</summary>
    public int[] Axes { get; } = axes;
}
