namespace NetCompiler;

/// <summary>
/// In training, sets each element to 0 with probability <paramref name="rate"/> and divides the others by 1 − rate; does nothing
/// in prediction. The shape stays. Keras and PyTorch: Dropout.
/// </summary>
/// <param name="rate">The probability, 0 or more and less than 1. Default 0.5, as PyTorch.</param>
public sealed class DropoutAttribute(double rate = 0.5) : LayerAttribute
{
    /// <summary>The probability.</summary>
    public double Rate { get; } = rate;
}
