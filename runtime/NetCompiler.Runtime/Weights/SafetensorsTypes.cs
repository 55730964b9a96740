using System.Buffers.Binary;

namespace NetCompiler.Runtime;

/// <summary>The element types of safetensors, and which of them become floats.</summary>
internal static class SafetensorsTypes
{
    public const string Float32 = "F32";

    /// <summary>The types that <see cref="Decode"/> knows, for messages.</summary>
    public const string Readable = "F32, F16, BF16 or F64";

    /// <summary>Bytes of an element; 0 for a type that the format does not have.</summary>
    public static int ItemSize(string dtype) => dtype switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or Float32 => 4,
        "U64" or "I64" or "F64" or "C64" => 8,
        _ => 0,
    };

    /// <summary>Whether tensors of the type can be read as floats.</summary>
    public static bool IsReadable(string dtype) => dtype is Float32 or "F16" or "BF16" or "F64";

    /// <summary>Converts elements to floats: exactly from F16 and BF16, to the nearest float from F64.</summary>
    /// <param name="dtype">A readable type other than F32, whose bytes are floats already.</param>
    /// <param name="bytes">The elements, little-endian.</param>
    /// <param name="values">Where they go: as many as there are elements.</param>
    public static void Decode(string dtype, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (dtype)
        {
            case "F16":
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
                break;
            case "BF16":
                // The upper half of a float.
                for (var i = 0; i < values.Length; i++)
                    values[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]) << 16);
                break;
            default:
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                break;
        }
    }
}
