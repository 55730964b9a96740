namespace NetCompiler.Runtime.Tests.Support;

internal static class Numbers
{
    /// <summary>Numbers in ±1, the same in each run.</summary>
    public static float[] Random(int count, ulong seed = 1)
    {
        var random = new RandomStream(seed);
        var numbers = new float[count];
        foreach (ref var number in numbers.AsSpan())
            number = (float)(2 * random.NextDouble() - 1);
        return numbers;
    }

    /// <summary>The bits of floats: what has to be equal where results have to be the same.</summary>
    public static int[] Bits(ReadOnlySpan<float> values)
    {
        var bits = new int[values.Length];
        for (var i = 0; i < bits.Length; i++)
            bits[i] = BitConverter.SingleToInt32Bits(values[i]);
        return bits;
    }
}
