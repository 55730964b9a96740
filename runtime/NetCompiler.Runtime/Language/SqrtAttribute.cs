namespace NetCompiler;

/// <summary>
/// The square root of each element, NaN for negative ones; the shape stays. Its gradient at 0 is infinite. Keras: sqrt; PyTorch: sqrt.
/// </summary>
public sealed class SqrtAttribute : LayerAttribute;
