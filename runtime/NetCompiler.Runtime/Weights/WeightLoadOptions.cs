namespace NetCompiler;

/// <summary>Which weights are loaded. By default all, and a file that does not hold exactly these is refused.</summary>
public sealed class WeightLoadOptions
{
    /// <summary>
    /// Loads what fits by name and shape and leaves the other parameters as they are, instead of refusing the file: PyTorch's
    /// <c>strict=False</c> with Keras' <c>skip_mismatch=True</c>. The result lists what did not fit.
    /// </summary>
    public bool Partial { get; init; }

    /// <summary>
    /// Says which of the network's parameters are to be loaded; null for all. The file has to hold these, and may be another network's:
    /// the other parameters stay as they are, whatever else it holds. <c>p => !p.Name.StartsWith("dense2.")</c> takes a trained
    /// network without its head.
    /// </summary>
    public Func<ParameterInfo, bool>? Filter { get; init; }

    /// <summary>
    /// Turns the name of a tensor in the file into the name of a parameter of the network, or into null for a tensor to be passed
    /// over; null where they are the same.
    /// </summary>
    public Func<string, string?>? Rename { get; init; }
}
