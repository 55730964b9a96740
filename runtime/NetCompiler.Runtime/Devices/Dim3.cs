using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>How many groups a grid has, or threads a group, along three dimensions.</summary>
/// <param name="X">Along the first.</param>
/// <param name="Y">Along the second.</param>
/// <param name="Z">Along the third.</param>
public readonly record struct Dim3(int X, int Y, int Z)
{
    /// <inheritdoc/>
    public override string ToString() => Invariant($"{X}×{Y}×{Z}");
}
