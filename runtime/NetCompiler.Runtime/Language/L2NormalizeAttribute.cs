namespace NetCompiler;

/// <summary>
/// A vector, or the channels at each place of an image, divided by max(length, Epsilon), the length being the root of the sum of its
/// squares; the shape stays. Keras: UnitNormalization; PyTorch: functional.normalize; ONNX: LpNormalization.
/// </summary>
public sealed class L2NormalizeAttribute : LayerAttribute
{
    /// <summary>The least that is divided by, 1e-18 to 1. Default 1e-12.</summary>
    public double Epsilon { get; set; } = 1e-12;
}
