namespace NetCompiler;

/// <summary>x², of each element; the shape stays. Keras: square; PyTorch: square.</summary>
public sealed class SquareAttribute : LayerAttribute;
