using static System.FormattableString;

namespace NetCompiler.Imaging;

/// <summary>Reads files of any format that there is a decoder for.</summary>
internal static class ImageFile
{
    private const int LargestSegment = 1 << 20;
    private const string Formats = "PNG, PGM (P2, P5) or PPM (P3, P6)";

    /// <summary>Decodes a file, by the decoder for its first bytes.</summary>
    public static Image Decode(ReadOnlySpan<byte> file, string name, ImageReadOptions options)
    {
        if (PngDecoder.Recognises(file))
            return PngDecoder.Decode(file, name, options);
        if (PnmDecoder.Recognises(file))
            return PnmDecoder.Decode(file, name, options);
        throw new MalformedFileException(name, "format", Formats, Guess(file));
    }

    /// <summary>Checks what a file says of its size, before memory is asked for.</summary>
    public static void CheckSize(string name, long width, long height, int channels, ImageReadOptions options)
    {
        const int LongestSide = 1_000_000;
        if (width is < 1 or > LongestSide)
            throw new MalformedFileException(name, "width", Invariant($"1 to {LongestSide}"), width);
        if (height is < 1 or > LongestSide)
            throw new MalformedFileException(name, "height", Invariant($"1 to {LongestSide}"), height);
        var limit = Math.Min(options.MaxPixels, Array.MaxLength / channels);
        if (width * height > limit)
            throw new MalformedFileException(name, "size", Invariant($"at most {limit} pixels"), Invariant($"{width} × {height}"));
    }

    /// <summary>Reads the rest of a stream; memory grows with what is there.</summary>
    public static byte[] ReadToEnd(Stream stream, string name)
    {
        var length = stream.CanSeek ? stream.Length - stream.Position : 0;
        if (length > Array.MaxLength)
            throw new MalformedFileException(name, "length", Invariant($"at most {Array.MaxLength} bytes"), length);
        if (length > 0)
        {
            var bytes = new byte[length];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return read == bytes.Length ? bytes : bytes[..read];
        }

        // Pipes do not say how much there is.
        var segments = new List<byte[]>();
        var total = 0;
        while (true)
        {
            var segment = new byte[Math.Clamp(total, 1 << 12, LargestSegment)];
            var read = stream.ReadAtLeast(segment, segment.Length, throwOnEndOfStream: false);
            segments.Add(segment);
            if (total > Array.MaxLength - read)
                throw new MalformedFileException(name, "length", Invariant($"at most {Array.MaxLength} bytes"), "more");
            total += read;
            if (read < segment.Length)
                return Join(segments, total);
        }
    }

    private static byte[] Join(List<byte[]> segments, int length)
    {
        var bytes = new byte[length];
        var rest = bytes.AsSpan();
        foreach (var segment in segments)
        {
            var part = segment.AsSpan(0, Math.Min(segment.Length, rest.Length));
            part.CopyTo(rest);
            rest = rest[part.Length..];
        }

        return bytes;
    }

    // The formats that people are most likely to hand in all the same.
    private static string Guess(ReadOnlySpan<byte> file) =>
        file.IsEmpty ? "an empty file"
        : file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) ? "JPEG"
        : file.StartsWith("GIF8"u8) ? "GIF"
        : file.StartsWith("BM"u8) ? "BMP"
        : file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8) ? "WebP"
        : file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) ? "TIFF"
        : file.Length >= 2 && file[0] == 'P' && file[1] is (byte)'1' or (byte)'4' or (byte)'7' ? $"PNM of kind P{(char)file[1]}"
        : $"bytes {Convert.ToHexString(file[..Math.Min(8, file.Length)])}";
}
