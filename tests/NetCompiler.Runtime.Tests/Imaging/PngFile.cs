using System.Buffers.Binary;
using System.IO.Compression;

namespace NetCompiler.Runtime.Tests.Imaging;

/// <summary>
/// Writes PNG files of every kind the format has, straightforwardly: bit by bit, by the formulas of the specification, sharing no code
/// with the decoder under test. Fields can be given wrong on purpose.
/// </summary>
internal sealed class PngFile
{
    private static readonly (int X, int Y, int Dx, int Dy)[] s_adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public int Width { get; init; } = 13;

    public int Height { get; init; } = 11;

    public int Depth { get; init; } = 8;

    public int ColorType { get; init; }

    public bool Interlaced { get; init; }

    /// <summary>The filter of a row, by its number among all rows that are written.</summary>
    public Func<int, int> Filter { get; init; } = _ => 0;

    /// <summary>The sample of a channel at a place, within the depth.</summary>
    public required Func<int, int, int, int> Sample { get; init; }

    public byte[]? Palette { get; init; }

    public byte[]? Transparency { get; init; }

    /// <summary>Bytes of each IDAT chunk.</summary>
    public int DataChunk { get; init; } = 50;

    public int Channels => ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    public byte[] ToBytes() => Join(Chunks());

    /// <summary>The file's chunks, to be changed and joined.</summary>
    public List<(string Type, byte[] Data)> Chunks()
    {
        var chunks = new List<(string, byte[])> { ("IHDR", Header()), ("gAMA", [0, 0, 0xb1, 0x8f]) };
        if (Palette is not null)
            chunks.Add(("PLTE", Palette));
        if (Transparency is not null)
            chunks.Add(("tRNS", Transparency));
        foreach (var part in Deflate(Rows()).Chunk(DataChunk))
            chunks.Add(("IDAT", part));
        chunks.Add(("tEXt", [.. "Comment\0nothing"u8]));
        chunks.Add(("IEND", []));
        return chunks;
    }

    public byte[] Header()
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        header[8] = (byte)Depth;
        header[9] = (byte)ColorType;
        header[12] = (byte)(Interlaced ? 1 : 0);
        return header;
    }

    public static byte[] Join(IEnumerable<(string Type, byte[] Data)> chunks) =>
        [0x89, .. "PNG\r\n"u8, 0x1a, .. "\n"u8, .. chunks.SelectMany(c => Chunk(c.Type, c.Data))];

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] checkedPart = [.. type.Select(c => (byte)c), .. data];
        var chunk = new byte[4 + checkedPart.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        checkedPart.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc(checkedPart));
        return chunk;
    }

    public static byte[] Deflate(byte[] data)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.SmallestSize, leaveOpen: true))
            zlib.Write(data);
        return stream.ToArray();
    }

    /// <summary>The rows before compression: filter bytes and filtered samples.</summary>
    public byte[] Rows()
    {
        var rows = new List<byte>();
        var number = 0;
        foreach (var (x0, y0, dx, dy) in Interlaced ? s_adam7 : [(0, 0, 1, 1)])
        {
            byte[]? above = null;
            for (var y = y0; y < Height && x0 < Width; y += dy)
            {
                var row = Pack(y, x0, dx);
                var filter = Filter(number++);
                rows.Add((byte)filter);
                rows.AddRange(Filtered(row, above ?? new byte[row.Length], filter));
                above = row;
            }
        }
        return [.. rows];
    }

    private byte[] Pack(int y, int x0, int dx)
    {
        var bits = new List<int>();
        for (var x = x0; x < Width; x += dx)
        {
            for (var c = 0; c < Channels; c++)
            {
                for (var bit = Depth - 1; bit >= 0; bit--)
                    bits.Add(Sample(x, y, c) >> bit & 1);
            }
        }
        return [.. bits.Chunk(8).Select(b => (byte)b.Select((bit, i) => bit << (7 - i)).Sum())];
    }

    private byte[] Filtered(byte[] row, byte[] above, int filter)
    {
        var distance = Math.Max(1, Channels * Depth / 8);
        var result = new byte[row.Length];
        for (var i = 0; i < row.Length; i++)
        {
            int a = i >= distance ? row[i - distance] : 0, b = above[i], c = i >= distance ? above[i - distance] : 0;
            var p = a + b - c;
            int pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
            var paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
            result[i] = (byte)(row[i] - filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => paeth, _ => 0 });
        }
        return result;
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = ~0u;
        foreach (var value in bytes)
        {
            for (var bit = 0; bit < 8; bit++)
                crc = (((crc ^ (uint)value >> bit) & 1) != 0 ? 0xedb88320u : 0) ^ crc >> 1;
        }
        return ~crc;
    }
}
