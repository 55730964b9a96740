using System.Buffers.Binary;
using System.Text;

namespace NetCompiler.Benchmarks.Peers;

/// <summary>Writes messages in the encoding of Protocol Buffers: the four kinds of fields that ONNX files have.</summary>
internal sealed class ProtobufWriter
{
    private const int VarintType = 0;
    private const int LengthType = 2;
    private const int FixedType = 5;

    private readonly MemoryStream _stream = new();

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => _stream.GetBuffer().AsSpan(0, (int)_stream.Length);

    /// <summary>Writes an integer.</summary>
    public ProtobufWriter Integer(int field, long value)
    {
        Tag(field, VarintType);
        Varint((ulong)value);
        return this;
    }

    /// <summary>Writes a float.</summary>
    public ProtobufWriter Float(int field, float value)
    {
        Tag(field, FixedType);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _stream.Write(bytes);
        return this;
    }

    /// <summary>Writes a text.</summary>
    public ProtobufWriter Text(int field, string value) => Binary(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Writes bytes.</summary>
    public ProtobufWriter Binary(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, LengthType);
        Varint((ulong)value.Length);
        _stream.Write(value);
        return this;
    }

    /// <summary>Writes a message.</summary>
    public ProtobufWriter Message(int field, ProtobufWriter message) => Binary(field, message.Bytes);

    private void Tag(int field, int type) => Varint((ulong)(field << 3 | type));

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _stream.WriteByte((byte)(value | 0x80));
        _stream.WriteByte((byte)value);
    }
}
