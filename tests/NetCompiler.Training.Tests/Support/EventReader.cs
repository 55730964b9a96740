using System.Buffers.Binary;
using System.Text;

namespace NetCompiler.Training.Tests.Support;

/// <summary>An event of a TensorFlow event file.</summary>
internal sealed record LoggedEvent(double WallTime, long Step, string? Version, string? Tag, float Value, bool IsRestart);

/// <summary>
/// Reads TensorFlow event files, written apart from what writes them: framing with its checks, then protocol buffers field by field.
/// </summary>
internal static class EventReader
{
    public static IReadOnlyList<LoggedEvent> Read(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        var events = new List<LoggedEvent>();
        while (!file.IsEmpty)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
            Assert.Equal(Masked(Crc32C(file[..8])), BinaryPrimitives.ReadUInt32LittleEndian(file[8..]));
            var record = file.Slice(12, length);
            Assert.Equal(Masked(Crc32C(record)), BinaryPrimitives.ReadUInt32LittleEndian(file[(12 + length)..]));
            events.Add(ReadEvent(record));
            file = file[(16 + length)..];
        }
        return events;
    }

    /// <summary>The Castagnoli polynomial, reflected, bit by bit.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78u : crc >> 1;
        }
        return crc ^ 0xFFFFFFFFu;
    }

    private static uint Masked(uint crc) => unchecked((crc >> 15 | crc << 17) + 0xA282EAD8u);

    private static LoggedEvent ReadEvent(ReadOnlySpan<byte> message)
    {
        var found = new LoggedEvent(double.NaN, 0, null, null, float.NaN, false);
        while (!message.IsEmpty)
        {
            var (field, number, bytes) = ReadField(ref message);
            found = field switch
            {
                1 => found with { WallTime = BitConverter.UInt64BitsToDouble(number) },
                2 => found with { Step = (long)number },
                3 => found with { Version = Encoding.UTF8.GetString(bytes) },
                5 => ReadScalar(found, bytes),
                7 => found with { IsRestart = bytes is [0x08, 0x01] },
                _ => throw new InvalidDataException($"field {field}"),
            };
        }
        return found;
    }

    private static LoggedEvent ReadScalar(LoggedEvent found, ReadOnlySpan<byte> summary)
    {
        var (field, _, value) = ReadField(ref summary);
        Assert.Equal(1, field);
        Assert.True(summary.IsEmpty);
        while (value.Length > 0)
        {
            ReadOnlySpan<byte> rest = value;
            var (inner, number, bytes) = ReadField(ref rest);
            found = inner switch
            {
                1 => found with { Tag = Encoding.UTF8.GetString(bytes) },
                2 => found with { Value = BitConverter.UInt32BitsToSingle((uint)number) },
                _ => throw new InvalidDataException($"value field {inner}"),
            };
            value = rest.ToArray();
        }
        return found;
    }

    private static (int Field, ulong Number, byte[] Bytes) ReadField(ref ReadOnlySpan<byte> message)
    {
        var key = ReadVarint(ref message);
        var field = (int)(key >> 3);
        switch (key & 7)
        {
            case 0:
                return (field, ReadVarint(ref message), []);
            case 1:
                var wide = BinaryPrimitives.ReadUInt64LittleEndian(message);
                message = message[8..];
                return (field, wide, []);
            case 2:
                var length = (int)ReadVarint(ref message);
                var bytes = message[..length].ToArray();
                message = message[length..];
                return (field, 0, bytes);
            case 5:
                var narrow = BinaryPrimitives.ReadUInt32LittleEndian(message);
                message = message[4..];
                return (field, narrow, []);
            default:
                throw new InvalidDataException($"wire type {key & 7}");
        }
    }

    private static ulong ReadVarint(ref ReadOnlySpan<byte> message)
    {
        var (value, shift) = (0UL, 0);
        while (true)
        {
            var b = message[0];
            message = message[1..];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
            shift += 7;
        }
    }
}
