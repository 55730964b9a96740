using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NetCompiler.Imaging;
using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Data;

/// <summary>
/// Files that Pillow 9.4 wrote, and what it reads in them. Where libjpeg-turbo is not installed, what is tested is that the message
/// says so.
/// </summary>
public sealed class JpegReaderTests
{
    /// <summary>16 × 16: red, green, blue and yellow quarters; quality 90, 4:4:4.</summary>
    internal static readonly byte[] Color = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGB"
        + "YUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAQ"
        + "ABADAREAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhBy"
        + "JxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT"
        + "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAA"
        + "AAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRom"
        + "JygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExc"
        + "bHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDxSvzc/vs9wr5w/wAMT46r/VM/qA/cCv8AFw/UD//Z");

    /// <summary>12 × 10, grey, progressive.</summary>
    private static readonly byte[] s_gray = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGB"
        + "YUGBIUFRT/wgALCAAKAAwBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABgcI/9oACAEBAAAAARLiO7g//8QAFBABAAAAAAAAAAAAAAAAAAAAIP/a"
        + "AAgBAQABBQIf/8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQAGPwIf/8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQABPyEf/9oACAEBAA"
        + "AAEM//xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAE/EB//2Q==");

    /// <summary>8 × 8, CMYK.</summary>
    private static readonly byte[] s_inks = Convert.FromBase64String(
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAQCwwODAoQDg0OEhEQExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBEV0U3OFBtUVdfYmdoZz5NcXlwZH"
        + "hcZWdj/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQEC"
        + "AwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dX"
        + "Z3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4E"
        + "QwBNAFkASwAAPwDrq46uTr0Cv//Z");

    internal static bool HasLibrary { get; } = NativeLibrary.TryLoad(TurboJpeg.Library, out _);

    [Fact]
    public void Colours_are_those_that_Pillow_reads() => WithLibrary(() =>
    {
        var image = JpegReader.Decode(Color);
        Assert.Equal("16 × 16 × 3", image.ToString());
        Assert.Equal([220, 30, 40], Pixel(image, 3, 3));
        Assert.Equal([19, 200, 59], Pixel(image, 12, 3));
        Assert.Equal([29, 40, 210], Pixel(image, 3, 12));
    });

    [Fact]
    public void Grey_files_have_one_channel() => WithLibrary(() =>
    {
        var image = JpegReader.Decode(s_gray);
        Assert.Equal("12 × 10 × 1", image.ToString());
        Assert.Equal(88, image[3, 3]);
    });

    [Fact]
    public void A_photograph_is_that_which_Pillow_reads() => WithLibrary(() =>
    {
        // Beside the repository, or nowhere.
        if (RealData.Find("images") is not { } folder)
            return;
        var image = JpegReader.Decode(File.ReadAllBytes(Path.Combine(folder, "rocket.jpg")));
        Assert.Equal("640 × 427 × 3", image.ToString());
        Assert.Equal(
            "3d4435cc745752b7f9724df88c6e18817de3ce7e3d2d71c55f85f7831e68f197", Convert.ToHexStringLower(SHA256.HashData(image.Pixels)));
    });

    [Fact]
    public void Inks_are_refused() => WithLibrary(() =>
        Assert.Equal("colour space", Assert.Throws<MalformedFileException>(() => JpegReader.Decode(s_inks)).Field));

    [Fact]
    public void Files_cut_short_are_refused() => WithLibrary(() =>
    {
        for (var length = 0; length < Color.Length - 2; length++)
        {
            var refused = Assert.Throws<MalformedFileException>(() => JpegReader.Decode(Color.AsSpan(0, length), "some.jpg"));
            Assert.StartsWith("some.jpg: ", refused.Message, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void Damaged_files_are_refused_or_read() => WithLibrary(() =>
    {
        for (var i = 3; i < Color.Length; i++)
        {
            var damaged = Color.ToArray();
            damaged[i] ^= 0x55;
            try
            {
                // A picture is small; a size that lies asks for no more memory than the limit.
                _ = JpegReader.Decode(damaged, options: new ImageReadOptions { MaxPixels = 1_000_000 });
            }
            catch (MalformedFileException e)
            {
                Assert.NotEmpty(e.Found);
            }
        }
    });

    [Fact]
    public void Sizes_beyond_the_limit_are_refused() => WithLibrary(() =>
    {
        var options = new ImageReadOptions { MaxPixels = 255 };
        Assert.Equal("size", Assert.Throws<MalformedFileException>(() => JpegReader.Decode(Color, options: options)).Field);
        Assert.Equal(16, JpegReader.Decode(Color, options: new ImageReadOptions { MaxPixels = 256 }).Width);
    });

    [Fact]
    public void Other_formats_are_refused_without_the_library()
    {
        Assert.Equal("format", Assert.Throws<MalformedFileException>(() => JpegReader.Decode("P5 1 1 255 a"u8)).Field);
        Assert.Equal("format", Assert.Throws<MalformedFileException>(() => JpegReader.Decode([])).Field);
    }

    [Fact]
    public void A_library_that_is_missing_is_named()
    {
        var thrown = Assert.Throws<DllNotFoundException>(() => JpegReader.Begin("some.jpg", () => throw new DllNotFoundException("gone")));
        Assert.StartsWith("some.jpg: JPEG files are read through libjpeg-turbo", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("apt install libturbojpeg0", thrown.Message, StringComparison.Ordinal);
    }

    private static void WithLibrary(Action test)
    {
        if (HasLibrary)
        {
            test();
            return;
        }
        var thrown = Assert.Throws<DllNotFoundException>(() => JpegReader.Decode(Color));
        Assert.Contains("libturbojpeg0", thrown.Message, StringComparison.Ordinal);
    }

    private static int[] Pixel(Image image, int x, int y) => [image[x, y], image[x, y, 1], image[x, y, 2]];
}
