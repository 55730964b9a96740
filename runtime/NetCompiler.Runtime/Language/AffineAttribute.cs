namespace NetCompiler;

/// <summary><paramref name="scale"/> · x + Shift, of each element; the shape stays. Keras: Rescaling.</summary>
/// <param name="scale">What elements are multiplied with; finite.</param>
public sealed class AffineAttribute(double scale) : LayerAttribute
{
    /// <summary>What elements are multiplied with.</summary>
    public double Scale { get; } = scale;

    /// <summary>What is added; finite. Default 0.</summary>
    public double Shift { get; set; }
}
