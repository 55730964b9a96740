using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace NetCompiler.Runtime.Tests.Weights;

/// <summary>Files made by hand.</summary>
internal static class SafetensorsFile
{
    public const string DenseHeader =
        """
        {"dense1.weight":{"dtype":"F32","shape":[3,5],"data_offsets":[0,60]},
         "dense1.bias":{"dtype":"F32","shape":[3],"data_offsets":[60,72]}}
        """;

    public static byte[] Make(string header, IEnumerable<float> data) => Make(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Make(byte[] header, IEnumerable<float> data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return [.. length, .. header, .. MemoryMarshal.AsBytes<float>(data.ToArray())];
    }
}
