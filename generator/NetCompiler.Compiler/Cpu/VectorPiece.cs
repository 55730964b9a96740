namespace NetCompiler.Compiler.Cpu;

/// <summary>A run of lanes along the extent that vectors run over.</summary>
/// <param name="Offset">Its first element.</param>
/// <param name="Lanes">Its lanes; 1 for a scalar.</param>
public readonly record struct VectorPiece(int Offset, int Lanes);
