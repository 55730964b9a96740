namespace NetCompiler;

/// <summary>
/// A normally distributed random number for each element of the input, whose values do not matter. The same seed of a call gives the same
/// numbers, whatever the number of threads; predictions have seed 0. PyTorch: randn_like.
/// </summary>
public sealed class NormalAttribute : LayerAttribute
{
    /// <summary>The mean. Default 0.</summary>
    public double Mean { get; set; }

    /// <summary>The standard deviation, 0 or more. Default 1.</summary>
    public double Deviation { get; set; } = 1;
}
