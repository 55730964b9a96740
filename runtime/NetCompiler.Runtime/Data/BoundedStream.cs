using System.IO.Compression;

namespace NetCompiler.Data;

/// <summary>
/// A data file, unpacked while it is read where it begins with gzip's magic, that knows how many bytes it can hold at most, so that a
/// header that promises more is refused before memory is asked for.
/// </summary>
public sealed class BoundedStream : IDisposable
{
    // Deflate codes at most 258 bytes in 2 bits; headers and trailers only lower that.
    private const long LargestDeflateRatio = 1032;

    private readonly Stream _stream;

    private BoundedStream(string path, Stream stream, long capacity, bool isExact)
    {
        Path = path;
        _stream = stream;
        Capacity = capacity;
        IsExact = isExact;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The most bytes that the file can hold once unpacked.</summary>
    public long Capacity { get; }

    /// <summary>True where the file is not packed, so that it holds exactly <see cref="Capacity"/> bytes.</summary>
    public bool IsExact { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static BoundedStream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        try
        {
            var first = file.ReadByte();
            var second = file.ReadByte();
            file.Position = 0;
            if (first != 0x1F || second != 0x8B)
                return new BoundedStream(path, file, file.Length, isExact: true);
            var unpacked = new GZipStream(file, CompressionMode.Decompress);
            return new BoundedStream(path, unpacked, file.Length * LargestDeflateRatio, isExact: false);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads until the buffer is full or the file ends; says how many bytes it got.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="field">What the bytes are, for the exception if unpacking fails.</param>
    /// <exception cref="MalformedFileException">The packed data is damaged.</exception>
    public int Read(Span<byte> buffer, string field)
    {
        try
        {
            return _stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new MalformedFileException(Path, field, "intact gzip data", "damaged gzip data", e);
        }
    }

    /// <summary>Fills the buffer, or says in an exception how far it got.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="field">What the bytes are, for the exception.</param>
    /// <exception cref="MalformedFileException">The file ends before, or its packed data is damaged.</exception>
    public void ReadExactly(Span<byte> buffer, string field)
    {
        var read = Read(buffer, field);
        if (read != buffer.Length)
            throw new MalformedFileException(Path, field, $"{buffer.Length} bytes", $"{read} bytes and the end of the file");
    }

    /// <summary>Makes sure that nothing follows. For packed files, this is what checks their CRC too.</summary>
    /// <exception cref="MalformedFileException">More bytes follow, or the packed data is damaged.</exception>
    public void ExpectEnd()
    {
        Span<byte> one = stackalloc byte[1];
        if (Read(one, "end of file") != 0)
            throw new MalformedFileException(Path, "end of file", "no more bytes", "more bytes");
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();
}
