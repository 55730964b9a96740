using System.IO.Compression;
using static System.FormattableString;

namespace NetCompiler.Imaging;

/// <summary>
/// Decodes PNG (W3C, second edition; ISO/IEC 15948): all colour types, bit depths, filters, palettes, transparency and interlacing.
/// Samples of 16 bits become 8 bits, rounded; of an animation it reads the picture that is not animated.
/// </summary>
/// <remarks>
/// Damage costs little memory. All chunks are checked first. A picture that its compressed bytes cannot fill is refused: deflate
/// expands at most 1032 times. Pixels that need more memory than the file's size and 15 MB are decompressed twice, the first time to
/// see that all is well, keeping nothing. So a refused file never takes more than twice its size and 16 MB.
/// </remarks>
internal sealed unsafe class PngDecoder
{
    private const int LargestExpansion = 1032;
    private const int Unchecked = 15 << 20;
    private const int ScratchLength = 1 << 16;

    private readonly string _name;
    private readonly PngLayout _layout;
    private readonly PngHeader _header;
    private readonly byte* _file;
    private readonly int _fileLength;

    private PngDecoder(byte* file, int fileLength, string name, PngLayout layout)
    {
        _file = file;
        _fileLength = fileLength;
        _name = name;
        _layout = layout;
        _header = layout.Header;
    }

    /// <summary>The first eight bytes of every file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Whether a file begins as PNG.</summary>
    public static bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Decodes a file.</summary>
    public static Image Decode(ReadOnlySpan<byte> file, string name, ImageReadOptions options)
    {
        var layout = PngLayout.Read(file, name, options);
        fixed (byte* pointer = file)
            return new PngDecoder(pointer, file.Length, name, layout).Decode();
    }

    private Image Decode()
    {
        var passes = _header.Interlaced ? PngPass.Adam7 : PngPass.Whole;
        var length = 0L;
        foreach (var pass in passes)
            length += pass.Rows(_header.Width, _header.Height) * (1L + _header.RowBytes(pass.Columns(_header.Width)));
        if (length > _layout.DataLength * LargestExpansion)
        {
            throw new MalformedFileException(
                _name,
                "pixels",
                Invariant($"{length} bytes of {_header.Width} × {_header.Height}"),
                Invariant($"{_layout.DataLength} compressed ones, which cannot hold them"));
        }

        var pixels = (long)_header.Width * _header.Height * _layout.Channels;
        if (pixels + 2L * _header.RowBytes(_header.Width) > _fileLength + (long)Unchecked)
            Read(passes, length, image: null);
        var image = new Image(_header.Width, _header.Height, _layout.Channels);
        Read(passes, length, image);
        return image;
    }

    /// <summary>Goes through all rows; without a picture to see whether they are well.</summary>
    private void Read(ReadOnlySpan<PngPass> passes, long length, Image? image)
    {
        using var stream = new ZLibStream(
            new PngDataStream(_file, _fileLength, _layout.DataStart, _layout.DataEnd), CompressionMode.Decompress);
        var source = new Source(stream, _name, length);
        // Only what a palette's indices are can be seen without undoing filters.
        var keepsRows = image is not null || _header.ColorType == PngColorType.Indexed;
        var rowLength = 1 + _header.RowBytes(_header.Width);
        var row = new byte[keepsRows ? rowLength : Math.Min(rowLength, ScratchLength)];
        var above = new byte[keepsRows ? rowLength : 0];
        foreach (var pass in passes)
        {
            var columns = pass.Columns(_header.Width);
            var rows = pass.Rows(_header.Width, _header.Height);
            rowLength = 1 + _header.RowBytes(columns);
            Array.Clear(above);
            for (var i = 0; i < rows; i++)
            {
                var y = pass.Y + i * pass.StepY;
                var part = row.AsSpan(0, Math.Min(rowLength, row.Length));
                source.Read(part);
                if (part[0] > PngFilter.Paeth)
                    throw new MalformedFileException(_name, Invariant($"filter of row {y}"), "0 to 4", part[0]);
                if (!keepsRows)
                {
                    source.Skip(rowLength - part.Length, row);
                    continue;
                }

                PngFilter.Undo(part[0], part[1..], above.AsSpan(1), _header.FilterDistance);
                if (_header.ColorType == PngColorType.Indexed)
                    CheckIndices(part[1..], columns, y);
                if (image is not null)
                    Convert(part[1..], columns, image.Row(y)[(pass.X * image.Channels)..], pass.StepX * image.Channels);
                (row, above) = (above, row);
            }
        }

        source.End();
    }

    private void CheckIndices(ReadOnlySpan<byte> row, int columns, int y)
    {
        var colors = _layout.Palette!.Length / 4;
        if (colors == 1 << _header.BitDepth)
            return;
        for (var i = 0; i < columns; i++)
        {
            if (Sample(row, i) >= colors)
            {
                throw new MalformedFileException(
                    _name, Invariant($"index in row {y}"), Invariant($"0 to {colors - 1}, as many as PLTE has"), Sample(row, i));
            }
        }
    }

    /// <summary>Turns the samples of a row into pixels, a step apart.</summary>
    private void Convert(ReadOnlySpan<byte> row, int columns, Span<byte> pixels, int step)
    {
        if (_header.BitDepth == 8 && _layout.Palette is null && _layout.TransparentColor is null && step == _header.Samples)
        {
            row[..(columns * step)].CopyTo(pixels);
            return;
        }

        var samples = _header.Samples;
        for (var i = 0; i < columns; i++)
        {
            var pixel = pixels[(i * step)..];
            if (_header.ColorType == PngColorType.Indexed)
            {
                _layout.Palette.AsSpan(4 * Sample(row, i), _layout.Channels).CopyTo(pixel);
                continue;
            }

            var isTransparent = _layout.TransparentColor is not null;
            for (var s = 0; s < samples; s++)
            {
                var sample = Sample(row, i * samples + s);
                pixel[s] = ToByte(sample);
                isTransparent = isTransparent && sample == _layout.TransparentColor![s];
            }

            if (_layout.TransparentColor is not null)
                pixel[samples] = isTransparent ? (byte)0 : (byte)255;
        }
    }

    private int Sample(ReadOnlySpan<byte> row, int index)
    {
        var depth = _header.BitDepth;
        if (depth == 8)
            return row[index];
        if (depth == 16)
            return row[2 * index] << 8 | row[2 * index + 1];
        var bit = index * depth;
        return row[bit >> 3] >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
    }

    private byte ToByte(int sample) => (byte)(_header.BitDepth switch
    {
        1 => sample * 255,
        2 => sample * 85,
        4 => sample * 17,
        8 => sample,
        _ => (sample * 255 + 32895) >> 16,
    });

    /// <summary>The decompressed bytes, of which there have to be exactly so many.</summary>
    private ref struct Source(ZLibStream stream, string name, long length)
    {
        private long _read;

        public void Read(Span<byte> bytes)
        {
            var read = ReadSome(bytes);
            _read += read;
            if (read < bytes.Length)
                throw Malformed(Invariant($"{_read}, where the compressed data ends"));
        }

        public void Skip(int count, Span<byte> scratch)
        {
            for (int part; count > 0; count -= part)
            {
                part = Math.Min(count, scratch.Length);
                Read(scratch[..part]);
            }
        }

        public readonly void End()
        {
            // The attempt to read on also checks the sum at the end of the compressed data.
            Span<byte> more = stackalloc byte[1];
            if (ReadSome(more) != 0)
                throw Malformed("more");
        }

        private readonly int ReadSome(Span<byte> bytes)
        {
            try
            {
                return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                throw new MalformedFileException(name, "compressed pixels", "data in zlib's format", "damage", e);
            }
        }

        private readonly MalformedFileException Malformed(string found) =>
            new(name, "pixels", Invariant($"{length} bytes"), found);
    }
}
