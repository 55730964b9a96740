namespace NetCompiler;

/// <summary>
/// Hands on what it reads, and no gradient back: what is before it is not trained by what is behind it. Keras and JAX: stop_gradient;
/// PyTorch: detach.
/// </summary>
public sealed class StopGradientAttribute : LayerAttribute;
