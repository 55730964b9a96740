namespace NetCompiler;

/// <summary>x / (1 + e⁻ˣ), of each element; the shape stays. Also called swish. Keras: silu; PyTorch: SiLU.</summary>
public sealed class SiluAttribute : LayerAttribute;
