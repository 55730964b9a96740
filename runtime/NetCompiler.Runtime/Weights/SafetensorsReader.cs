using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>
/// Reads safetensors (https://github.com/huggingface/safetensors). A file is checked as a whole before anything is allocated or
/// read by its word: the length of the header, each type, shape and range, and that the ranges fill the data without gap or overlap.
/// </summary>
/// <remarks>
/// What is read goes from the stream to where it is wanted, without a copy in between. A stream that cannot seek does not say how long
/// it is: its tensors are read in the order of their data, and <see cref="ReadToEnd"/> makes sure that it holds what its header says.
/// </remarks>
public sealed class SafetensorsReader : IDisposable
{
    /// <summary>
    /// The largest header that is read, in bytes: that of some ten thousand tensors. It keeps what a file can make the reader allocate
    /// within twice its size and 16 MB, whatever it holds.
    /// </summary>
    public const int MaxHeaderLength = 1 << 20;

    private readonly Stream _stream;
    private readonly long _dataStart;
    private readonly long _dataLength;
    private readonly bool _ownsStream;
    private long _position;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">The file is not safetensors.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public SafetensorsReader(string path)
        : this(OpenFile(path), path, ownsStream: true)
    {
    }

    /// <summary>Reads from a stream, from where it stands to its end. The stream stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="MalformedFileException">The stream is not safetensors.</exception>
    public SafetensorsReader(Stream stream, string name = "stream")
        : this(stream, name, ownsStream: false)
    {
    }

    private SafetensorsReader(Stream stream, string name, bool ownsStream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Name = name;
        _stream = stream;
        _ownsStream = ownsStream;
        try
        {
            long? length = stream.CanSeek ? stream.Length - stream.Position : null;
            var header = new byte[ReadHeaderLength(length)];
            ReadExactly(header, "header");
            _dataStart = stream.CanSeek ? stream.Position : 0;
            (Entries, Metadata, _dataLength) = SafetensorsHeader.Parse(name, header, length - sizeof(ulong) - header.Length);
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

    /// <summary>
    /// Whether tensors can be read in any order. It is also whether the length is known: then all data is known to be there.
    /// </summary>
    public bool CanSeek => _stream.CanSeek;

    /// <summary>Reads the values of a tensor.</summary>
    /// <param name="entry">One of <see cref="Entries"/>, of dtype F32, or F16, BF16 or F64, which are converted.</param>
    /// <param name="values">Where they go: exactly as many as the tensor has.</param>
    /// <exception cref="MalformedFileException">The tensor has another type; or the data ends before its end.</exception>
    /// <exception cref="ArgumentException">The tensor has more or fewer values.</exception>
    /// <exception cref="InvalidOperationException">The stream cannot seek and is beyond the tensor.</exception>
    public void Read(SafetensorsEntry entry, Span<float> values)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!SafetensorsTypes.IsReadable(entry.DType))
            throw new MalformedFileException(Name, $"'{entry.Name}'.dtype", SafetensorsTypes.Readable, entry.DType);
        var itemSize = SafetensorsTypes.ItemSize(entry.DType);
        var length = (entry.End - entry.Begin) / itemSize;
        if (length != values.Length)
        {
            throw new ArgumentException(
                Invariant($"Tensor '{entry.Name}': expected room for {length} values, found {values.Length}."),
                nameof(values));
        }

        MoveTo(entry.Begin);
        var field = $"data of '{entry.Name}'";
        if (entry.DType == SafetensorsTypes.Float32)
            ReadFloats(values, field);
        else
            ReadAndConvert(entry.DType, itemSize, values, field);
        _position = entry.End;
    }

    /// <summary>Reads what is left and makes sure that the data ends where the header says.</summary>
    /// <exception cref="MalformedFileException">It ends earlier or later.</exception>
    public void ReadToEnd()
    {
        MoveTo(_dataLength);
        if (CanSeek)
            return;
        Span<byte> one = stackalloc byte[1];
        if (_stream.Read(one) != 0)
            throw new MalformedFileException(Name, "data", Invariant($"{_dataLength} bytes, as many as the tensors have"), "more");
    }

    /// <summary>Closes the file; a stream that was handed in stays open.</summary>
    public void Dispose()
    {
        if (_ownsStream)
            _stream.Dispose();
    }

    // Without a buffer: tensors go straight to where they are wanted.
    private static FileStream OpenFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
    }

    private int ReadHeaderLength(long? fileLength)
    {
        if (fileLength < sizeof(ulong))
            throw new MalformedFileException(Name, "header length", "8 bytes", Invariant($"a file of {fileLength}"));

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        ReadExactly(bytes, "header length");
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var limit = Math.Min(fileLength - sizeof(ulong) ?? MaxHeaderLength, MaxHeaderLength);
        if (headerLength > (ulong)limit)
        {
            throw new MalformedFileException(
                Name,
                "header length",
                fileLength is null ? Invariant($"at most {limit}") : Invariant($"at most {limit} in a file of {fileLength} bytes"),
                Invariant($"{headerLength} (cut short, or not a safetensors file)"));
        }

        return (int)headerLength;
    }

    private void MoveTo(long position)
    {
        if (CanSeek)
        {
            _stream.Position = _dataStart + position;
            return;
        }

        if (position < _position)
        {
            throw new InvalidOperationException(
                Invariant($"{Name} cannot seek: expected tensors in the order of their data, found {position} after {_position}."));
        }

        Span<byte> skipped = stackalloc byte[1024];
        while (_position < position)
        {
            var part = skipped[..(int)Math.Min(skipped.Length, position - _position)];
            ReadExactly(part, "data");
            _position += part.Length;
        }
    }

    private void ReadFloats(Span<float> values, string field)
    {
        ReadExactly(MemoryMarshal.AsBytes(values), field);
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }

    private void ReadAndConvert(string dtype, int itemSize, Span<float> values, string field)
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (values.Length > 0)
        {
            var count = Math.Min(values.Length, buffer.Length / itemSize);
            var bytes = buffer[..(count * itemSize)];
            ReadExactly(bytes, field);
            SafetensorsTypes.Decode(dtype, bytes, values[..count]);
            values = values[count..];
        }
    }

    private void ReadExactly(Span<byte> bytes, string field)
    {
        var read = _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read != bytes.Length)
            throw new MalformedFileException(Name, field, Invariant($"{bytes.Length} bytes"), Invariant($"{read}"));
    }
}
