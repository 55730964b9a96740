using System.Buffers.Binary;

namespace NetCompiler.Data;

/// <summary>
/// Reads the IDX format of MNIST and its relatives, plain or packed with gzip (told by the file's first bytes, not by its name):
/// two zero bytes, the element type (8 for bytes), the number of dimensions, each dimension as a big-endian 32-bit integer, the data.
/// </summary>
public static class IdxReader
{
    private const int UnsignedByte = 0x08;

    /// <summary>Reads a file of pictures: three dimensions (count, rows, columns) of bytes.</summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <returns>The pictures one after the other, row by row, and their extents.</returns>
    /// <exception cref="MalformedFileException">The file is damaged or is no IDX file of pictures.</exception>
    public static (byte[] Pixels, int Count, int Rows, int Columns) ReadImages(string path)
    {
        using var stream = BoundedStream.Open(path);
        Span<int> extents = stackalloc int[3];
        var data = Read(stream, extents, ["count", "rows", "columns"]);
        return (data, extents[0], extents[1], extents[2]);
    }

    /// <summary>Reads a file of labels: one dimension (count) of bytes.</summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <exception cref="MalformedFileException">The file is damaged or is no IDX file of labels.</exception>
    public static int[] ReadLabels(string path)
    {
        using var stream = BoundedStream.Open(path);
        Span<int> extents = stackalloc int[1];
        var data = Read(stream, extents, ["count"]);
        return Array.ConvertAll(data, label => (int)label);
    }

    /// <summary>Reads the labels that belong to pictures.</summary>
    /// <param name="path">The file of labels, plain or gzip.</param>
    /// <param name="count">How many pictures there are.</param>
    /// <param name="imagesPath">The file of pictures, for messages.</param>
    /// <exception cref="MalformedFileException">The file is damaged, or has not as many labels as there are pictures.</exception>
    public static int[] ReadLabels(string path, int count, string imagesPath)
    {
        var labels = ReadLabels(path);
        return labels.Length == count
            ? labels
            : throw new MalformedFileException(path, "count", $"{count} labels, as many as {imagesPath} has images", labels.Length);
    }

    private static byte[] Read(BoundedStream stream, Span<int> extents, ReadOnlySpan<string> names)
    {
        Span<byte> word = stackalloc byte[4];
        stream.ReadExactly(word, "magic");
        var magic = BinaryPrimitives.ReadInt32BigEndian(word);
        var expectedMagic = UnsignedByte << 8 | extents.Length;
        if (magic != expectedMagic)
        {
            throw new MalformedFileException(
                stream.Path, "magic", $"{expectedMagic} (bytes in {extents.Length} dimensions)", $"{magic} (0x{magic:x8})");
        }

        var length = 1L;
        for (var i = 0; i < extents.Length; i++)
        {
            stream.ReadExactly(word, names[i]);
            extents[i] = BinaryPrimitives.ReadInt32BigEndian(word);
            // A file may be empty, a picture may not.
            if (extents[i] < (i == 0 ? 0 : 1))
                throw new MalformedFileException(stream.Path, names[i], i == 0 ? "0 or more" : "1 or more", extents[i]);
            length *= extents[i];
            if (length > Array.MaxLength)
            {
                throw new MalformedFileException(
                    stream.Path, names[i], $"a product of dimensions up to {Array.MaxLength}", $"{Describe(extents[..(i + 1)])}");
            }
        }

        var room = stream.Capacity - 4 - 4 * extents.Length;
        if (stream.IsExact ? length != room : length > room)
        {
            var found = stream.IsExact ? $"{room} bytes" : $"room for at most {room}";
            throw new MalformedFileException(stream.Path, "data", $"{length} bytes for {Describe(extents)}", found);
        }
        return stream.ReadRest((int)length, "data");
    }

    private static string Describe(ReadOnlySpan<int> extents)
    {
        var text = "";
        foreach (var extent in extents)
            text += (text.Length == 0 ? "" : " × ") + extent;
        return text;
    }
}
