using System.Runtime.CompilerServices;
using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

internal static class AugmentationRanges
{
    /// <summary>Makes sure of 0 ≤ value ≤ 1.</summary>
    public static void ThrowUnlessProbability(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(name, value, "Expected a number from 0 to 1.");
    }

    /// <summary>A number that is uniform between two.</summary>
    public static double NextDouble(this ref RandomStream random, double from, double to) => from + (to - from) * random.NextDouble();
}
