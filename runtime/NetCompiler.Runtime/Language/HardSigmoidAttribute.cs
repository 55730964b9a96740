namespace NetCompiler;

/// <summary>
/// min(max(x + 3, 0), 6) / 6, of each element; the shape stays. Keras 3: hard_sigmoid (Keras 2 took 0.2 · x + 0.5 within 0 and 1);
/// PyTorch: Hardsigmoid.
/// </summary>
public sealed class HardSigmoidAttribute : LayerAttribute;
