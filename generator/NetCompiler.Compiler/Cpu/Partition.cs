namespace NetCompiler.Compiler.Cpu;

/// <summary>Counts the blocks that a number of elements is cut into.</summary>
internal static class Partition
{
    /// <summary>Blocks of a size that cover a number of elements.</summary>
    public static int Blocks(int count, int size) => (count + size - 1) / size;

    /// <summary>A number of elements, rounded up to whole blocks.</summary>
    public static int RoundUp(int count, int size) => Blocks(count, size) * size;

    /// <summary>The size of blocks that makes as few of them as <paramref name="largest"/> does, none of them nearly empty.</summary>
    public static int EvenSize(int count, int largest) => Blocks(count, Blocks(count, largest));
}
