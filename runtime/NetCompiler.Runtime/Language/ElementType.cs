namespace NetCompiler;

/// <summary>The element types of tensors that cross the border between a network and its caller.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 single precision.</summary>
    Float32,

    /// <summary>Unsigned byte, as pictures have it.</summary>
    UInt8,

    /// <summary>32-bit integer, as class labels are.</summary>
    Int32,
}

/// <summary>Facts about <see cref="ElementType"/>.</summary>
public static class ElementTypes
{
    /// <summary>The size of one element in bytes.</summary>
    public static int SizeInBytes(this ElementType type) => type == ElementType.UInt8 ? 1 : 4;
}
