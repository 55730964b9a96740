using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Cpu;

/// <summary>What a tile covers of a result's axis.</summary>
/// <param name="Loop">The axis.</param>
/// <param name="Start">The first step, in the driver.</param>
/// <param name="Steps">Steps that the tile covers.</param>
/// <param name="Min">The smallest first step.</param>
/// <param name="Max">The largest first step; equal to the smallest where the tile has one place only.</param>
internal sealed record TileExtent(ResultLoop Loop, Expression Start, int Steps, long Min, long Max)
{
    /// <summary>Elements of the axis that the tile covers.</summary>
    public int Elements => Steps * Loop.Window;
}
