namespace NetCompiler;

/// <summary>|x|, of each element; the shape stays. Its gradient at 0 is 0. Keras: abs; PyTorch: abs.</summary>
public sealed class AbsAttribute : LayerAttribute;
