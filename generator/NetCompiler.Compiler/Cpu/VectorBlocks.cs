using System.Collections.Immutable;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Vectors that cover an extent, in blocks of as many as a register tile takes.</summary>
/// <param name="Pieces">The vectors.</param>
/// <param name="Vectors">Vectors of a block; the last block may have fewer.</param>
/// <param name="Lanes">Lanes of a full vector.</param>
internal sealed record VectorBlocks(ImmutableArray<VectorPiece> Pieces, int Vectors, int Lanes)
{
    /// <summary>Blocks that cover the extent.</summary>
    public int Count => Partition.Blocks(Pieces.Length, Vectors);

    /// <summary>Elements from a block to the next.</summary>
    public int Stride => Vectors * Lanes;

    /// <summary>Elements of the widest block, the first.</summary>
    public int Width => WidthOf(0);

    /// <summary>Lanes of all vectors: the extent and its padding.</summary>
    public int PaddedExtent { get; } = Pieces.IsEmpty ? 0 : Pieces[Pieces.Length - 1].Offset + Pieces[Pieces.Length - 1].Lanes;

    /// <summary>Blocks, from the first on, that have the same vectors: all, or all but the last.</summary>
    public int Alike => this[Count - 1].SequenceEqual(this[0]) ? Count : Count - 1;

    /// <summary>True where blocks are a whole number of full vectors apart.</summary>
    public bool IsUniform => Pieces.Take((Pieces.Length - 1) / Vectors * Vectors).All(p => p.Lanes == Lanes);

    /// <summary>True where two threads have as many vectors each.</summary>
    public bool AreEven => Pieces.Length % (2 * Vectors) == 0;

    /// <summary>Elements of a block: the lanes of its vectors.</summary>
    public int WidthOf(int block) => block == Count - 1 ? PaddedExtent - block * Stride : Stride;

    /// <summary>How many vectors a block has.</summary>
    public int VectorsOf(int block) => Math.Min(Vectors, Pieces.Length - block * Vectors);

    /// <summary>The vectors of a block, their offsets counted from its first element.</summary>
    public ImmutableArray<VectorPiece> this[int block] =>
        [.. Pieces.Skip(block * Vectors).Take(Vectors).Select(p => p with { Offset = p.Offset - block * Stride })];
}
