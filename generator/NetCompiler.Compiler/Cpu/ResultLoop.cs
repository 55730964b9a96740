using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Cpu;

/// <summary>An axis of a contraction's result as loops run over it.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Window">Elements that one step of the stage's domain covers: the pooling window behind the contraction, else 1.</param>
/// <param name="Steps">Steps over the axis; 0 for the batch, whose steps are counted when the network runs.</param>
/// <param name="Tile">Steps that one register tile covers; 1 for an axis that is only looped over.</param>
internal sealed record ResultLoop(Axis Axis, int Window, int Steps, int Tile)
{
    /// <summary>Elements of the axis in a full tile.</summary>
    public int TileElements => Window * Tile;
}
