using System.Buffers.Binary;
using System.IO.Compression;

namespace NetCompiler.Imaging;

/// <summary>
/// Encodes PNG, 8 bits a sample, not interlaced. Each row gets the filter whose bytes, taken as signed numbers, have the smallest sum
/// of magnitudes (PNG, 12.8).
/// </summary>
internal static class PngEncoder
{
    /// <summary>Writes a picture.</summary>
    public static void Write(Image image, Stream stream)
    {
        stream.Write(PngDecoder.Signature);
        Span<byte> header = stackalloc byte[PngHeader.Length];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        header[9] = (byte)(image.Channels switch
        {
            1 => PngColorType.Gray,
            2 => PngColorType.GrayAlpha,
            3 => PngColorType.Rgb,
            _ => PngColorType.Rgba,
        });
        WriteChunk(stream, "IHDR"u8, header);
        using var data = new MemoryStream();
        using (var compressed = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
            WriteRows(image, compressed);
        WriteChunk(stream, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static void WriteRows(Image image, Stream stream)
    {
        var length = image.Width * image.Channels;
        var best = new byte[length + 1];
        var other = new byte[length + 1];
        ReadOnlySpan<byte> above = new byte[length];
        for (var y = 0; y < image.Height; y++)
        {
            var smallest = long.MaxValue;
            for (var filter = PngFilter.None; filter <= PngFilter.Paeth; filter++)
            {
                other[0] = filter;
                PngFilter.Apply(filter, image.Row(y), above, image.Channels, other.AsSpan(1));
                var cost = Cost(other.AsSpan(1));
                if (cost >= smallest)
                    continue;
                smallest = cost;
                (best, other) = (other, best);
            }

            stream.Write(best);
            above = image.Row(y);
        }
    }

    private static long Cost(ReadOnlySpan<byte> filtered)
    {
        var sum = 0L;
        foreach (var value in filtered)
            sum += Math.Abs((int)(sbyte)value);
        return sum;
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Finish(Crc32.Append(Crc32.Append(Crc32.Begin, type), data)));
        stream.Write(number);
    }
}
