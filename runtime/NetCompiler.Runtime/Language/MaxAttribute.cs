namespace NetCompiler;

/// <summary>
/// The largest element along axes of a sample, which stay with an extent of 1. Those that are equal share the gradient.
/// Keras: ops.max; PyTorch: amax.
/// </summary>
/// <param name="axes">
/// The axes: 0 for channels of images and elements of vectors, 1 and 2 for rows and columns; all of them where none is given.
/// </param>
public sealed class MaxAttribute(params int[] axes) : LayerAttribute
{
    /// <summary>The axes; all where there are none.</summary>
    public int[] Axes { get; } = axes;
}
