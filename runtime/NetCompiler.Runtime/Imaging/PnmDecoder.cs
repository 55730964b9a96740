using System.Buffers.Binary;
using static System.FormattableString;

namespace NetCompiler.Imaging;

/// <summary>
/// Decodes PGM and PPM, plain (P2, P3) and raw (P5, P6), as Netpbm specifies them (https://netpbm.sourceforge.net/doc/pgm.html,
/// ppm.html). Samples are scaled from their maximum to 255. Of several pictures in a file it reads the first.
/// </summary>
internal ref struct PnmDecoder
{
    private readonly ReadOnlySpan<byte> _file;
    private readonly string _name;
    private int _position = 2;

    private PnmDecoder(ReadOnlySpan<byte> file, string name)
    {
        _file = file;
        _name = name;
    }

    /// <summary>Whether a file begins as PGM or PPM.</summary>
    public static bool Recognises(ReadOnlySpan<byte> file) =>
        file.Length > 2
        && file[0] == 'P'
        && file[1] is (byte)'2' or (byte)'3' or (byte)'5' or (byte)'6'
        && (IsSpace(file[2]) || file[2] == '#');

    /// <summary>Decodes a file.</summary>
    public static Image Decode(ReadOnlySpan<byte> file, string name, ImageReadOptions options)
    {
        var decoder = new PnmDecoder(file, name);
        var channels = file[1] is (byte)'3' or (byte)'6' ? 3 : 1;
        var width = decoder.HeaderNumber("width");
        var height = decoder.HeaderNumber("height");
        var maximum = decoder.HeaderNumber("maximum");
        if (maximum is < 1 or > 65535)
            throw new MalformedFileException(name, "maximum", "1 to 65535", maximum);
        ImageFile.CheckSize(name, width, height, channels, options);
        return file[1] >= (byte)'5'
            ? decoder.Raw(width, height, channels, maximum)
            : decoder.Plain(width, height, channels, maximum);
    }

    private static bool IsSpace(byte c) => c is (byte)' ' or (>= 9 and <= 13);

    private static byte Scale(int sample, int maximum) => (byte)(maximum == 255 ? sample : (sample * 255 + maximum / 2) / maximum);

    private Image Raw(int width, int height, int channels, int maximum)
    {
        // Exactly one white space stands between the header and the samples.
        if (_position == _file.Length || !IsSpace(_file[_position]))
            throw new MalformedFileException(_name, "maximum", "a white space behind it", Here());
        var samples = (long)width * height * channels;
        var size = maximum > 255 ? 2 : 1;
        var data = _file[(_position + 1)..];
        if (data.Length < samples * size)
            throw new MalformedFileException(_name, "samples", Invariant($"{samples * size} bytes"), data.Length);

        var image = new Image(width, height, channels);
        var pixels = image.Pixels;
        for (var i = 0; i < pixels.Length; i++)
        {
            var sample = size == 1 ? data[i] : BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]);
            pixels[i] = Scale(CheckSample(sample, maximum, i), maximum);
        }

        return image;
    }

    private Image Plain(int width, int height, int channels, int maximum)
    {
        // A digit and a white space each, at least.
        var samples = (long)width * height * channels;
        var most = (_file.Length - _position) / 2;
        if (samples > most)
            throw new MalformedFileException(_name, "samples", samples, Invariant($"room for {most}"));

        var image = new Image(width, height, channels);
        var pixels = image.Pixels;
        for (var i = 0; i < pixels.Length; i++)
        {
            while (_position < _file.Length && IsSpace(_file[_position]))
                _position++;
            pixels[i] = Scale(CheckSample(Number("samples"), maximum, i), maximum);
        }

        return image;
    }

    private readonly int CheckSample(int sample, int maximum, int index) =>
        sample <= maximum
            ? sample
            : throw new MalformedFileException(_name, Invariant($"sample {index}"), Invariant($"0 to {maximum}"), sample);

    private int HeaderNumber(string field)
    {
        while (_position < _file.Length && (IsSpace(_file[_position]) || _file[_position] == '#'))
        {
            if (_file[_position++] != '#')
                continue;
            while (_position < _file.Length && _file[_position] is not ((byte)'\n' or (byte)'\r'))
                _position++;
        }

        return Number(field);
    }

    private int Number(string field)
    {
        const int Largest = 1_000_000_000;
        var start = _position;
        var value = 0L;
        for (; _position < _file.Length && _file[_position] is >= (byte)'0' and <= (byte)'9'; _position++)
            value = Math.Min(value * 10 + (_file[_position] - '0'), Largest);
        return _position > start ? (int)value : throw new MalformedFileException(_name, field, "a number", Here());
    }

    private readonly string Here() =>
        _position == _file.Length ? "the end of the file" : Invariant($"byte 0x{_file[_position]:x2} at {_position}");
}
