using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>
/// Reads safetensors (https://github.com/huggingface/safetensors). A file is checked as a whole before anything is allocated or
/// read by its word: the length of the header, each type, shape and range, and that the ranges fill the data without gap or overlap.
/// </summary>
public sealed class SafetensorsReader : IDisposable
{
    /// <summary>The largest header that is read, in bytes: the limit of the format's own library.</summary>
    public const int MaxHeaderLength = 100_000_000;

    private readonly Stream _stream;
    private readonly long _dataStart;
    private readonly bool _ownsStream;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">The file is not safetensors.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public SafetensorsReader(string path)
        : this(OpenFile(path), path, ownsStream: true)
    {
    }

    /// <summary>Reads from a stream, from where it stands to its end. The stream stays open.</summary>
    /// <param name="stream">The stream. One that cannot seek is read into memory.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="MalformedFileException">The stream is not safetensors.</exception>
    public SafetensorsReader(Stream stream, string name = "stream")
        : this(Seekable(stream), name, ownsStream: false)
    {
    }

    private SafetensorsReader(Stream stream, string name, bool ownsStream)
    {
        Name = name;
        _stream = stream;
        _ownsStream = ownsStream;
        try
        {
            var length = stream.Length - stream.Position;
            var headerLength = ReadHeaderLength(length);
            var header = new byte[headerLength];
            ReadExactly(header, "header");
            _dataStart = stream.Position;
            (Entries, Metadata) = SafetensorsHeader.Parse(name, header, length - sizeof(ulong) - headerLength);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file, or what the stream is called.</summary>
    public string Name { get; }

    /// <summary>The tensors, in the order of the header.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>What the file says of itself.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads the values of a tensor.</summary>
    /// <param name="entry">One of <see cref="Entries"/>, of dtype F32.</param>
    /// <param name="values">Where they go: exactly as many as the tensor has.</param>
    /// <exception cref="MalformedFileException">The tensor has another type; or the file has become shorter.</exception>
    /// <exception cref="ArgumentException">The tensor has more or fewer values.</exception>
    public void Read(SafetensorsEntry entry, Span<float> values)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.DType != "F32")
            throw new MalformedFileException(Name, $"'{entry.Name}'.dtype", "F32", entry.DType);
        var length = (entry.End - entry.Begin) / sizeof(float);
        if (length != values.Length)
        {
            throw new ArgumentException(
                Invariant($"Tensor '{entry.Name}': expected room for {length} values, found {values.Length}."),
                nameof(values));
        }

        _stream.Position = _dataStart + entry.Begin;
        ReadExactly(MemoryMarshal.AsBytes(values), $"data of '{entry.Name}'");
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }

    /// <summary>Closes the file; a stream that was handed in stays open.</summary>
    public void Dispose()
    {
        if (_ownsStream)
            _stream.Dispose();
    }

    private static FileStream OpenFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
    }

    private static Stream Seekable(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
            return stream;
        // Grows with what is there, not with what a header says.
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }

    private int ReadHeaderLength(long fileLength)
    {
        if (fileLength < sizeof(ulong))
        {
            throw new MalformedFileException(Name, "header length", "8 bytes", Invariant($"a file of {fileLength}"));
        }

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        ReadExactly(bytes, "header length");
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var limit = Math.Min(fileLength - sizeof(ulong), MaxHeaderLength);
        if (headerLength > (ulong)limit)
        {
            throw new MalformedFileException(
                Name,
                "header length",
                Invariant($"at most {limit} in a file of {fileLength} bytes"),
                Invariant($"{headerLength} (cut short, or not a safetensors file)"));
        }

        return (int)headerLength;
    }

    private void ReadExactly(Span<byte> bytes, string field)
    {
        var read = _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read != bytes.Length)
        {
            throw new MalformedFileException(Name, field, Invariant($"{bytes.Length} bytes"), Invariant($"{read}"));
        }
    }
}
