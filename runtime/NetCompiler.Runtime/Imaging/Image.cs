using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler.Imaging;

/// <summary>
/// A picture of 8-bit samples: row after row from the top, the channels of a pixel side by side. 1 channel is grey, 2 are grey and
/// alpha, 3 are red, green and blue, 4 are those and alpha; alpha is straight (not multiplied into the colours), 255 is opaque.
/// </summary>
public sealed class Image
{
    private readonly byte[] _pixels;

    /// <summary>Makes a picture of zeros: black, and transparent where it has alpha.</summary>
    /// <param name="width">Pixels of a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 to 4.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public Image(int width, int height, int channels)
        : this(width, height, channels, new byte[LengthOf(width, height, channels)])
    {
    }

    /// <summary>Makes a picture of pixels, which are used, not copied.</summary>
    /// <param name="width">Pixels of a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 to 4.</param>
    /// <param name="pixels">width × height × channels samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">Width, height or channels are outside their ranges.</exception>
    /// <exception cref="ArgumentException">There are more or fewer samples.</exception>
    public Image(int width, int height, int channels, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var length = LengthOf(width, height, channels);
        if (pixels.Length != length)
        {
            throw new ArgumentException(
                Invariant($"A picture of {width} × {height} × {channels}: expected {length} samples, found {pixels.Length}."),
                nameof(pixels));
        }

        Width = width;
        Height = height;
        Channels = channels;
        _pixels = pixels;
    }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Samples of a pixel: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.</summary>
    public int Channels { get; }

    /// <summary>Whether the last channel is alpha.</summary>
    public bool HasAlpha => Channels is 2 or 4;

    /// <summary>All samples, (height, width, channels).</summary>
    public Span<byte> Pixels => _pixels;

    /// <summary>One sample.</summary>
    /// <param name="x">The column, from the left.</param>
    /// <param name="y">The row, from the top.</param>
    /// <param name="channel">The channel.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such sample.</exception>
    public byte this[int x, int y, int channel = 0]
    {
        get => _pixels[IndexOf(x, y, channel)];
        set => _pixels[IndexOf(x, y, channel)] = value;
    }

    /// <summary>Reads a picture: PNG, PGM or PPM, told apart by their first bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="MalformedFileException">
    /// The file is of another format, damaged, or beyond the limits. No more memory was used than twice its size and 16 MB.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Image Load(string path, ImageReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // Without a buffer of its own: the file is read in one piece.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Load(stream, path, options);
    }

    /// <summary>Reads a picture from a stream, from where it stands to its end. The stream stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="MalformedFileException">The stream is of another format, damaged, or beyond the limits.</exception>
    public static Image Load(Stream stream, string name = "stream", ImageReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ImageFile.Decode(ImageFile.ReadToEnd(stream, name), name, options ?? ImageReadOptions.Default);
    }

    /// <summary>Reads a picture from memory.</summary>
    /// <param name="file">The bytes of a PNG, PGM or PPM file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="MalformedFileException">The bytes are of another format, damaged, or beyond the limits.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, string name = "image", ImageReadOptions? options = null) =>
        ImageFile.Decode(file, name, options ?? ImageReadOptions.Default);

    /// <summary>Makes a picture from planes, as networks have them.</summary>
    /// <param name="planes">The samples, (channels, height, width).</param>
    /// <param name="channels">1 to 4.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Pixels of a row, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Width, height or channels are outside their ranges.</exception>
    /// <exception cref="ArgumentException">There are more or fewer samples.</exception>
    public static Image FromChannelsFirst(ReadOnlySpan<byte> planes, int channels, int height, int width)
    {
        var length = LengthOf(width, height, channels);
        if (planes.Length != length)
        {
            throw new ArgumentException(
                Invariant($"A picture of {channels} × {height} × {width}: expected {length} samples, found {planes.Length}."),
                nameof(planes));
        }

        var image = new Image(width, height, channels);
        var plane = length / channels;
        for (var channel = 0; channel < channels; channel++)
        {
            for (int i = 0, o = channel; i < plane; i++, o += channels)
                image._pixels[o] = planes[channel * plane + i];
        }

        return image;
    }

    /// <summary>Copies the samples plane after plane, as a network of bytes takes them.</summary>
    /// <param name="destination">Room for exactly all samples, (channels, height, width).</param>
    /// <exception cref="ArgumentException">There is more or less room.</exception>
    public void ToChannelsFirst(Span<byte> destination)
    {
        CheckRoom(destination.Length);
        var plane = Width * Height;
        for (var channel = 0; channel < Channels; channel++)
        {
            for (int i = channel, o = channel * plane; i < _pixels.Length; i += Channels, o++)
                destination[o] = _pixels[i];
        }
    }

    /// <summary>Copies the samples plane after plane as floats: (sample / 255 − mean) / deviation, as torchvision normalises.</summary>
    /// <param name="destination">Room for exactly all samples, (channels, height, width).</param>
    /// <param name="mean">The mean of each channel, in units of 0 to 1; empty for 0.</param>
    /// <param name="deviation">The standard deviation of each channel, in units of 0 to 1; empty for 1.</param>
    /// <exception cref="ArgumentException">There is more or less room; means or deviations are not as many as the channels.</exception>
    public void ToChannelsFirst(Span<float> destination, ReadOnlySpan<float> mean = default, ReadOnlySpan<float> deviation = default)
    {
        CheckRoom(destination.Length);
        CheckChannels(mean.Length, nameof(mean));
        CheckChannels(deviation.Length, nameof(deviation));
        var plane = Width * Height;
        for (var channel = 0; channel < Channels; channel++)
        {
            var scale = 1f / (deviation.IsEmpty ? 1f : deviation[channel]);
            var shift = mean.IsEmpty ? 0f : mean[channel];
            for (int i = channel, o = channel * plane; i < _pixels.Length; i += Channels, o++)
                destination[o] = (_pixels[i] / 255f - shift) * scale;
        }
    }

    /// <summary>
    /// The picture in grey, 1 channel: luma as in ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, to the same bits as Pillow's mode L. Alpha
    /// is left out; <see cref="Over"/> blends with a background first.
    /// </summary>
    /// <returns>A picture of its own.</returns>
    public Image ToGray()
    {
        var gray = new Image(Width, Height, 1);
        for (int i = 0, o = 0; i < _pixels.Length; i += Channels, o++)
        {
            gray._pixels[o] = Channels < 3
                ? _pixels[i]
                : (byte)((_pixels[i] * 19595 + _pixels[i + 1] * 38470 + _pixels[i + 2] * 7471 + 0x8000) >> 16);
        }

        return gray;
    }

    /// <summary>
    /// The picture in red, green and blue, 3 channels. Alpha is left out; <see cref="Over"/> blends with a background first.
    /// </summary>
    /// <returns>A picture of its own.</returns>
    public Image ToRgb()
    {
        var rgb = new Image(Width, Height, 3);
        for (int i = 0, o = 0; i < _pixels.Length; i += Channels, o += 3)
        {
            rgb._pixels[o] = _pixels[i];
            rgb._pixels[o + 1] = _pixels[Channels < 3 ? i : i + 1];
            rgb._pixels[o + 2] = _pixels[Channels < 3 ? i : i + 2];
        }

        return rgb;
    }

    /// <summary>Lays the picture over a background of one grey, which shows where alpha lets it: without alpha afterwards.</summary>
    /// <param name="background">0 for black, 255 for white.</param>
    /// <returns>A picture of its own, of 1 or 3 channels.</returns>
    public Image Over(byte background)
    {
        var colors = Channels < 3 ? 1 : 3;
        var result = new Image(Width, Height, colors);
        for (int i = 0, o = 0; i < _pixels.Length; i += Channels, o += colors)
        {
            var alpha = HasAlpha ? _pixels[i + colors] : 255;
            for (var c = 0; c < colors; c++)
                result._pixels[o + c] = (byte)((_pixels[i + c] * alpha + background * (255 - alpha) + 127) / 255);
        }

        return result;
    }

    /// <summary>The picture with light and dark exchanged; alpha stays.</summary>
    /// <returns>A picture of its own.</returns>
    public Image Invert()
    {
        var result = new Image(Width, Height, Channels, (byte[])_pixels.Clone());
        var colors = HasAlpha ? Channels - 1 : Channels;
        for (var i = 0; i < _pixels.Length; i += Channels)
        {
            for (var c = 0; c < colors; c++)
                result._pixels[i + c] ^= 0xff;
        }

        return result;
    }

    /// <summary>Cuts out a rectangle.</summary>
    /// <param name="x">Its left column.</param>
    /// <param name="y">Its upper row.</param>
    /// <param name="width">Its pixels of a row, at least 1.</param>
    /// <param name="height">Its rows, at least 1.</param>
    /// <returns>A picture of its own.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is not within the picture.</exception>
    public Image Crop(int x, int y, int width, int height)
    {
        CheckRange(x, width, Width, nameof(x), nameof(width));
        CheckRange(y, height, Height, nameof(y), nameof(height));
        var result = new Image(width, height, Channels);
        for (var row = 0; row < height; row++)
            _pixels.AsSpan(IndexOf(x, y + row, 0), width * Channels).CopyTo(result.Row(row));
        return result;
    }

    /// <summary>
    /// The picture in another size: bilinear, and averaging over all pixels that fall into one where it shrinks, to the same bits as
    /// Pillow's BILINEAR (torchvision's <c>antialias=True</c>). Colours count by their alpha.
    /// </summary>
    /// <param name="width">Pixels of a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <returns>A picture of its own.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or beyond what an array holds.</exception>
    public Image Resize(int width, int height)
    {
        _ = LengthOf(width, height, Channels);
        return Resampler.Resize(this, width, height);
    }

    /// <summary>One row.</summary>
    /// <param name="y">The row, from the top.</param>
    /// <returns>Its samples, (width, channels), not copied.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<byte> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        return _pixels.AsSpan(y * Width * Channels, Width * Channels);
    }

    /// <summary>Writes the picture as PNG, and replaces a file of that name only when the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SavePng(string path) => AtomicFile.Write(path, WritePng);

    /// <summary>Writes the picture as PNG.</summary>
    /// <param name="stream">Where to. It stays open.</param>
    public void WritePng(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        PngEncoder.Write(this, stream);
    }

    /// <summary>The picture as the bytes of a PNG file.</summary>
    public byte[] ToPng()
    {
        using var stream = new MemoryStream();
        PngEncoder.Write(this, stream);
        return stream.ToArray();
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Width} × {Height} × {Channels}");

    private static int LengthOf(int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        var length = (Int128)width * height * channels;
        if (length > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(height),
                Invariant($"A picture of {width} × {height} × {channels}: expected at most {Array.MaxLength} samples, found {length}."));
        }

        return (int)length;
    }

    private static void CheckRange(int first, int count, int extent, string firstName, string countName)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first, firstName);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, countName);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, extent - first, countName);
    }

    private void CheckRoom(int length)
    {
        if (length != _pixels.Length)
        {
            throw new ArgumentException(
                Invariant($"A picture of {this}: expected room for {_pixels.Length} samples, found {length}."), "destination");
        }
    }

    private void CheckChannels(int count, string argument)
    {
        if (count != 0 && count != Channels)
            throw new ArgumentException(Invariant($"A picture of {this}: expected {Channels} numbers or none, found {count}."), argument);
    }

    private int IndexOf(int x, int y, int channel)
    {
        if ((uint)x >= (uint)Width || (uint)y >= (uint)Height || (uint)channel >= (uint)Channels)
        {
            throw new IndexOutOfRangeException(
                Invariant($"A picture of {this} has no sample at x = {x}, y = {y}, channel = {channel}."));
        }

        return (y * Width + x) * Channels + channel;
    }
}
