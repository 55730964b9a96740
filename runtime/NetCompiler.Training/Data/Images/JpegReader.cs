using System.Runtime.InteropServices;
using NetCompiler.Imaging;

namespace NetCompiler.Training.Data;

/// <summary>
/// Reads JPEG (ITU-T T.81), baseline and progressive, through libjpeg-turbo, which has to be installed: <c>libturbojpeg.so.0</c>, on
/// Debian and Ubuntu in the package libturbojpeg0, on Fedora in turbojpeg.
/// </summary>
public static unsafe class JpegReader
{
    /// <summary>Whether a file is a JPEG, by its first bytes.</summary>
    /// <param name="file">The file.</param>
    public static bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]);

    /// <summary>Decodes a picture: 1 channel where the file is grey, else red, green and blue.</summary>
    /// <param name="file">The bytes of a JPEG file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="MalformedFileException">The file is of another format, damaged, of inks (CMYK), or beyond the limits.</exception>
    /// <exception cref="DllNotFoundException">The library is not there; the message says what to install.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, string name = "image", ImageReadOptions? options = null)
    {
        if (!Recognises(file))
            throw new MalformedFileException(name, "format", "JPEG", $"bytes {Convert.ToHexString(file[..Math.Min(8, file.Length)])}");
        var handle = Begin(name, TurboJpeg.InitDecompress);
        try
        {
            fixed (byte* bytes = file)
                return Decode(handle, bytes, new CULong((nuint)file.Length), name, options ?? ImageReadOptions.Default);
        }
        finally
        {
            _ = TurboJpeg.Destroy(handle);
        }
    }

    /// <summary>Makes the decoder, and says what is missing where its library is not there.</summary>
    internal static nint Begin(string name, Func<nint> init)
    {
        try
        {
            return init() is not 0 and var handle ? handle : throw new InvalidOperationException($"{name}: {TurboJpeg.ErrorText()}.");
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new DllNotFoundException(
                $"{name}: JPEG files are read through libjpeg-turbo, and {TurboJpeg.Library} is not found. Install it (Debian, Ubuntu: "
                + "apt install libturbojpeg0; Fedora: dnf install turbojpeg), or convert the pictures to PNG.",
                e);
        }
    }

    private static Image Decode(nint handle, byte* file, CULong length, string name, ImageReadOptions options)
    {
        if (TurboJpeg.DecompressHeader(handle, file, length, out var width, out var height, out _, out var colorSpace) != 0)
            throw new MalformedFileException(name, "JPEG header", "one that can be read", TurboJpeg.ErrorText());
        // A file may end before it says what it shows.
        if (width < 1 || height < 1)
            throw new MalformedFileException(name, "JPEG header", "the size of a picture", "none");
        if (colorSpace >= TurboJpeg.Cmyk)
            throw new MalformedFileException(name, "colour space", "grey, RGB or YCbCr", "CMYK or YCCK");
        var channels = colorSpace == TurboJpeg.Gray ? 1 : 3;
        var limit = Math.Min(options.MaxPixels, Array.MaxLength / channels);
        if ((long)width * height > limit)
            throw new MalformedFileException(name, "size", $"at most {limit} pixels", FormattableString.Invariant($"{width} × {height}"));

        var image = new Image(width, height, channels);
        var format = channels == 1 ? TurboJpeg.GrayPixels : TurboJpeg.RgbPixels;
        fixed (byte* pixels = image.Pixels)
        {
            // Warnings, as that the file ends too early, count as errors.
            if (TurboJpeg.Decompress(handle, file, length, pixels, width, width * channels, height, format, flags: 0) != 0)
                throw new MalformedFileException(name, "JPEG data", "what can be decoded", TurboJpeg.ErrorText());
        }
        return image;
    }
}
