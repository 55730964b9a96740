namespace NetCompiler;

/// <summary>Rectified linear unit, max(x, 0), of each element; the shape stays. Keras and PyTorch: ReLU.</summary>
public sealed class ReluAttribute : LayerAttribute;
