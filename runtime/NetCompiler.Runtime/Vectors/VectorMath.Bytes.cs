using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NetCompiler.Runtime;

public static unsafe partial class VectorMath
{
    /// <summary>Asks for a cache line to be brought near, where the processor can be asked. Any address will do.</summary>
    /// <param name="address">An address in the line.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }

    /// <summary>Reads 4 bytes into the lowest lanes; the others are 0.</summary>
    /// <param name="source">4 readable bytes, at any alignment.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LoadBytes4(byte* source) => Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(source)).AsByte();

    /// <summary>Reads 8 bytes into the lowest lanes; the others are 0.</summary>
    /// <param name="source">8 readable bytes, at any alignment.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LoadBytes8(byte* source) => Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(source)).AsByte();

    /// <summary>Writes the 4 lowest lanes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="destination">4 writable bytes, at any alignment.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes4(Vector128<byte> bytes, byte* destination) =>
        Unsafe.WriteUnaligned(destination, bytes.AsUInt32().ToScalar());

    /// <summary>Writes the 8 lowest lanes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="destination">8 writable bytes, at any alignment.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes8(Vector128<byte> bytes, byte* destination) =>
        Unsafe.WriteUnaligned(destination, bytes.AsUInt64().ToScalar());

    /// <summary>The 4 lowest bytes as integers.</summary>
    /// <param name="bytes">The bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> WidenToInt128(Vector128<byte> bytes) => Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();

    /// <summary>The 8 lowest bytes as integers.</summary>
    /// <param name="bytes">The bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> WidenToInt256(Vector128<byte> bytes)
    {
        if (Avx2.IsSupported)
            return Avx2.ConvertToVector256Int32(bytes);
        var shorts = Vector128.WidenLower(bytes);
        return Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)).AsInt32();
    }

    /// <summary>The 16 bytes as integers.</summary>
    /// <param name="bytes">The bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> WidenToInt512(Vector128<byte> bytes)
    {
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector512Int32(bytes);
        var upper = Vector128.WidenUpper(bytes);
        return Vector512.Create(
            WidenToInt256(bytes),
            Vector256.Create(Vector128.WidenLower(upper), Vector128.WidenUpper(upper)).AsInt32());
    }

    /// <summary>The low byte of every lane in the 4 lowest lanes.</summary>
    /// <param name="integers">The integers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> NarrowToBytes(Vector128<int> integers)
    {
        var shorts = Vector128.Narrow(integers.AsUInt32(), integers.AsUInt32());
        return Vector128.Narrow(shorts, shorts);
    }

    /// <summary>The low byte of every lane in the 8 lowest lanes.</summary>
    /// <param name="integers">The integers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> NarrowToBytes(Vector256<int> integers)
    {
        if (Avx512F.VL.IsSupported)
            return Avx512F.VL.ConvertToVector128Byte(integers);
        var shorts = Vector128.Narrow(integers.GetLower().AsUInt32(), integers.GetUpper().AsUInt32());
        return Vector128.Narrow(shorts, shorts);
    }

    /// <summary>The low byte of every lane.</summary>
    /// <param name="integers">The integers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> NarrowToBytes(Vector512<int> integers)
    {
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector128Byte(integers);
        var (lower, upper) = (integers.GetLower().AsUInt32(), integers.GetUpper().AsUInt32());
        return Vector128.Narrow(
            Vector128.Narrow(lower.GetLower(), lower.GetUpper()),
            Vector128.Narrow(upper.GetLower(), upper.GetUpper()));
    }
}
