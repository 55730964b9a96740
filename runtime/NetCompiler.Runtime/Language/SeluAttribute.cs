namespace NetCompiler;

/// <summary>
/// 1.0507 · (x where it is positive, else 1.6733 · (eˣ − 1)), of each element; the shape stays. Keras: selu; PyTorch: SELU. Klambauer,
/// Unterthiner, Mayr, Hochreiter: Self-Normalizing Neural Networks, 2017.
/// </summary>
public sealed class SeluAttribute : LayerAttribute;
