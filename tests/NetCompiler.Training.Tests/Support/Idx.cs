using System.Buffers.Binary;

namespace NetCompiler.Training.Tests.Support;

/// <summary>Writes IDX files.</summary>
internal static class Idx
{
    public static byte[] Images(byte[] pixels, int count, int rows, int columns) => Create(2051, [count, rows, columns], pixels);

    public static byte[] Labels(params byte[] labels) => Create(2049, [labels.Length], labels);

    public static byte[] Create(int magic, int[] extents, ReadOnlySpan<byte> data)
    {
        var bytes = new byte[4 + 4 * extents.Length + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, magic);
        for (var i = 0; i < extents.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + 4 * i), extents[i]);
        data.CopyTo(bytes.AsSpan(4 + 4 * extents.Length));
        return bytes;
    }

    /// <summary>Writes the four files of a set of rows × columns pictures, the values made from their places.</summary>
    public static void WriteSet(TestFolder folder, int trainCount, int testCount, bool gzip)
    {
        foreach (var (prefix, count) in new[] { ("train", trainCount), ("t10k", testCount) })
        {
            var labels = Enumerable.Range(0, count).Select(i => (byte)(i % 3)).ToArray();
            Write($"{prefix}-images-idx3-ubyte", Images(Pixels(count), count, 2, 3));
            Write($"{prefix}-labels-idx1-ubyte", Labels(labels));
        }

        void Write(string name, byte[] bytes)
        {
            if (gzip)
                folder.WriteGzip(name + ".gz", bytes);
            else
                folder.Write(name, bytes);
        }
    }

    public static byte[] Pixels(int count) => [.. Enumerable.Range(0, count * 6).Select(i => (byte)(i * 7))];
}
