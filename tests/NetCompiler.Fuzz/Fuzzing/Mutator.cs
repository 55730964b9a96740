using System.Buffers.Binary;
using NetCompiler.Runtime;

namespace NetCompiler.Fuzz.Fuzzing;

/// <summary>Damages files, and is all the chance that a case has: the same seed, format and case give the same file.</summary>
/// <param name="random">The numbers of the case.</param>
/// <param name="seeds">Files to take pieces from.</param>
public sealed class Mutator(RandomStream random, IReadOnlyList<byte[]> seeds)
{
    /// <summary>Numbers at which programs go wrong.</summary>
    public static IReadOnlyList<long> Extremes { get; } =
    [
        0, 1, -1, 2, 7, 8, 16, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 1 << 20, 1 << 24, 1 << 28, int.MaxValue - 64,
        int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, 1L << 40, 1L << 62, long.MaxValue, long.MaxValue - 8, long.MinValue,
    ];

    // Fields are at the beginning of most formats.
    private const int FrontBytes = 128;
    private const int MostMutations = 4;
    private const int MostAdded = 300;

    private RandomStream _random = random;

    /// <summary>A number from 0 up to, and without, a count.</summary>
    public int Next(int count) => (int)(_random.NextUInt64() % (ulong)Math.Max(count, 1));

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int count) => Next(count) == 0;

    /// <summary>One of several.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>1 in half of the cases, else up to a count: who breaks everything at once is refused at the first thing.</summary>
    public int FewOf(int most) => OneIn(2) ? 1 : 1 + Next(most);

    /// <summary>Damages bytes in one to four ways.</summary>
    public byte[] Mutate(byte[] data)
    {
        var count = FewOf(MostMutations);
        for (var i = 0; i < count; i++)
            data = MutateOnce(data);
        return data;
    }

    private byte[] MutateOnce(byte[] data)
    {
        switch (Next(12))
        {
            case 0:
                return data[..Next(data.Length + 1)];
            case 1:
                return [.. data, .. Bytes(Next(MostAdded))];
            case 2:
                return [.. data, .. new byte[OneIn(20) ? Next(1 << 20) : Next(MostAdded)]];
            case 3:
                var (start, length) = Chunk(data);
                return [.. data[..start], .. data[(start + length)..]];
            case 4:
                (start, length) = Chunk(data);
                return [.. data[..(start + length)], .. data[start..]];
            case 5:
                (start, length) = Chunk(data);
                var at = Next(data.Length + 1);
                return [.. data[..at], .. data[start..(start + length)], .. data[at..]];
            case 6:
                // The beginning of one file, the end of another.
                var other = Pick(seeds);
                return [.. data[..Next(data.Length + 1)], .. other[Next(other.Length + 1)..]];
            case 7:
                var copy = data.ToArray();
                (start, length) = Chunk(data);
                copy.AsSpan(start, length).Fill(OneIn(2) ? (byte)0 : (byte)0xff);
                return copy;
            case 8:
                return SetBytes(data, FewOf(4));
            case 9:
                return FlipBits(data, FewOf(4));
            default:
                return SetInteger(data);
        }
    }

    /// <summary>Writes an extreme number, or a neighbour of what is there, over two, four or eight bytes of either order.</summary>
    private byte[] SetInteger(byte[] data)
    {
        var size = 2 << Next(3);
        if (data.Length < size)
            return data;
        var copy = data.ToArray();
        var field = copy.AsSpan(Position(data.Length - size + 1), size);
        var isLittleEndian = OneIn(2);
        Span<byte> wide = stackalloc byte[8];
        wide.Clear();
        field.CopyTo(isLittleEndian ? wide : wide[^size..]);
        var value = isLittleEndian ? BinaryPrimitives.ReadInt64LittleEndian(wide) : BinaryPrimitives.ReadInt64BigEndian(wide);
        value = OneIn(2) ? value + Next(17) - 8 : Pick(Extremes);
        if (isLittleEndian)
            BinaryPrimitives.WriteInt64LittleEndian(wide, value);
        else
            BinaryPrimitives.WriteInt64BigEndian(wide, value);
        (isLittleEndian ? wide[..size] : wide[^size..]).CopyTo(field);
        return copy;
    }

    private byte[] SetBytes(byte[] data, int count)
    {
        var copy = data.ToArray();
        for (var i = 0; i < count && copy.Length > 0; i++)
            copy[Position(copy.Length)] = OneIn(2) ? (byte)Next(256) : (byte)Pick(Extremes);
        return copy;
    }

    private byte[] FlipBits(byte[] data, int count)
    {
        var copy = data.ToArray();
        for (var i = 0; i < count && copy.Length > 0; i++)
            copy[Position(copy.Length)] ^= (byte)(1 << Next(8));
        return copy;
    }

    private int Position(int length) => Next(OneIn(2) ? Math.Min(length, FrontBytes) : length);

    private (int Start, int Length) Chunk(byte[] data)
    {
        var start = Position(data.Length);
        return (start, Math.Min(data.Length - start, OneIn(4) ? Next(data.Length + 1) : 1 + Next(32)));
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        foreach (ref var value in bytes.AsSpan())
            value = (byte)Next(256);
        return bytes;
    }
}
