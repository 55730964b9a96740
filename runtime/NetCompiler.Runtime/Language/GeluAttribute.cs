namespace NetCompiler;

/// <summary>
/// x · Φ(x), Φ the distribution function of the standard normal distribution, of each element; the shape stays. Keras: gelu (whose
/// approximate form was the default before version 3); PyTorch: GELU. Hendrycks, Gimpel: Gaussian Error Linear Units, 2016.
/// </summary>
public sealed class GeluAttribute : LayerAttribute
{
    /// <summary>
    /// True for x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2 instead, which some networks are trained with (GPT-2); PyTorch:
    /// approximate="tanh". Default false.
    /// </summary>
    public bool Approximate { get; set; }
}
