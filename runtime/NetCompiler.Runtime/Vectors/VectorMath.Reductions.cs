using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NetCompiler.Runtime;

public static partial class VectorMath
{
    /// <summary>The smaller number; <paramref name="b"/> or <paramref name="a"/> if one of them is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(float a, float b) =>
        Vector128.MinNative(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b)).ToScalar();

    /// <summary>The larger number; <paramref name="b"/> or <paramref name="a"/> if one of them is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float a, float b) =>
        Vector128.MaxNative(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b)).ToScalar();

    /// <summary>The sum of all lanes, combined in a fixed order: halves are folded onto each other until one lane is left.</summary>
    /// <param name="v">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> v)
    {
        v = v + Vector128.Shuffle(v, Vector128.Create(2, 3, 2, 3));
        v = v + Vector128.Shuffle(v, Vector128.Create(1, 1, 1, 1));
        return v.ToScalar();
    }

    /// <inheritdoc cref="Sum(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> v) => Sum(v.GetLower() + v.GetUpper());

    /// <inheritdoc cref="Sum(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> v) => Sum(v.GetLower() + v.GetUpper());

    /// <summary>The smallest lane, combined in a fixed order: halves are folded onto each other until one lane is left.</summary>
    /// <param name="v">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(Vector128<float> v)
    {
        v = Vector128.MinNative(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 2, 3)));
        v = Vector128.MinNative(v, Vector128.Shuffle(v, Vector128.Create(1, 1, 1, 1)));
        return v.ToScalar();
    }

    /// <inheritdoc cref="Min(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(Vector256<float> v) => Min(Vector128.MinNative(v.GetLower(), v.GetUpper()));

    /// <inheritdoc cref="Min(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(Vector512<float> v) => Min(Vector256.MinNative(v.GetLower(), v.GetUpper()));

    /// <summary>The largest lane, combined in a fixed order: halves are folded onto each other until one lane is left.</summary>
    /// <param name="v">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector128<float> v)
    {
        v = Vector128.MaxNative(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 2, 3)));
        v = Vector128.MaxNative(v, Vector128.Shuffle(v, Vector128.Create(1, 1, 1, 1)));
        return v.ToScalar();
    }

    /// <inheritdoc cref="Max(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector256<float> v) => Max(Vector128.MaxNative(v.GetLower(), v.GetUpper()));

    /// <inheritdoc cref="Max(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector512<float> v) => Max(Vector256.MaxNative(v.GetLower(), v.GetUpper()));

    /// <inheritdoc cref="Sum(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sum(Vector128<int> v)
    {
        v = v + Vector128.Shuffle(v, Vector128.Create(2, 3, 2, 3));
        v = v + Vector128.Shuffle(v, Vector128.Create(1, 1, 1, 1));
        return v.ToScalar();
    }

    /// <inheritdoc cref="Sum(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sum(Vector256<int> v) => Sum(v.GetLower() + v.GetUpper());

    /// <inheritdoc cref="Sum(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sum(Vector512<int> v) => Sum(v.GetLower() + v.GetUpper());

    /// <inheritdoc cref="Min(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Min(Vector128<int> v)
    {
        v = Vector128.Min(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 2, 3)));
        v = Vector128.Min(v, Vector128.Shuffle(v, Vector128.Create(1, 1, 1, 1)));
        return v.ToScalar();
    }

    /// <inheritdoc cref="Min(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Min(Vector256<int> v) => Min(Vector128.Min(v.GetLower(), v.GetUpper()));

    /// <inheritdoc cref="Min(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Min(Vector512<int> v) => Min(Vector256.Min(v.GetLower(), v.GetUpper()));

    /// <inheritdoc cref="Max(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max(Vector128<int> v)
    {
        v = Vector128.Max(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 2, 3)));
        v = Vector128.Max(v, Vector128.Shuffle(v, Vector128.Create(1, 1, 1, 1)));
        return v.ToScalar();
    }

    /// <inheritdoc cref="Max(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max(Vector256<int> v) => Max(Vector128.Max(v.GetLower(), v.GetUpper()));

    /// <inheritdoc cref="Max(Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max(Vector512<int> v) => Max(Vector256.Max(v.GetLower(), v.GetUpper()));
}
