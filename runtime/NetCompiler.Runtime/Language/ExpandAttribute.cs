namespace NetCompiler;

/// <summary>
/// A tensor whose extents of 1 are made longer by using their element again. Keras: ops.broadcast_to; PyTorch: expand; ONNX: Expand.
/// </summary>
/// <param name="shape">The extents of a sample: those of the input, but where these are 1.</param>
public sealed class ExpandAttribute(params int[] shape) : LayerAttribute
{
    /// <summary>The extents.</summary>
    public int[] Shape { get; } = shape;
}
