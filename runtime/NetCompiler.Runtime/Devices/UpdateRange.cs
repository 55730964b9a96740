namespace NetCompiler.Runtime;

/// <summary>Parameters that lie side by side.</summary>
/// <param name="Offset">The first of them.</param>
/// <param name="Count">How many.</param>
/// <param name="Group">Which numbers of a step are theirs.</param>
internal readonly record struct UpdateRange(int Offset, int Count, int Group = 0);
