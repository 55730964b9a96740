namespace NetCompiler;

/// <summary>
/// ln(1 + e^(Beta · x)) / Beta, of each element; the shape stays. Keras: softplus, without Beta; PyTorch: Softplus, whose threshold is
/// not needed here.
/// </summary>
public sealed class SoftplusAttribute : LayerAttribute
{
    /// <summary>How sharply it bends at zero; 1e-6 to 1e6. Default 1.</summary>
    public double Beta { get; set; } = 1;
}
