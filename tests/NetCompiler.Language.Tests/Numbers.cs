namespace NetCompiler.Language.Tests;

/// <summary>Numbers for tests, and gradients against central differences of what compiled code computes.</summary>
internal static class Numbers
{
    public static float[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }

    /// <summary>Fills a network's parameters; statistics that have to be positive are.</summary>
    public static void Fill(Network network, int seed)
    {
        var random = new Random(seed);
        foreach (var parameter in network.Definition.Parameters)
        {
            var values = network.Parameter(parameter.Name).Values;
            for (var i = 0; i < values.Length; i++)
                values[i] = (float)(parameter.Name.EndsWith("var", StringComparison.Ordinal) ? 0.5 + random.NextDouble() : random.NextDouble() - 0.5);
        }

        network.ParametersChanged();
    }

    public static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance = 1e-4)
    {
        Assert.Equal(expected.Length, actual.Length);
        var size = 1e-6;
        foreach (var value in expected)
            size = Math.Max(size, Math.Abs(value));
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * size, $"element {i}: expected {expected[i]}, found {actual[i]}");
    }

    /// <summary>The gradient of a function of one array, by central differences of single-precision results.</summary>
    public static float[] Differences(float[] at, Func<float[], double> function)
    {
        const float Step = 1f / 64;
        var result = new float[at.Length];
        for (var i = 0; i < at.Length; i++)
        {
            float[] above = [.. at], below = [.. at];
            above[i] += Step;
            below[i] -= Step;
            result[i] = (float)((function(above) - function(below)) / (2 * Step));
        }

        return result;
    }
}
