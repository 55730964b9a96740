using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NetCompiler.Runtime;

/// <summary>
/// What generated kernels need of vectors and the base class library lacks, for 4, 8 and 16 lanes. All of it works on every processor,
/// and is fast where the vector width is accelerated. A function gives a number the same bits in every width and as a scalar.
/// </summary>
public static partial class VectorMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: n · Ln2High is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    private const float ExpHighest = 89f;
    private const float ExpLowest = -104f;

    // tanh is 1 in single precision from 9.02 on.
    private const float TanhSaturation = 9.02f;

    // erf is 1 in single precision from here on.
    private const float ErfSaturation = 3.8325069f;

    /// <summary>eˣ, within 2 units in the last place; 0 and infinity where it leaves the range.</summary>
    /// <param name="x">Any number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exp(float x) => Exp(Vector128.CreateScalar(x)).ToScalar();

    /// <summary>Natural logarithm, within 2 units in the last place; −∞ for 0, NaN for negative numbers.</summary>
    /// <param name="x">Any number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Log(float x) => Log(Vector128.CreateScalar(x)).ToScalar();

    /// <summary>1 / (1 + e⁻ˣ), to a relative error below 1e-6 while the result is a normal number; 0 and 1 far from 0.</summary>
    /// <param name="x">Any number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sigmoid(float x) => Sigmoid(Vector128.CreateScalar(x)).ToScalar();

    /// <summary>
    /// Hyperbolic tangent, to a relative error below 1e-6; odd; ±1 exactly far from 0. A quotient of polynomials in x², as in Eigen and XLA.
    /// </summary>
    /// <param name="x">Any number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tanh(float x) => Tanh(Vector128.CreateScalar(x)).ToScalar();

    /// <summary>
    /// Error function, to a relative error below 1e-6; odd; ±1 exactly far from 0. A quotient of polynomials in x², as in Eigen and XLA.
    /// </summary>
    /// <param name="x">Any number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Erf(float x) => Erf(Vector128.CreateScalar(x)).ToScalar();

    /// <inheritdoc cref="Exp(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> x)
    {
        // The limits come first, so that NaN stays. Beyond them the result is infinity or 0 all the same.
        x = Vector128.MaxNative(Vector128.Create(ExpLowest), Vector128.MinNative(Vector128.Create(ExpHighest), x));
        // eˣ = 2ⁿ · eʳ, |r| ≤ ln 2 / 2.
        var n = Vector128.Round(x * Vector128.Create(Log2E));
        var r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-Ln2High), x);
        r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-Ln2Low), r);
        var p = Vector128.Create(1.9875691500e-4f);
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(1.3981999507e-3f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(8.3334519073e-3f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(4.1665795894e-2f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(1.6666665459e-1f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(5.0000001201e-1f));
        p = Vector128.MultiplyAddEstimate(p * r, r, r) + Vector128.Create(1f);
        // In two factors, as 2ⁿ itself may be no normal number.
        var power = Vector128.ConvertToInt32Native(n);
        var half = power >> 1;
        var bias = Vector128.Create(127);
        return p * ((half + bias) << 23).AsSingle() * ((power - half + bias) << 23).AsSingle();
    }

    /// <inheritdoc cref="Log(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Log(Vector128<float> x) => Vector128.Log(x);

    /// <inheritdoc cref="Sigmoid(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sigmoid(Vector128<float> x)
    {
        // e to a negative power cannot overflow, and keeps the digits of small results.
        var e = Exp(-Vector128.Abs(x));
        var one = Vector128.Create(1f);
        return Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<float>.Zero), e, one) / (one + e);
    }

    /// <inheritdoc cref="Tanh(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Tanh(Vector128<float> x)
    {
        x = Vector128.MaxNative(Vector128.Create(-TanhSaturation), Vector128.MinNative(Vector128.Create(TanhSaturation), x));
        var square = x * x;
        var p = Vector128.Create(-2.76076847742355e-16f);
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(2.00018790482477e-13f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(-8.60467152213735e-11f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(5.12229709037114e-8f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(1.48572235717979e-5f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(6.37261928875436e-4f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(4.89352455891786e-3f));
        var q = Vector128.Create(1.19825839466702e-6f);
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(1.18534705686654e-4f));
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(2.26843463243900e-3f));
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(4.89352518554385e-3f));
        // The quotient comes first, as p · x would lose digits of the smallest numbers. Rounding must not take the result beyond 1.
        return Vector128.MaxNative(Vector128.Create(-1f), Vector128.MinNative(Vector128.Create(1f), x * (p / q)));
    }

    /// <inheritdoc cref="Erf(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Erf(Vector128<float> x)
    {
        x = Vector128.MaxNative(Vector128.Create(-ErfSaturation), Vector128.MinNative(Vector128.Create(ErfSaturation), x));
        var square = x * x;
        var p = Vector128.Create(2.2905065861350646e-4f);
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(3.4082910107109506e-3f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(5.0955695062380861e-2f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(1.8520832239976145e-1f));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(1.128379143519084f));
        var q = Vector128.Create(-1.1791602954361697e-7f);
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(2.3547966471313185e-5f));
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(1.0179625278914885e-3f));
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(1.4070470171167667e-2f));
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(1.1098505178285362e-1f));
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(4.9746925110067538e-1f));
        q = Vector128.MultiplyAddEstimate(q, square, Vector128.Create(1f));
        // Rounding must not take it beyond 1.
        return Vector128.MaxNative(Vector128.Create(-1f), Vector128.MinNative(Vector128.Create(1f), x * p / q));
    }

    /// <inheritdoc cref="Exp(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // The limits come first, so that NaN stays. Beyond them the result is infinity or 0 all the same.
        x = Vector256.MaxNative(Vector256.Create(ExpLowest), Vector256.MinNative(Vector256.Create(ExpHighest), x));
        // eˣ = 2ⁿ · eʳ, |r| ≤ ln 2 / 2.
        var n = Vector256.Round(x * Vector256.Create(Log2E));
        var r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2High), x);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2Low), r);
        var p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.MultiplyAddEstimate(p * r, r, r) + Vector256.Create(1f);
        // In two factors, as 2ⁿ itself may be no normal number.
        var power = Vector256.ConvertToInt32Native(n);
        var half = power >> 1;
        var bias = Vector256.Create(127);
        return p * ((half + bias) << 23).AsSingle() * ((power - half + bias) << 23).AsSingle();
    }

    /// <inheritdoc cref="Log(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x) => Vector256.Log(x);

    /// <inheritdoc cref="Sigmoid(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x)
    {
        var e = Exp(-Vector256.Abs(x));
        var one = Vector256.Create(1f);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), e, one) / (one + e);
    }

    /// <inheritdoc cref="Tanh(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        x = Vector256.MaxNative(Vector256.Create(-TanhSaturation), Vector256.MinNative(Vector256.Create(TanhSaturation), x));
        var square = x * x;
        var p = Vector256.Create(-2.76076847742355e-16f);
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(2.00018790482477e-13f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(-8.60467152213735e-11f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(5.12229709037114e-8f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(1.48572235717979e-5f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(6.37261928875436e-4f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(4.89352455891786e-3f));
        var q = Vector256.Create(1.19825839466702e-6f);
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(1.18534705686654e-4f));
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(2.26843463243900e-3f));
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(4.89352518554385e-3f));
        // The quotient comes first, as p · x would lose digits of the smallest numbers. Rounding must not take the result beyond 1.
        return Vector256.MaxNative(Vector256.Create(-1f), Vector256.MinNative(Vector256.Create(1f), x * (p / q)));
    }

    /// <inheritdoc cref="Erf(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Erf(Vector256<float> x)
    {
        x = Vector256.MaxNative(Vector256.Create(-ErfSaturation), Vector256.MinNative(Vector256.Create(ErfSaturation), x));
        var square = x * x;
        var p = Vector256.Create(2.2905065861350646e-4f);
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(3.4082910107109506e-3f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(5.0955695062380861e-2f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(1.8520832239976145e-1f));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(1.128379143519084f));
        var q = Vector256.Create(-1.1791602954361697e-7f);
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(2.3547966471313185e-5f));
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(1.0179625278914885e-3f));
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(1.4070470171167667e-2f));
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(1.1098505178285362e-1f));
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(4.9746925110067538e-1f));
        q = Vector256.MultiplyAddEstimate(q, square, Vector256.Create(1f));
        // Rounding must not take it beyond 1.
        return Vector256.MaxNative(Vector256.Create(-1f), Vector256.MinNative(Vector256.Create(1f), x * p / q));
    }

    /// <inheritdoc cref="Exp(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // The limits come first, so that NaN stays. Beyond them the result is infinity or 0 all the same.
        x = Vector512.MaxNative(Vector512.Create(ExpLowest), Vector512.MinNative(Vector512.Create(ExpHighest), x));
        // eˣ = 2ⁿ · eʳ, |r| ≤ ln 2 / 2.
        var n = Vector512.Round(x * Vector512.Create(Log2E));
        var r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Ln2High), x);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Ln2Low), r);
        var p = Vector512.Create(1.9875691500e-4f);
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(5.0000001201e-1f));
        p = Vector512.MultiplyAddEstimate(p * r, r, r) + Vector512.Create(1f);
        if (Avx512F.IsSupported)
            return Avx512F.Scale(p, n);
        // In two factors, as 2ⁿ itself may be no normal number.
        var power = Vector512.ConvertToInt32Native(n);
        var half = power >> 1;
        var bias = Vector512.Create(127);
        return p * ((half + bias) << 23).AsSingle() * ((power - half + bias) << 23).AsSingle();
    }

    /// <inheritdoc cref="Log(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x) => Vector512.Log(x);

    /// <inheritdoc cref="Sigmoid(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x)
    {
        var e = Exp(-Vector512.Abs(x));
        var one = Vector512.Create(1f);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), e, one) / (one + e);
    }

    /// <inheritdoc cref="Tanh(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        x = Vector512.MaxNative(Vector512.Create(-TanhSaturation), Vector512.MinNative(Vector512.Create(TanhSaturation), x));
        var square = x * x;
        var p = Vector512.Create(-2.76076847742355e-16f);
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(2.00018790482477e-13f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(-8.60467152213735e-11f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(5.12229709037114e-8f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(1.48572235717979e-5f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(6.37261928875436e-4f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(4.89352455891786e-3f));
        var q = Vector512.Create(1.19825839466702e-6f);
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(1.18534705686654e-4f));
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(2.26843463243900e-3f));
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(4.89352518554385e-3f));
        // The quotient comes first, as p · x would lose digits of the smallest numbers. Rounding must not take the result beyond 1.
        return Vector512.MaxNative(Vector512.Create(-1f), Vector512.MinNative(Vector512.Create(1f), x * (p / q)));
    }

    /// <inheritdoc cref="Erf(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Erf(Vector512<float> x)
    {
        x = Vector512.MaxNative(Vector512.Create(-ErfSaturation), Vector512.MinNative(Vector512.Create(ErfSaturation), x));
        var square = x * x;
        var p = Vector512.Create(2.2905065861350646e-4f);
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(3.4082910107109506e-3f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(5.0955695062380861e-2f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(1.8520832239976145e-1f));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(1.128379143519084f));
        var q = Vector512.Create(-1.1791602954361697e-7f);
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(2.3547966471313185e-5f));
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(1.0179625278914885e-3f));
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(1.4070470171167667e-2f));
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(1.1098505178285362e-1f));
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(4.9746925110067538e-1f));
        q = Vector512.MultiplyAddEstimate(q, square, Vector512.Create(1f));
        // Rounding must not take it beyond 1.
        return Vector512.MaxNative(Vector512.Create(-1f), Vector512.MinNative(Vector512.Create(1f), x * p / q));
    }
}
