namespace NetCompiler;

/// <summary>A tensor that a file holds in another shape, or in a type that cannot be read as floats.</summary>
/// <param name="name">The parameter's name.</param>
/// <param name="expected">The network's type and shape, such as <c>F32 (25, 1, 3, 3)</c>.</param>
/// <param name="found">The file's.</param>
public sealed class WeightMismatch(string name, string expected, string found)
{
    /// <summary>The parameter's name.</summary>
    public string Name { get; } = name;

    /// <summary>The network's type and shape, such as <c>F32 (25, 1, 3, 3)</c>.</summary>
    public string Expected { get; } = expected;

    /// <summary>The file's type and shape.</summary>
    public string Found { get; } = found;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: expected {Expected}, found {Found}";
}
