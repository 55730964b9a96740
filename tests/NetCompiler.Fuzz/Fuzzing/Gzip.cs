using System.IO.Compression;

namespace NetCompiler.Fuzz.Fuzzing;

/// <summary>Packing, for formats whose damage lies within what is packed.</summary>
internal static class Gzip
{
    public static byte[] Pack(byte[] data)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(data);
        return packed.ToArray();
    }

    public static byte[] Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        var data = new MemoryStream();
        gzip.CopyTo(data);
        return data.ToArray();
    }
}
