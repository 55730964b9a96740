namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>A group of threads, its shared memory, and the interval between barriers that it is in.</summary>
internal sealed class Group(int number, (int X, int Y, int Z) index)
{
    public int Number { get; } = number;

    public (int X, int Y, int Z) Index { get; } = index;

    /// <summary>Differs from one barrier to the next, and between groups. Never 0.</summary>
    public int Interval { get; set; }

    /// <summary>Differs from one barrier of the grid to the next. Never 0.</summary>
    public int GridInterval { get; set; }

    public Dictionary<Allocate, MemoryView> Shared { get; } = [];

    /// <summary>A read of memory that nothing had written so far; a fault at the interval's end, if it is not found to be a race.</summary>
    public KernelFaultException? Pending { get; set; }
}
