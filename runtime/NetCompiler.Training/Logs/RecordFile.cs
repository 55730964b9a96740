using System.Buffers.Binary;
using System.Numerics;

namespace NetCompiler.Training;

/// <summary>
/// TensorFlow's framing of records (TFRecord), little-endian: the length (uint64), the masked CRC of the length (uint32), the bytes,
/// their masked CRC (uint32). The CRC is CRC-32C; masked means rotated right by 15 bits, plus a constant.
/// </summary>
internal static class RecordFile
{
    private const uint Mask = 0xa282ead8;

    public static void Append(Stream stream, ReadOnlySpan<byte> record)
    {
        Span<byte> head = stackalloc byte[sizeof(ulong) + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(ulong)..], MaskedCrc(head[..sizeof(ulong)]));
        stream.Write(head);
        stream.Write(record);
        Span<byte> tail = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, MaskedCrc(record));
        stream.Write(tail);
    }

    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + Mask;
    }
}
