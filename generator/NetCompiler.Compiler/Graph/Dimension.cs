using System.Globalization;

namespace NetCompiler.Compiler.Graphs;

/// <summary>An extent of a tensor: a constant, or a symbol that is known when the network runs.</summary>
/// <param name="Size">The extent; for a symbol its largest value (0: no bound is declared).</param>
/// <param name="Symbol">The symbol's name; null for a constant.</param>
public readonly record struct Dimension(int Size, string? Symbol = null)
{
    /// <summary>The number of samples of a batch, free at run time.</summary>
    public static readonly Dimension Batch = new(0, "N");

    /// <summary>True where the extent is known at build time.</summary>
    public bool IsConstant => Symbol is null;

    /// <summary>True for the batch.</summary>
    public bool IsBatch => Symbol == "N";

    /// <summary>A constant extent.</summary>
    public static implicit operator Dimension(int size) => new(size);

    /// <inheritdoc/>
    public override string ToString() => Symbol ?? Size.ToString(CultureInfo.InvariantCulture);
}
