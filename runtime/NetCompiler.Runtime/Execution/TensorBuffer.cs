namespace NetCompiler.Runtime;

/// <summary>A caller's memory that holds a tensor, sample after sample; it has to stay where it is while a pass runs.</summary>
/// <param name="pointer">The first element; anything where there are none.</param>
/// <param name="length">How many elements there are.</param>
/// <param name="type">Their type.</param>
public readonly unsafe struct TensorBuffer(void* pointer, int length, ElementType type)
{
    internal byte* Pointer { get; } = (byte*)pointer;

    internal int Length { get; } = length;

    internal ElementType Type { get; } = type;
}
