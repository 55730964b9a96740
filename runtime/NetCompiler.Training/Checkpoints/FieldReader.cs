using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace NetCompiler.Training;

/// <summary>Reads the fields of a file one by one, and says in an exception which of them is wrong. Little-endian.</summary>
/// <param name="path">The file, for the exceptions.</param>
/// <param name="stream">The file, at the first field.</param>
/// <param name="end">Where the fields end.</param>
internal sealed class FieldReader(string path, Stream stream, long end)
{
    private const int LongestText = 1024;

    /// <summary>Bytes left.</summary>
    public long Remaining => end - stream.Position;

    public MalformedFileException Malformed(string field, object expected, object found) => new(path, field, expected, found);

    public void Expect<T>(string field, T expected, T found)
        where T : notnull
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
            throw Malformed(field, expected, found);
    }

    public void ReadBytes(string field, Span<byte> destination)
    {
        if (Remaining < destination.Length)
            throw Malformed(field, $"{destination.Length} bytes", $"{Math.Max(0, Remaining)} bytes and the end");
        stream.ReadExactly(destination);
    }

    public int ReadInt32(string field)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        ReadBytes(field, bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public int ReadInt32(string field, int smallest, int largest)
    {
        var value = ReadInt32(field);
        return value >= smallest && value <= largest ? value : throw Malformed(field, $"{smallest} to {largest}", value);
    }

    public long ReadInt64(string field)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        ReadBytes(field, bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public float ReadSingle(string field) => BitConverter.Int32BitsToSingle(ReadInt32(field));

    public double ReadDouble(string field) => BitConverter.Int64BitsToDouble(ReadInt64(field));

    public string ReadText(string field)
    {
        var bytes = new byte[ReadInt32($"{field} length", 0, LongestText)];
        ReadBytes(field, bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Reads bytes after their number, which is compared with what is left before memory is asked for.</summary>
    public byte[] ReadBlock(string field)
    {
        var count = ReadInt64($"{field} length");
        if (count < 0 || count > Math.Min(Remaining, Array.MaxLength))
            throw Malformed($"{field} length", $"0 to {Math.Min(Remaining, Array.MaxLength)}", count);
        var bytes = new byte[count];
        ReadBytes(field, bytes);
        return bytes;
    }

    /// <summary>Reads an array whose length is known: it is compared before memory is asked for.</summary>
    public float[] ReadFloats(string field, int count)
    {
        Expect($"{field} count", count, ReadInt64($"{field} count"));
        if (Remaining / sizeof(float) < count)
            throw Malformed(field, $"{(long)count * sizeof(float)} bytes", $"{Remaining} bytes and the end");
        var values = new float[count];
        ReadBytes(field, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
