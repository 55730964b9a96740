using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler;

/// <summary>How passes of the compiler run; for tests, which compare all ways.</summary>
/// <param name="Disabled">
/// Names of optional passes that are left out: Canonicalise, Checkpoint, ChooseLayouts, ChooseResiduals, FoldBatchNorm, Fuse,
/// FuseAttention, FuseNetwork, HoistFromScans, Simplify, StrengthReduce.
/// </param>
/// <param name="ForcedCandidate">Candidates whose names begin with this are chosen wherever they are offered.</param>
/// <param name="ChunkSize">Samples of a chunk; 0 to choose.</param>
public sealed record PassOptions(ImmutableHashSet<string> Disabled, string? ForcedCandidate = null, int ChunkSize = 0)
{
    /// <summary>All passes, the best candidates.</summary>
    public static readonly PassOptions Default = new(ImmutableHashSet<string>.Empty);

    /// <summary>True to offer no algorithm that rounds off more than the definition of what it computes; a strict network's passes are.</summary>
    public bool IsStrict { get; init; }

    /// <summary>
    /// True where parameters change from one run to the next: what is made of them once is made each time, and is to be no less exact than they are.
    /// </summary>
    public bool ParametersChange { get; init; }

    /// <summary>
    /// What factors of contractions may be rounded to where tensor cores multiply them; null for single precision. A network that says so
    /// itself comes before this.
    /// </summary>
    public MatrixFormat? FactorFormat { get; init; }

    /// <summary>True unless the pass is left out.</summary>
    public bool Runs(string pass) => !Disabled.Contains(pass);
}
