using System.Runtime.InteropServices;

namespace NetCompiler.Training.Data;

/// <summary>The TurboJPEG interface of libjpeg-turbo 1.4 and later (https://libjpeg-turbo.org), as far as decoding needs it.</summary>
internal static unsafe partial class TurboJpeg
{
    /// <summary>The library.</summary>
    public const string Library = "libturbojpeg.so.0";

    /// <summary>TJCS_GRAY, a colour space of files.</summary>
    public const int Gray = 2;

    /// <summary>TJCS_CMYK, the first colour space of inks.</summary>
    public const int Cmyk = 3;

    /// <summary>TJPF_RGB: red, green and blue, a byte each.</summary>
    public const int RgbPixels = 0;

    /// <summary>TJPF_GRAY: a byte.</summary>
    public const int GrayPixels = 6;

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    public static partial nint InitDecompress();

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    public static partial int DecompressHeader(
        nint handle, byte* file, CULong length, out int width, out int height, out int subsampling, out int colorSpace);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    public static partial int Decompress(
        nint handle, byte* file, CULong length, byte* pixels, int width, int pitch, int height, int pixelFormat, int flags);

    // Of the calling thread, as tjGetErrorStr2 is not there before 2.0.
    [LibraryImport(Library, EntryPoint = "tjGetErrorStr")]
    private static partial nint GetErrorText();

    /// <summary>What the last call on this thread said of its failure.</summary>
    public static string ErrorText() => Marshal.PtrToStringUTF8(GetErrorText()) ?? "an error without a text";
}
