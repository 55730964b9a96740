namespace NetCompiler;

/// <summary>
/// Where the elements of <see cref="TopKAttribute"/> stand, as numbers; of those that are equal the first comes first. It has no gradient.
/// </summary>
/// <param name="count">How many of them, 1 to as many as there are.</param>
public sealed class TopKIndicesAttribute(int count) : LayerAttribute
{
    /// <summary>How many of them.</summary>
    public int Count { get; } = count;
}
