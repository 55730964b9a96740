using System.Buffers.Binary;
using static System.FormattableString;

namespace NetCompiler.Imaging;

/// <summary>
/// What a PNG file's chunks say, checked as a whole: order, lengths and CRCs of all of them, the ancillary ones included.
/// </summary>
internal sealed class PngLayout
{
    private static readonly uint s_ihdr = PngChunk.TypeOf("IHDR"u8);
    private static readonly uint s_plte = PngChunk.TypeOf("PLTE"u8);
    private static readonly uint s_trns = PngChunk.TypeOf("tRNS"u8);
    private static readonly uint s_idat = PngChunk.TypeOf("IDAT"u8);
    private static readonly uint s_iend = PngChunk.TypeOf("IEND"u8);

    private readonly string _name;

    private PngLayout(string name, PngHeader header)
    {
        _name = name;
        Header = header;
    }

    /// <summary>The IHDR chunk.</summary>
    public PngHeader Header { get; }

    /// <summary>Red, green, blue and alpha of each entry of the palette; null without one.</summary>
    public byte[]? Palette { get; private set; }

    /// <summary>The one colour that is transparent, a sample for each channel; null without one.</summary>
    public ushort[]? TransparentColor { get; private set; }

    /// <summary>Whether pixels have alpha.</summary>
    public bool HasAlpha { get; private set; }

    /// <summary>Where the first IDAT chunk begins.</summary>
    public int DataStart { get; private set; }

    /// <summary>Where the last IDAT chunk ends.</summary>
    public int DataEnd { get; private set; }

    /// <summary>Bytes of compressed data.</summary>
    public long DataLength { get; private set; }

    /// <summary>Channels of the decoded picture.</summary>
    public int Channels => (Header.ColorType is PngColorType.Gray or PngColorType.GrayAlpha ? 1 : 3) + (HasAlpha ? 1 : 0);

    /// <summary>Reads the chunks of a file, which begins with PNG's signature.</summary>
    public static PngLayout Read(ReadOnlySpan<byte> file, string name, ImageReadOptions options)
    {
        var chunk = PngChunk.Read(file, PngDecoder.Signature.Length, name);
        if (chunk.Type != s_ihdr)
            throw new MalformedFileException(name, "first chunk", "IHDR", PngChunk.NameOf(chunk.Type));
        var layout = new PngLayout(name, PngHeader.Parse(chunk.Data, name, options));
        layout.HasAlpha = layout.Header.ColorType is PngColorType.GrayAlpha or PngColorType.Rgba;
        do
        {
            chunk = PngChunk.Read(file, chunk.End, name);
            layout.Take(chunk);
        }
        while (chunk.Type != s_iend);
        if (layout.DataEnd == 0)
            throw layout.Malformed("chunks", "IDAT before IEND", "none");
        return layout;
    }

    private void Take(in PngChunk chunk)
    {
        if (chunk.Type == s_idat)
            TakeData(chunk);
        else if (chunk.Type == s_plte)
            TakePalette(chunk.Data);
        else if (chunk.Type == s_trns)
            TakeTransparency(chunk.Data);
        else if (chunk.Type == s_iend && !chunk.Data.IsEmpty)
            throw Malformed("length of IEND", 0, chunk.Data.Length);
        else if (chunk.Type != s_iend && chunk.IsCritical)
            throw Malformed("chunks", "PLTE, IDAT, IEND and ancillary ones behind IHDR", PngChunk.NameOf(chunk.Type));
    }

    private void TakeData(in PngChunk chunk)
    {
        if (DataEnd == 0)
        {
            if (Header.ColorType == PngColorType.Indexed && Palette is null)
                throw Malformed("chunks", "PLTE before IDAT for colour type 3", "none");
            DataStart = chunk.Start;
        }
        else if (DataEnd != chunk.Start)
        {
            throw Malformed("chunks", "IDAT chunks one behind the other", "others between them");
        }

        DataEnd = chunk.End;
        DataLength += chunk.Data.Length;
    }

    private void TakePalette(ReadOnlySpan<byte> data)
    {
        if (Palette is not null || DataEnd != 0)
            throw Malformed("chunks", "one PLTE, before IDAT", Palette is not null ? "a second one" : "one behind it");
        if (Header.ColorType is PngColorType.Gray or PngColorType.GrayAlpha)
            throw Malformed("chunks", "no PLTE in a grey picture", "PLTE");
        // Where pixels are no indices, a palette is a suggestion for screens of few colours.
        var most = Header.ColorType == PngColorType.Indexed ? 1 << Header.BitDepth : 256;
        if (data.Length % 3 != 0 || data.IsEmpty || data.Length > 3 * most)
            throw Malformed("length of PLTE", Invariant($"3 bytes for each of 1 to {most} colours"), data.Length);
        Palette = new byte[data.Length / 3 * 4];
        for (var i = 0; i < data.Length / 3; i++)
        {
            data.Slice(3 * i, 3).CopyTo(Palette.AsSpan(4 * i));
            Palette[4 * i + 3] = 255;
        }
    }

    private void TakeTransparency(ReadOnlySpan<byte> data)
    {
        if (HasAlpha || DataEnd != 0)
            throw Malformed("chunks", "one tRNS, before IDAT, in a picture without alpha", DataEnd != 0 ? "one behind it" : "one too many");
        HasAlpha = true;
        if (Header.ColorType == PngColorType.Indexed)
        {
            if (Palette is null)
                throw Malformed("chunks", "PLTE before tRNS", "none");
            if (data.Length > Palette.Length / 4)
                throw Malformed("length of tRNS", Invariant($"at most {Palette.Length / 4}, as many as colours"), data.Length);
            for (var i = 0; i < data.Length; i++)
                Palette[4 * i + 3] = data[i];
            return;
        }

        if (data.Length != 2 * Header.Samples)
            throw Malformed("length of tRNS", 2 * Header.Samples, data.Length);
        TransparentColor = new ushort[Header.Samples];
        for (var i = 0; i < TransparentColor.Length; i++)
            TransparentColor[i] = BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]);
    }

    private MalformedFileException Malformed(string field, object expected, object found) => new(_name, field, expected, found);
}
