namespace NetCompiler;

/// <summary>
/// The elements of a sample in canonical order (channel by channel, row by row) in another shape. Keras: Reshape;
/// PyTorch: Unflatten, reshape.
/// </summary>
/// <param name="shape">The extents, such as channels, height and width of an image; one of them may be −1: what is left.</param>
public sealed class ReshapeAttribute(params int[] shape) : LayerAttribute
{
    /// <summary>The extents.</summary>
    public int[] Shape { get; } = shape;
}
