using System.Numerics;

namespace NetCompiler.Runtime;

/// <summary>
/// A stream of random numbers that are the same bits on every machine: xoshiro256** (Blackman, Vigna: Scrambled linear pseudorandom
/// number generators, 2021), seeded through SplitMix64 (Steele, Lea, Flood, 2014).
/// </summary>
public struct RandomStream
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Begins a stream.</summary>
    /// <param name="seed">Which stream; neighbouring seeds give unrelated streams.</param>
    public RandomStream(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    /// <summary>Begins a stream of its own for a name, so that what others draw does not change what it draws.</summary>
    /// <param name="seed">The seed of all.</param>
    /// <param name="name">Whose stream it is.</param>
    public RandomStream(ulong seed, string name)
        : this(SplitMix64(ref seed) ^ StructuralHash.Compute(name))
    {
    }

    /// <summary>64 random bits.</summary>
    /// <returns>Any value.</returns>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number that is uniform in [0, 1): a multiple of 2⁻⁵³.</summary>
    /// <returns>The number.</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1ul << 53));

    /// <summary>A number with the standard normal distribution, by Marsaglia's polar method (SIAM Review 6, 1964).</summary>
    /// <returns>The number.</returns>
    public double NextNormal()
    {
        // The method yields two numbers; the second is let go, so that a stream's state is its four words alone.
        while (true)
        {
            var u = 2 * NextDouble() - 1;
            var v = 2 * NextDouble() - 1;
            var s = u * u + v * v;
            if (s is > 0 and < 1)
                return u * Math.Sqrt(-2 * Log(s) / s);
        }
    }

    private static ulong SplitMix64(ref ulong state)
    {
        var z = state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>
    /// The natural logarithm of a positive, normal number. Math.Log is the C library's, and differs in its last bits from one to the
    /// other; this is nothing but IEEE 754 additions, multiplications and divisions.
    /// </summary>
    private static double Log(double x)
    {
        const double Ln2 = 0.693147180559945309417232121458;
        const long OneHalf = 0x3fe0000000000000;
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1022;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xfffffffffffff) | OneHalf);
        if (mantissa < 0.707106781186547524)
        {
            mantissa *= 2;
            exponent--;
        }

        // ln m = 2 artanh z = 2 (z + z³/3 + z⁵/5 + …) with |z| ≤ 0.172: twelve terms are exact to a double.
        var z = (mantissa - 1) / (mantissa + 1);
        var squared = z * z;
        var sum = 0.0;
        for (var k = 23; k >= 1; k -= 2)
            sum = sum * squared + 1.0 / k;
        return exponent * Ln2 + 2 * z * sum;
    }
}
