namespace NetCompiler;

/// <summary>
/// The largest elements of a vector, of the channels at each place of an image, or of the last extent of anything else, in descending order.
/// Keras: ops.top_k; PyTorch: topk; ONNX: TopK.
/// </summary>
/// <param name="count">How many of them, 1 to as many as there are.</param>
public sealed class TopKAttribute(int count) : LayerAttribute
{
    /// <summary>How many of them.</summary>
    public int Count { get; } = count;
}
