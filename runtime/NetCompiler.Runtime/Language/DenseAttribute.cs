namespace NetCompiler;

/// <summary>
/// Fully connected layer: a vector (n) becomes (units). Weight (units, n), bias (units). Keras: Dense; PyTorch: Linear. An image
/// needs [Flatten] or [GlobalAveragePool] before it.
/// </summary>
/// <param name="units">Outputs, 1 or more.</param>
public sealed class DenseAttribute(int units) : LayerAttribute
{
    /// <summary>Outputs.</summary>
    public int Units { get; } = units;

    /// <summary>True for a bias on each output, the default.</summary>
    public bool Bias { get; set; } = true;
}
