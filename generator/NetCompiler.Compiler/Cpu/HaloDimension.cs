using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Cpu;

/// <summary>One dimension of a copy with a halo.</summary>
/// <param name="index">The index that is read.</param>
/// <param name="extent">The tensor's extent.</param>
internal readonly struct HaloDimension(IndexExpression index, Dimension extent)
{
    private readonly int _size = extent.Size;

    /// <summary>The smallest numerator that is read.</summary>
    public int Minimum { get; } = extent.IsBatch ? 0 : index.Range().Min;

    /// <summary>Numerators from the smallest to the largest.</summary>
    public int Extent { get; } = extent.IsBatch ? 0 : index.Range().Max - index.Range().Min + 1;

    /// <summary>Numerators between neighbours of the tensor.</summary>
    public int Divisor { get; } = index.Divisor;

    /// <summary>The dimension's name.</summary>
    public string Name { get; } = index.Terms.IsEmpty ? "i" : index.Terms[0].Axis.Name;

    /// <summary>The first element of the tensor that is read.</summary>
    public int FirstSource => Math.Max(0, (Minimum + Divisor - 1) / Divisor);

    /// <summary>Elements of the tensor that are read.</summary>
    public int SourceCount => Math.Max(0, Math.Min(_size - 1, FloorDivide(Minimum + Extent - 1, Divisor)) - FirstSource + 1);

    /// <summary>Where the first one lies in the copy.</summary>
    public int FirstTarget => FirstSource * Divisor - Minimum;

    /// <summary>True where the copy is the tensor in this dimension.</summary>
    public bool IsWhole => Divisor == 1 && Minimum == 0 && Extent == _size;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Minimum}…{Minimum + Extent - 1}")
        + (Divisor == 1 ? "" : FormattableString.Invariant($" by {Divisor}"));

    private static int FloorDivide(int a, int b) => (int)Math.Floor((double)a / b);
}
