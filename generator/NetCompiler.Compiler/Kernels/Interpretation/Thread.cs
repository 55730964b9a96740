namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>A thread of a SIMT kernel, or the only one of a CPU kernel.</summary>
internal sealed class Thread(Group? group, int number, (int X, int Y, int Z) index)
{
    public Group? Group { get; } = group;

    /// <summary>Its number in the group.</summary>
    public int Number { get; } = number;

    public (int X, int Y, int Z) Index { get; } = index;

    /// <summary>Copies that it has begun.</summary>
    public PendingCopies Copies { get; } = new();

    public string Name => Group is null ? "" : $"group {Group.Index}, thread {Index}";
}
