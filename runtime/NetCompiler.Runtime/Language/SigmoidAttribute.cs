namespace NetCompiler;

/// <summary>1 / (1 + e⁻ˣ), 0 to 1, of each element; the shape stays. Keras: sigmoid; PyTorch: Sigmoid.</summary>
public sealed class SigmoidAttribute : LayerAttribute;
