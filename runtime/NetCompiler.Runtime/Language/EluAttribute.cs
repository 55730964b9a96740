namespace NetCompiler;

/// <summary>
/// x where it is positive, else α · (eˣ − 1), of each element; the shape stays. Keras and PyTorch: ELU. Clevert, Unterthiner,
/// Hochreiter: Fast and Accurate Deep Network Learning by Exponential Linear Units, 2015.
/// </summary>
public sealed class EluAttribute : LayerAttribute
{
    /// <summary>What large negative numbers come near to is −Alpha; 0 or more. Default 1.</summary>
    public double Alpha { get; set; } = 1;
}
