using static System.FormattableString;

namespace NetCompiler;

/// <summary>What became of the weights in a file.</summary>
public sealed class WeightLoadResult
{
    internal WeightLoadResult(
        IReadOnlyList<string> loaded,
        IReadOnlyList<string> missing,
        IReadOnlyList<string> unexpected,
        IReadOnlyList<WeightMismatch> mismatched) =>
        (Loaded, Missing, Unexpected, Mismatched) = (loaded, missing, unexpected, mismatched);

    /// <summary>The parameters that were loaded, in the network's order.</summary>
    public IReadOnlyList<string> Loaded { get; }

    /// <summary>The parameters that were asked for and that the file lacks, in the network's order. They are as before.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>The tensors that the network has no parameter for, by their names in the file and in its order.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>The parameters that the file holds in another shape or type, in the network's order. They are as before.</summary>
    public IReadOnlyList<WeightMismatch> Mismatched { get; }

    /// <summary>Whether every parameter that was asked for was loaded. Always so unless loading was partial.</summary>
    public bool IsComplete => Missing.Count == 0 && Mismatched.Count == 0;

    /// <inheritdoc/>
    public override string ToString() =>
        Invariant($"{Loaded.Count} loaded, {Missing.Count} missing, {Unexpected.Count} unexpected, {Mismatched.Count} mismatched");
}
