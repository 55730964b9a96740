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

    // What is read of packed files without having seen that it is there: a refused file takes no more than its size and 16 MB.
    private const long Unchecked = 15 << 20;

    private readonly FileStream _file;
    private Stream _stream;
    private long _position;

    private BoundedStream(string path, FileStream file, bool isPacked)
    {
        Path = path;
        _file = file;
        _stream = isPacked ? Unpack(file) : file;
        Capacity = isPacked ? file.Length * LargestDeflateRatio : file.Length;
        IsExact = !isPacked;
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
            return new BoundedStream(path, file, isPacked: first == 0x1F && second == 0x8B);
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
            var read = _stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            _position += read;
            return read;
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

    /// <summary>
    /// Reads what is left, which has to be as many bytes as a header promises. Where a packed file promises much, it is unpacked once
    /// without keeping anything, to see that the bytes are there and intact, before memory for them is asked for.
    /// </summary>
    /// <param name="length">How many bytes.</param>
    /// <param name="field">What the bytes are, for the exception.</param>
    /// <exception cref="MalformedFileException">There are fewer or more, or the packed data is damaged.</exception>
    public byte[] ReadRest(int length, string field)
    {
        if (!IsExact && length > _file.Length + Unchecked)
        {
            var start = _position;
            Skip(length, field);
            ExpectEnd();
            Rewind();
            Skip(start, field);
        }

        var rest = new byte[length];
        ReadExactly(rest, field);
        ExpectEnd();
        return rest;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _file.Dispose();
    }

    private static GZipStream Unpack(FileStream file) => new(file, CompressionMode.Decompress, leaveOpen: true);

    /// <summary>Makes sure that nothing follows. For packed files, this is what checks their CRC too.</summary>
    private void ExpectEnd()
    {
        Span<byte> one = stackalloc byte[1];
        if (Read(one, "end of file") != 0)
            throw new MalformedFileException(Path, "end of file", "no more bytes", "more bytes");
    }

    private void Rewind()
    {
        _stream.Dispose();
        _file.Position = 0;
        _stream = Unpack(_file);
        _position = 0;
    }

    private void Skip(long count, string field)
    {
        var buffer = new byte[1 << 16];
        for (var left = count; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            var read = Read(part, field);
            left -= read;
            if (read != part.Length)
                throw new MalformedFileException(Path, field, $"{count} bytes", $"{count - left} bytes and the end of the file");
        }
    }
}
