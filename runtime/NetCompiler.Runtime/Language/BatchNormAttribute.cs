namespace NetCompiler;

/// <summary>
/// Batch normalisation of each channel c: (x − mean[c]) / √(variance[c] + Epsilon) · weight[c] + bias[c]; the shape stays. Training
/// takes mean and variance of the batch and tracks running ones, which prediction takes; folded into the convolution before it at
/// no cost. Weight, bias, running_mean, running_var (C). Keras: BatchNormalization; PyTorch: BatchNorm2d, BatchNorm1d.
/// </summary>
public sealed class BatchNormAttribute : LayerAttribute
{
    /// <summary>
    /// How much of the running statistics each batch replaces, 0 to 1, as PyTorch counts it; Keras' momentum is 1 minus this.
    /// Default 0.1.
    /// </summary>
    public double Momentum { get; set; } = 0.1;

    /// <summary>What is added to the variance, greater than 0. Default 1e-5, as PyTorch; Keras takes 1e-3.</summary>
    public double Epsilon { get; set; } = 1e-5;
}
