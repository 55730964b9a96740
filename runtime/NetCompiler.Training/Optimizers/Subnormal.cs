using System.Numerics;

namespace NetCompiler.Training;

/// <summary>
/// Numbers below 2⁻¹²⁶ as zeros. A mean of gradients that have become 0 decays into these and, being rounded, never leaves them;
/// processors compute with each of them a hundred times slower.
/// </summary>
internal static class Subnormal
{
    private const float MinNormal = 1.17549435e-38f;

    /// <summary>Zeros in place of subnormal numbers.</summary>
    public static Vector<float> Flush(Vector<float> values) =>
        Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(values), new Vector<float>(MinNormal)), Vector<float>.Zero, values);

    /// <summary>Zero in place of a subnormal number.</summary>
    public static float Flush(float value) => MathF.Abs(value) < MinNormal ? 0f : value;
}
