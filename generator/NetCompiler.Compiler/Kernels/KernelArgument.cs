namespace NetCompiler.Compiler.Kernels;

/// <summary>What is passed to an interpreted kernel: memory, an integer or a number.</summary>
public readonly struct KernelArgument
{
    /// <summary>A pointer.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="offset">The element pointed to.</param>
    public KernelArgument(KernelMemory memory, long offset = 0)
    {
        Memory = memory;
        Integer = offset;
    }

    private KernelArgument(long integer, double number)
    {
        Integer = integer;
        Number = number;
    }

    internal KernelMemory? Memory { get; }

    internal long Integer { get; }

    internal double Number { get; }

    /// <summary>A pointer to the first element.</summary>
    public static implicit operator KernelArgument(KernelMemory memory) => new(memory);

    /// <summary>An integer.</summary>
    public static implicit operator KernelArgument(int value) => new(value, value);

    /// <summary>An integer.</summary>
    public static implicit operator KernelArgument(long value) => new(value, value);

    /// <summary>A number.</summary>
    public static implicit operator KernelArgument(float value) => new((long)value, value);
}
