namespace NetCompiler;

/// <summary>
/// x raised to a constant power, of each element; the shape stays. Negative numbers give NaN unless the exponent is an integer. Keras:
/// power; PyTorch: pow.
/// </summary>
/// <param name="exponent">The power; finite.</param>
public sealed class PowerAttribute(double exponent) : LayerAttribute
{
    /// <summary>The power.</summary>
    public double Exponent { get; } = exponent;
}
