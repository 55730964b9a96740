namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>A range of a memory that a pointer may reach, in bytes.</summary>
internal sealed class MemoryView(KernelMemory memory, string name, AddressSpace space, long low, long high, BufferAccess access)
{
    public KernelMemory Memory { get; } = memory;

    public string Name { get; } = name;

    public AddressSpace Space { get; } = space;

    public long Low { get; } = low;

    public long High { get; } = high;

    public BufferAccess Access { get; } = access;
}
