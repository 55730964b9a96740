using System.IO.Compression;
using System.Text;
using NetCompiler;

namespace Gallery.Data;

/// <summary>Text files, plain or packed with gzip.</summary>
internal static class TextFile
{
    /// <summary>The lines of a file.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <exception cref="MalformedFileException">The file is damaged, or empty.</exception>
    public static List<string> ReadLines(string path)
    {
        var lines = new List<string>();
        try
        {
            using var file = File.OpenRead(path);
            var isPacked = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            using Stream stream = isPacked ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
            while (reader.ReadLine() is { } line)
                lines.Add(line);
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException)
        {
            throw new MalformedFileException(path, $"line {lines.Count + 1}", "text in UTF-8, plain or in intact gzip", e.Message, e);
        }
        if (lines.Count == 0)
            throw new MalformedFileException(path, "length", "at least one line", "an empty file");
        return lines;
    }
}
