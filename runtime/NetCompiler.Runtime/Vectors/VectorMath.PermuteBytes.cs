using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NetCompiler.Runtime;

public static partial class VectorMath
{
    // The same in each byte.
    private const int EachByte = 0x01010101;

    /// <summary>An integer put together from the bytes of two others, as PTX's prmt does.</summary>
    /// <param name="a">Bytes 0 to 3.</param>
    /// <param name="b">Bytes 4 to 7.</param>
    /// <param name="selector">For each byte of the result, the lowest first, a hexadecimal digit that says which one it is.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PermuteBytes(int a, int b, [ConstantExpected] int selector)
    {
        var bytes = (ulong)(uint)b << 32 | (uint)a;
        return unchecked((int)(Byte(0) | Byte(1) | Byte(2) | Byte(3)));

        uint Byte(int i) => (uint)(bytes >> 8 * (selector >> 4 * i & 7) & 0xFF) << 8 * i;
    }

    /// <inheritdoc cref="PermuteBytes(int, int, int)"/>
    /// <remarks>Lane by lane.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> PermuteBytes(Vector128<int> a, Vector128<int> b, [ConstantExpected] int selector)
    {
        var lanes = Vector128<int>.Indices * (4 * EachByte);
        if (AdvSimd.Arm64.IsSupported)
        {
            var both = (Vector128.Create(Positions(selector, 16)) + lanes).AsByte();
            return AdvSimd.Arm64.VectorTableLookup((a.AsByte(), b.AsByte()), both).AsInt32();
        }

        var (ofA, ofB) = ((Vector128.Create(OfFirst(selector)) + lanes).AsByte(), (Vector128.Create(OfSecond(selector)) + lanes).AsByte());
        return Ssse3.IsSupported
            ? (Ssse3.Shuffle(a.AsByte(), ofA) | Ssse3.Shuffle(b.AsByte(), ofB)).AsInt32()
            : (Vector128.Shuffle(a.AsByte(), ofA) | Vector128.Shuffle(b.AsByte(), ofB)).AsInt32();
    }

    /// <inheritdoc cref="PermuteBytes(int, int, int)"/>
    /// <remarks>Lane by lane.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> PermuteBytes(Vector256<int> a, Vector256<int> b, [ConstantExpected] int selector)
    {
        if (!Avx2.IsSupported)
        {
            return Vector256.Create(
                PermuteBytes(a.GetLower(), b.GetLower(), selector), PermuteBytes(a.GetUpper(), b.GetUpper(), selector));
        }

        var lanes = (Vector256<int>.Indices & Vector256.Create(3)) * (4 * EachByte);
        return (Avx2.Shuffle(a.AsByte(), (Vector256.Create(OfFirst(selector)) + lanes).AsByte())
            | Avx2.Shuffle(b.AsByte(), (Vector256.Create(OfSecond(selector)) + lanes).AsByte())).AsInt32();
    }

    /// <inheritdoc cref="PermuteBytes(int, int, int)"/>
    /// <remarks>Lane by lane.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> PermuteBytes(Vector512<int> a, Vector512<int> b, [ConstantExpected] int selector)
    {
        if (Avx512Vbmi.IsSupported)
        {
            var both = (Vector512.Create(Positions(selector, 64)) + Vector512<int>.Indices * (4 * EachByte)).AsByte();
            return Avx512Vbmi.PermuteVar64x8x2(a.AsByte(), both, b.AsByte()).AsInt32();
        }

        if (!Avx512BW.IsSupported)
        {
            return Vector512.Create(
                PermuteBytes(a.GetLower(), b.GetLower(), selector), PermuteBytes(a.GetUpper(), b.GetUpper(), selector));
        }

        var lanes = (Vector512<int>.Indices & Vector512.Create(3)) * (4 * EachByte);
        return (Avx512BW.Shuffle(a.AsByte(), (Vector512.Create(OfFirst(selector)) + lanes).AsByte())
            | Avx512BW.Shuffle(b.AsByte(), (Vector512.Create(OfSecond(selector)) + lanes).AsByte())).AsInt32();
    }

    // Where the bytes of lane 0 are, where the second operand's begin at a distance.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Positions(int selector, int second)
    {
        var digits = Digits(selector);
        return (digits & (3 * EachByte)) + (digits >> 2 & EachByte) * second;
    }

    // The positions of lane 0 of what is the first operand's; a position with the highest bit set gives 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int OfFirst(int selector)
    {
        var digits = Digits(selector);
        return digits & (3 * EachByte) | (digits & (4 * EachByte)) << 5;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int OfSecond(int selector) => OfFirst(selector ^ 0x4444);

    // A byte for each digit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Digits(int selector) =>
        selector & 0xF | (selector & 0xF0) << 4 | (selector & 0xF00) << 8 | (selector & 0xF000) << 12;
}
