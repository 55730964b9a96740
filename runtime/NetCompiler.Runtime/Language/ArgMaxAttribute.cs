namespace NetCompiler;

/// <summary>
/// Where the largest element stands along axes of a sample, as a number: the first of those that are equal, counted through the axes in
/// row-major order. The axes stay with an extent of 1. It has no gradient. Keras: ops.argmax; PyTorch: argmax with keepdim.
/// </summary>
/// <param name="axes">
/// The axes of a sample, from 0, which are the channels of an image and the elements of a vector; all of them where none is given.
/// </param>
public sealed class ArgMaxAttribute(params int[] axes) : LayerAttribute
{
    /// <summary>The axes; all where there are none.</summary>
    public int[] Axes { get; } = axes;
}
