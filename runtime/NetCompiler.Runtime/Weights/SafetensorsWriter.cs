using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>
/// Writes safetensors (https://github.com/huggingface/safetensors): the length of the header as a 64-bit little-endian integer, a
/// JSON header padded with spaces so that the data begins on 8 bytes, and the tensors' data without gaps. The same tensors and
/// metadata give the same bytes.
/// </summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes a file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="tensors">The tensors, in the order in which their data is to lie.</param>
    /// <param name="metadata">Facts about the file, in the order in which they are to be written; null for none.</param>
    /// <exception cref="ArgumentException">Two tensors, or two facts, share a name; or a tensor's values do not fit its shape.</exception>
    public static void Write(
        Stream stream, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        var header = new ArrayBufferWriter<byte>(1024);
        WriteHeader(header, tensors, metadata);
        var padding = (Alignment - header.WrittenCount % Alignment) % Alignment;
        header.GetSpan(padding)[..padding].Fill((byte)' ');
        header.Advance(padding);

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.WrittenCount);
        stream.Write(length);
        stream.Write(header.WrittenSpan);
        foreach (var tensor in tensors)
            WriteValues(stream, tensor.Values.Span);
    }

    private static void WriteHeader(
        ArrayBufferWriter<byte> header, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyList<KeyValuePair<string, string>>? metadata)
    {
        using var json = new Utf8JsonWriter(header);
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            var keys = new HashSet<string>(StringComparer.Ordinal);
            json.WriteStartObject(SafetensorsHeader.MetadataName);
            foreach (var (key, value) in metadata)
            {
                if (!keys.Add(key))
                    throw new ArgumentException($"Two facts are named '{key}'.", nameof(metadata));
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsHeader.MetadataName };
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"Two tensors are named '{tensor.Name}', or the format owns the name.", nameof(tensors));
            var end = offset + CheckedLength(tensor) * sizeof(float);
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", "F32");
            json.WriteStartArray("shape");
            foreach (var extent in tensor.Shape)
                json.WriteNumberValue(extent);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            json.WriteNumberValue(end);
            json.WriteEndArray();
            json.WriteEndObject();
            offset = end;
        }

        json.WriteEndObject();
    }

    private static long CheckedLength(SafetensorsTensor tensor)
    {
        var length = 1L;
        foreach (var extent in tensor.Shape)
            length = checked(length * extent);
        if (length != tensor.Values.Length)
        {
            throw new ArgumentException(
                Invariant($"Tensor '{tensor.Name}' {Shapes.ToText(tensor.Shape)}: expected {length} values, found {tensor.Values.Length}."),
                nameof(tensor));
        }

        return length;
    }

    private static void WriteValues(Stream stream, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }
}
