namespace NetCompiler;

/// <summary>x · min(max(x + 3, 0), 6) / 6, of each element; the shape stays. Keras: hard_silu; PyTorch: Hardswish.</summary>
public sealed class HardSwishAttribute : LayerAttribute;
