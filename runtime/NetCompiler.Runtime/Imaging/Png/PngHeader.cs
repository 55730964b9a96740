using System.Buffers.Binary;
using static System.FormattableString;

namespace NetCompiler.Imaging;

/// <summary>The IHDR chunk (PNG, 11.2.2).</summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="BitDepth">Bits of a sample: 1, 2, 4, 8 or 16.</param>
/// <param name="ColorType">What the samples of a pixel are.</param>
/// <param name="Interlaced">Whether rows and columns come in seven passes (Adam7).</param>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColorType ColorType, bool Interlaced)
{
    /// <summary>Bytes of the chunk.</summary>
    public const int Length = 13;

    /// <summary>Samples of a pixel in the file.</summary>
    public int Samples => ColorType switch
    {
        PngColorType.Rgb => 3,
        PngColorType.GrayAlpha => 2,
        PngColorType.Rgba => 4,
        _ => 1,
    };

    /// <summary>How far back filters look for the pixel on the left, in bytes.</summary>
    public int FilterDistance => Math.Max(1, Samples * BitDepth / 8);

    /// <summary>Bytes of a row of so many pixels, without its filter.</summary>
    public int RowBytes(int width) => (int)(((long)width * Samples * BitDepth + 7) / 8);

    /// <summary>Reads and checks the chunk.</summary>
    public static PngHeader Parse(ReadOnlySpan<byte> data, string name, ImageReadOptions options)
    {
        if (data.Length != Length)
            throw new MalformedFileException(name, "length of IHDR", Length, data.Length);
        long width = BinaryPrimitives.ReadUInt32BigEndian(data);
        long height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        var (depth, type) = (data[8], (PngColorType)data[9]);
        var depths = type switch
        {
            PngColorType.Gray => "1, 2, 4, 8 or 16",
            PngColorType.Indexed => "1, 2, 4 or 8",
            PngColorType.Rgb or PngColorType.GrayAlpha or PngColorType.Rgba => "8 or 16",
            _ => throw new MalformedFileException(name, "colour type", "0, 2, 3, 4 or 6", data[9]),
        };
        var fits = depth switch
        {
            1 or 2 or 4 => type is PngColorType.Gray or PngColorType.Indexed,
            8 => true,
            16 => type != PngColorType.Indexed,
            _ => false,
        };
        if (!fits)
            throw new MalformedFileException(name, "bit depth", Invariant($"{depths} for colour type {data[9]}"), depth);
        if (data[10] != 0)
            throw new MalformedFileException(name, "compression method", 0, data[10]);
        if (data[11] != 0)
            throw new MalformedFileException(name, "filter method", 0, data[11]);
        if (data[12] > 1)
            throw new MalformedFileException(name, "interlace method", "0 or 1", data[12]);
        ImageFile.CheckSize(name, width, height, channels: 4, options);
        return new PngHeader((int)width, (int)height, depth, type, data[12] == 1);
    }
}
