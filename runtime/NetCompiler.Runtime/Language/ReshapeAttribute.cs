namespace NetCompiler;

/// <summary>
/// The elements of a sample in canonical order (channel by channel, row by row) as a vector or an image of another shape. Keras: Reshape;
/// PyTorch: Unflatten, reshape.
/// </summary>
/// <param name="shape">A length, or channels, height and width; one of them may be −1: what is left.</param>
public sealed class ReshapeAttribute(params int[] shape) : LayerAttribute
{
    /// <summary>A length, or channels, height and width.</summary>
    public int[] Shape { get; } = shape;
}
