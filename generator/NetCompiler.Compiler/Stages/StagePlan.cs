using System.Collections.Immutable;

namespace NetCompiler.Compiler.Stages;

/// <summary>A stage with the implementation that was chosen for it, as kernels.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Candidate">The choice.</param>
/// <param name="Rejected">The other candidates, for dumps.</param>
/// <param name="Plan">The kernels.</param>
public sealed record StagePlan(Stage Stage, Candidate Candidate, ImmutableArray<Candidate> Rejected, KernelPlan Plan)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Stage}    chosen: {Candidate}{string.Concat(Rejected.Select(c => $"\n    not: {c}"))}\n";
}
