namespace NetCompiler;

/// <summary>
/// eˣ divided by the sum of eˣ over the vector, or at each pixel over the channels of an image: positive numbers that add up to 1;
/// the shape stays. Keras: softmax; PyTorch: Softmax(dim=1).
/// </summary>
public sealed class SoftmaxAttribute : LayerAttribute;
