namespace NetCompiler.Compiler.Tests.Reference;

/// <summary>Comparison of tensors.</summary>
public static class Near
{
    /// <summary>max|a − r| / max|r|, or max|a| where the reference is zero throughout.</summary>
    /// <param name="actual">a.</param>
    /// <param name="reference">r.</param>
    /// <param name="floor">What is taken for max|r| where that is less: for numbers that are zero but for rounding.</param>
    public static double Error(IReadOnlyList<double> actual, IReadOnlyList<double> reference, double floor = 0)
    {
        if (actual.Count != reference.Count)
            return double.PositiveInfinity;
        var (difference, size) = (0.0, floor);
        for (var i = 0; i < actual.Count; i++)
        {
            if (double.IsNaN(actual[i]) || double.IsNaN(reference[i]))
                return double.PositiveInfinity;
            difference = Math.Max(difference, Math.Abs(actual[i] - reference[i]));
            size = Math.Max(size, Math.Abs(reference[i]));
        }

        return size > 0 ? difference / size : difference;
    }

    /// <summary>Fails unless max|a − r| ≤ tolerance · max|r|, or · <paramref name="floor"/> where that is more.</summary>
    public static void Assert(
        IReadOnlyList<double> actual, IReadOnlyList<double> reference, double tolerance, string what, double floor = 0)
    {
        var error = Error(actual, reference, floor);
        Xunit.Assert.True(error <= tolerance,
            FormattableString.Invariant($"{what}: error {error:G3} of {reference.Count} elements, allowed {tolerance:G3}.")
            + $"\nactual   {Text(actual)}\nexpected {Text(reference)}");
    }

    private static string Text(IReadOnlyList<double> numbers) =>
        string.Join(" ", numbers.Take(16).Select(n => n.ToString("G6", System.Globalization.CultureInfo.InvariantCulture)));
}
