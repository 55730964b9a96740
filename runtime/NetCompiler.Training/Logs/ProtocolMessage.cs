using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace NetCompiler.Training;

/// <summary>A message of Google's protocol buffers in the making: fields by number, in the order in which they are written.</summary>
internal sealed class ProtocolMessage
{
    // What of a field's key says how its value is written.
    private const int VarintKind = 0;
    private const int Fixed64Kind = 1;
    private const int LengthKind = 2;
    private const int Fixed32Kind = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The message so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public ProtocolMessage Varint(int field, long value)
    {
        Key(field, VarintKind);
        Varint((ulong)value);
        return this;
    }

    public ProtocolMessage Double(int field, double value)
    {
        Key(field, Fixed64Kind);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
        return this;
    }

    public ProtocolMessage Single(int field, float value)
    {
        Key(field, Fixed32Kind);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
        return this;
    }

    public ProtocolMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtocolMessage Message(int field, ProtocolMessage value) => Bytes(field, value.Written);

    public ProtocolMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Key(field, LengthKind);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void Key(int field, int kind) => Varint((ulong)(field << 3 | kind));

    // Seven bits a byte, the lowest first; the top bit says that there are more.
    private void Varint(ulong value)
    {
        for (; value > 0x7f; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    private void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
