namespace NetCompiler;

/// <summary>Hyperbolic tangent, −1 to 1, of each element; the shape stays. Keras: tanh; PyTorch: Tanh.</summary>
public sealed class TanhAttribute : LayerAttribute;
