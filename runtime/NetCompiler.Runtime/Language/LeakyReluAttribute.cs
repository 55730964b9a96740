namespace NetCompiler;

/// <summary>x where it is positive, else Slope · x, of each element; the shape stays. Keras: LeakyReLU; PyTorch: LeakyReLU.</summary>
public sealed class LeakyReluAttribute : LayerAttribute
{
    /// <summary>What negative numbers are multiplied with; finite. Default 0.01, as PyTorch; Keras takes 0.3.</summary>
    public double Slope { get; set; } = 0.01;
}
