namespace NetCompiler;

/// <summary>The last two axes of a sample exchanged: (…, I, J) becomes (…, J, I). PyTorch: transpose(-2, -1).</summary>
public sealed class TransposeAttribute : LayerAttribute;
