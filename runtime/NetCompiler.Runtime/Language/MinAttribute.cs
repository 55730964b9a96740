namespace NetCompiler;

/// <summary>
/// The smallest element along axes of a sample, which stay with an extent of 1. Those that are equal share the gradient.
/// Keras: ops.min; PyTorch: amin.
/// </summary>
/// <param name="axes">
/// The axes of a sample, from 0, which are the channels of an image and the elements of a vector; all of them where none is given.
/// </param>
public sealed class MinAttribute(params int[] axes) : LayerAttribute
{
    /// <summary>The axes; all where there are none.</summary>
    public int[] Axes { get; } = axes;
}
