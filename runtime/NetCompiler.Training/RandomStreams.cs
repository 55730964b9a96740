using NetCompiler.Runtime;

namespace NetCompiler.Training;

/// <summary>
/// Streams of random numbers keyed by a seed and a number (an epoch, a step, a sample), so that any of them can be made again without
/// those before it. That is what lets a run resume bit by bit, and samples be drawn by several threads.
/// </summary>
internal static class RandomStreams
{
    /// <summary>
    /// Begins stream <paramref name="number"/> of a seed: a <see cref="RandomStream"/> seeded with the seed's first draw plus the number.
    /// </summary>
    public static RandomStream Create(ulong seed, ulong number) => new(new RandomStream(seed).NextUInt64() + number);

    /// <summary>A whole number from 0 to <paramref name="bound"/> − 1, each equally likely.</summary>
    public static int NextInt32(this ref RandomStream random, int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var limit = (ulong)bound;
        // Lemire's method: the high half of a product is uniform once the few low halves that would tip the scales are rejected.
        var high = Math.BigMul(random.NextUInt64(), limit, out var low);
        if (low < limit)
        {
            var threshold = (0 - limit) % limit;
            while (low < threshold)
                high = Math.BigMul(random.NextUInt64(), limit, out low);
        }
        return (int)high;
    }

    /// <summary>Puts numbers into random order (Fisher and Yates, from the end).</summary>
    public static void Shuffle(this ref RandomStream random, Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
