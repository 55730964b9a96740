using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NetCompiler.Training;

/// <summary>The Euclidean norm, summed in double precision in an order that no vector width and no number of threads changes.</summary>
internal static class EuclideanNorm
{
    /// <summary>√Σx². Finite just when every value is: the largest float's square is far from the largest double.</summary>
    public static double Of(ReadOnlySpan<float> values)
    {
        // Four sums of four lanes on every machine; those that lack such vectors compute the same lanes with narrower ones.
        Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
        var blocks = MemoryMarshal.Cast<float, Vector512<float>>(values);
        foreach (ref readonly var block in blocks)
        {
            var (a, b) = Vector256.Widen(block.GetLower());
            var (c, d) = Vector256.Widen(block.GetUpper());
            s0 += a * a;
            s1 += b * b;
            s2 += c * c;
            s3 += d * d;
        }
        var sums = s0 + s1 + (s2 + s3);
        var sum = sums[0] + sums[1] + (sums[2] + sums[3]);
        foreach (var value in values[(blocks.Length * Vector512<float>.Count)..])
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }
}
