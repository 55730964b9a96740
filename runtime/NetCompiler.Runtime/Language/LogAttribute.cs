namespace NetCompiler;

/// <summary>The natural logarithm of each element, NaN for negative ones; the shape stays. Keras: log; PyTorch: log.</summary>
public sealed class LogAttribute : LayerAttribute;
