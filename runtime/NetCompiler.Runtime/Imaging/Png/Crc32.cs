namespace NetCompiler.Imaging;

/// <summary>The cyclic redundancy check of PNG's chunks (PNG, annex D), four bytes at a time.</summary>
internal static class Crc32
{
    private static readonly uint[] s_table = MakeTable();

    /// <summary>The check of some bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Finish(Append(Begin, bytes));

    /// <summary>The state before the first byte.</summary>
    public const uint Begin = 0xffff_ffff;

    /// <summary>The check, after the last byte.</summary>
    public static uint Finish(uint state) => ~state;

    /// <summary>Goes on with bytes.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        var table = s_table;
        var i = 0;
        for (; i + 4 <= bytes.Length; i += 4)
        {
            state ^= bytes[i] | (uint)bytes[i + 1] << 8 | (uint)bytes[i + 2] << 16 | (uint)bytes[i + 3] << 24;
            state = table[0x300 | (state & 0xff)] ^ table[0x200 | (state >> 8 & 0xff)]
                ^ table[0x100 | (state >> 16 & 0xff)] ^ table[state >> 24];
        }

        for (; i < bytes.Length; i++)
            state = table[(state ^ bytes[i]) & 0xff] ^ state >> 8;
        return state;
    }

    // The table after one zero byte more, three times.
    private static uint[] MakeTable()
    {
        var table = new uint[4 * 256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? 0xedb8_8320 ^ c >> 1 : c >> 1;
            table[n] = c;
        }

        for (var n = 256; n < table.Length; n++)
            table[n] = table[table[n - 256] & 0xff] ^ table[n - 256] >> 8;
        return table;
    }
}
