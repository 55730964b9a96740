namespace NetCompiler.Compiler.Stages;

/// <summary>One way to compute a stage.</summary>
/// <param name="Implementation">Who offers it.</param>
/// <param name="Name">Its name in dumps and for forcing it: "direct", "winograd-2x2".</param>
/// <param name="Cost">Estimated cycles for one sample at a full chunk (for shared stages: in all); the smallest is chosen.</param>
/// <param name="Schedule">What the implementation decided: its own business.</param>
public sealed record Candidate(IImplementation Implementation, string Name, double Cost, object? Schedule = null)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name} ({Cost:F0} cycles a sample)");
}
