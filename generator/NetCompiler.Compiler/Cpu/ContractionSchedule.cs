using System.Collections.Immutable;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// How a contraction is computed: one factor is loaded in vectors along <paramref name="VectorAxis"/>, the other one element at a
/// time into all lanes; a tile of sums stays in registers while the summed axes are run through.
/// </summary>
/// <param name="VectorAxis">The axis that lanes run along.</param>
/// <param name="VectorIsLeft">Which factor is loaded in vectors.</param>
/// <param name="Window">Elements of the axis that one lane of a result covers: 2 where pooling takes pairs along it, else 1.</param>
/// <param name="CopiesVectors">True where the factor that is loaded in vectors is copied first, so that they may run past its end.</param>
/// <param name="Reorders">True where factors whose elements do not lie side by side along the axis are copied so that they do.</param>
/// <param name="Blocks">
/// Vectors that cover the result's extent along the axis, in blocks that a tile covers; of sums it holds Window times as many.
/// </param>
/// <param name="Loops">The other axes of the result, outermost first.</param>
/// <param name="BlocksFirst">
/// True where the loop over blocks is the outermost one: a block of vectors then stays in the cache for all of the result's places; false
/// where it is the innermost one, so that the other factor's elements do.
/// </param>
/// <param name="AheadStride">
/// Elements of the next block that are brought near for each term of a tile, while the present one is multiplied; 0 for none.
/// </param>
/// <param name="IsFixedPoint">True where weights are kept as <see cref="FixedPoint"/> numbers.</param>
internal sealed record ContractionSchedule(
    Axis VectorAxis, bool VectorIsLeft, int Window, bool CopiesVectors, bool Reorders, VectorBlocks Blocks, ImmutableArray<ResultLoop> Loops,
    bool BlocksFirst = false, int AheadStride = 0, bool IsFixedPoint = false)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var others = Loops.Where(l => l.TileElements > 1).Select(l => $"{l.TileElements} {l.Axis}");
        var form = IsFixedPoint ? "; a single sample's weights in fixed point" : "";
        return FormattableString.Invariant($"{Blocks.Vectors} vectors of {VectorAxis} × {string.Join(" × ", others)}{form}");
    }
}
