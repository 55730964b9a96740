using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NetCompiler.Runtime;

public static partial class VectorMath
{
    /// <summary>Lane i is lane lanes[i] of <paramref name="v"/>; give constants.</summary>
    /// <param name="v">The vector.</param>
    /// <param name="lanes">0 to the number of lanes − 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Shuffle(Vector128<float> v, Vector128<int> lanes) => Vector128.Shuffle(v, lanes);

    /// <summary>Lane i is lane lanes[i] of both vectors side by side; give constants.</summary>
    /// <param name="a">Lanes from 0 on.</param>
    /// <param name="b">The lanes after those of <paramref name="a"/>.</param>
    /// <param name="lanes">0 to twice the number of lanes − 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Shuffle(Vector128<float> a, Vector128<float> b, Vector128<int> lanes)
    {
        if (Avx512F.VL.IsSupported)
            return Avx512F.VL.PermuteVar4x32x2(a, lanes, b);
        // Lanes out of range come out as 0.
        return Vector128.Shuffle(a, lanes) | Vector128.Shuffle(b, lanes - Vector128.Create(4));
    }

    /// <inheritdoc cref="Shuffle(Vector128{float}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Shuffle(Vector256<float> v, Vector256<int> lanes) => Vector256.Shuffle(v, lanes);

    /// <inheritdoc cref="Shuffle(Vector128{float}, Vector128{float}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Shuffle(Vector256<float> a, Vector256<float> b, Vector256<int> lanes)
    {
        if (Avx512F.VL.IsSupported)
            return Avx512F.VL.PermuteVar8x32x2(a, lanes, b);
        // Lanes out of range come out as 0.
        return Vector256.Shuffle(a, lanes) | Vector256.Shuffle(b, lanes - Vector256.Create(8));
    }

    /// <inheritdoc cref="Shuffle(Vector128{float}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Shuffle(Vector512<float> v, Vector512<int> lanes) => Vector512.Shuffle(v, lanes);

    /// <inheritdoc cref="Shuffle(Vector128{float}, Vector128{float}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Shuffle(Vector512<float> a, Vector512<float> b, Vector512<int> lanes)
    {
        if (Avx512F.IsSupported)
            return Avx512F.PermuteVar16x32x2(a, lanes, b);
        // Lanes out of range come out as 0.
        return Vector512.Shuffle(a, lanes) | Vector512.Shuffle(b, lanes - Vector512.Create(16));
    }

    /// <inheritdoc cref="Shuffle(Vector128{float}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Shuffle(Vector128<int> v, Vector128<int> lanes) => Vector128.Shuffle(v, lanes);

    /// <inheritdoc cref="Shuffle(Vector128{float}, Vector128{float}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Shuffle(Vector128<int> a, Vector128<int> b, Vector128<int> lanes)
    {
        if (Avx512F.VL.IsSupported)
            return Avx512F.VL.PermuteVar4x32x2(a, lanes, b);
        // Lanes out of range come out as 0.
        return Vector128.Shuffle(a, lanes) | Vector128.Shuffle(b, lanes - Vector128.Create(4));
    }

    /// <inheritdoc cref="Shuffle(Vector128{float}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Shuffle(Vector256<int> v, Vector256<int> lanes) => Vector256.Shuffle(v, lanes);

    /// <inheritdoc cref="Shuffle(Vector128{float}, Vector128{float}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Shuffle(Vector256<int> a, Vector256<int> b, Vector256<int> lanes)
    {
        if (Avx512F.VL.IsSupported)
            return Avx512F.VL.PermuteVar8x32x2(a, lanes, b);
        // Lanes out of range come out as 0.
        return Vector256.Shuffle(a, lanes) | Vector256.Shuffle(b, lanes - Vector256.Create(8));
    }

    /// <inheritdoc cref="Shuffle(Vector128{float}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Shuffle(Vector512<int> v, Vector512<int> lanes) => Vector512.Shuffle(v, lanes);

    /// <inheritdoc cref="Shuffle(Vector128{float}, Vector128{float}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Shuffle(Vector512<int> a, Vector512<int> b, Vector512<int> lanes)
    {
        if (Avx512F.IsSupported)
            return Avx512F.PermuteVar16x32x2(a, lanes, b);
        // Lanes out of range come out as 0.
        return Vector512.Shuffle(a, lanes) | Vector512.Shuffle(b, lanes - Vector512.Create(16));
    }

    /// <summary>a mod b with the sign of a, lane by lane.</summary>
    /// <exception cref="DivideByZeroException">A lane of <paramref name="b"/> is 0.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Remainder(Vector128<int> a, Vector128<int> b) => a - (a / b) * b;

    /// <inheritdoc cref="Remainder(Vector128{int}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Remainder(Vector256<int> a, Vector256<int> b) => a - (a / b) * b;

    /// <inheritdoc cref="Remainder(Vector128{int}, Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Remainder(Vector512<int> a, Vector512<int> b) => a - (a / b) * b;
}
