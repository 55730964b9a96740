namespace NetCompiler;

/// <summary>eˣ, of each element; the shape stays. Keras: exp; PyTorch: exp.</summary>
public sealed class ExpAttribute : LayerAttribute;
