using System.Runtime.CompilerServices;

namespace NetCompiler.Training;

internal static class Ranges
{
    /// <summary>Makes sure of 0 ≤ value &lt; 1.</summary>
    public static void ThrowUnlessFraction(float value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value >= 0f && value < 1f))
            throw new ArgumentOutOfRangeException(name, value, "Expected a number from 0 to less than 1.");
    }

    public static void ThrowUnlessSameLength(Span<float> parameters, ReadOnlySpan<float> gradients)
    {
        if (gradients.Length != parameters.Length)
        {
            throw new ArgumentException(
                $"{parameters.Length} parameters need as many gradients, found {gradients.Length}.", nameof(gradients));
        }
    }
}
