namespace NetCompiler.Compiler.Kernels;

/// <summary>The element types of kernel values.</summary>
public enum ScalarKind
{
    /// <summary>Truth value.</summary>
    Bool,

    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    I8,

    /// <summary>32-bit integer; arithmetic wraps.</summary>
    I32,

    /// <summary>64-bit integer, the type of CPU indices; arithmetic wraps.</summary>
    I64,

    /// <summary>IEEE 754 half precision.</summary>
    F16,

    /// <summary>bfloat16.</summary>
    BF16,

    /// <summary>IEEE 754 single precision.</summary>
    F32,
}

/// <summary>Where memory lives.</summary>
public enum AddressSpace
{
    /// <summary>Memory of the whole device; the only kind a CPU kernel gets passed.</summary>
    Global,

    /// <summary>Memory of one thread group.</summary>
    Shared,

    /// <summary>Memory of one thread: the stack.</summary>
    Local,
}

/// <summary>The type of a kernel expression: a scalar, a vector of <paramref name="Lanes"/> scalars, or a pointer to scalars.</summary>
/// <param name="Scalar">The element type, for pointers the type pointed to.</param>
/// <param name="Lanes">1 for scalars and pointers, 4, 8 or 16 for vectors.</param>
/// <param name="Space">Where a pointer points; null for values.</param>
public readonly record struct KernelType(ScalarKind Scalar, int Lanes = 1, AddressSpace? Space = null)
{
    /// <summary>Truth value.</summary>
    public static readonly KernelType Bool = new(ScalarKind.Bool);

    /// <summary>Byte.</summary>
    public static readonly KernelType U8 = new(ScalarKind.U8);

    /// <summary>32-bit integer, the type of SIMT indices.</summary>
    public static readonly KernelType I32 = new(ScalarKind.I32);

    /// <summary>64-bit integer, the type of CPU indices.</summary>
    public static readonly KernelType I64 = new(ScalarKind.I64);

    /// <summary>Single precision.</summary>
    public static readonly KernelType F32 = new(ScalarKind.F32);

    /// <summary>A pointer to <paramref name="scalar"/>.</summary>
    public static KernelType PointerTo(ScalarKind scalar, AddressSpace space = AddressSpace.Global) => new(scalar, 1, space);

    /// <summary>True for pointers.</summary>
    public bool IsPointer => Space is not null;

    /// <summary>True for vectors.</summary>
    public bool IsVector => Lanes > 1;

    /// <summary>True for scalars and vectors of integers.</summary>
    public bool IsInteger => !IsPointer && Scalar is ScalarKind.U8 or ScalarKind.I8 or ScalarKind.I32 or ScalarKind.I64;

    /// <summary>True for scalars and vectors of floating-point numbers.</summary>
    public bool IsFloat => !IsPointer && Scalar is ScalarKind.F16 or ScalarKind.BF16 or ScalarKind.F32;

    /// <summary>The same scalar in <paramref name="lanes"/> lanes.</summary>
    public KernelType WithLanes(int lanes) => this with { Lanes = lanes };

    /// <summary>The size of one element in bytes.</summary>
    public int ElementSize => SizeOf(Scalar);

    /// <summary>The size of a scalar in memory, in bytes.</summary>
    public static int SizeOf(ScalarKind scalar) => scalar switch
    {
        ScalarKind.Bool or ScalarKind.U8 or ScalarKind.I8 => 1,
        ScalarKind.F16 or ScalarKind.BF16 => 2,
        ScalarKind.I64 => 8,
        _ => 4,
    };

    /// <inheritdoc/>
    public override string ToString()
    {
        var name = Scalar.ToString().ToLowerInvariant();
        if (Space is { } space)
            return $"{name}* {space.ToString().ToLowerInvariant()}";
        return Lanes == 1 ? name : $"vec{Lanes}<{name}>";
    }
}
