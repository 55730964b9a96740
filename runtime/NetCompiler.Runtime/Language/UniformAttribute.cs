namespace NetCompiler;

/// <summary>
/// A random number from <see cref="Min"/> to <see cref="Max"/> for each element of the input, whose values do not matter. The same seed of
/// a call gives the same numbers, whatever the number of threads; predictions have seed 0. PyTorch: rand_like.
/// </summary>
public sealed class UniformAttribute : LayerAttribute
{
    /// <summary>The smallest number. Default 0.</summary>
    public double Min { get; set; }

    /// <summary>What numbers are less than; not less than <see cref="Min"/>. Default 1.</summary>
    public double Max { get; set; } = 1;
}
