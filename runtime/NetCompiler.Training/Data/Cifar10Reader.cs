using NetCompiler.Data;

namespace NetCompiler.Training.Data;

/// <summary>
/// Reads the binary version of CIFAR-10, plain or packed with gzip (told by the file's first bytes): records of 3 073 bytes, a label
/// from 0 to 9, then a plane of 32 × 32 bytes each for red, green and blue.
/// </summary>
public static class Cifar10Reader
{
    private const int PictureBytes = 3 * 32 * 32;
    private const int RecordBytes = 1 + PictureBytes;

    /// <summary>The names of the classes 0 to 9.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads one or several files, one after the other, as a data set of samples (3, 32, 32).</summary>
    /// <param name="paths">The files, plain or gzip.</param>
    /// <exception cref="MalformedFileException">A file is damaged or is no CIFAR-10 file.</exception>
    public static InMemoryDataset Read(params IReadOnlyList<string> paths)
    {
        var pixels = new List<byte[]>();
        var labels = new List<int>();
        foreach (var path in paths)
            ReadFile(path, pixels, labels);
        var all = new byte[(long)PictureBytes * pixels.Count];
        for (var i = 0; i < pixels.Count; i++)
            pixels[i].CopyTo(all, (long)PictureBytes * i);
        return InMemoryDataset.FromBytes(all, [3, 32, 32], [.. labels]);
    }

    /// <summary>Reads the training and the test set of a folder: as many of data_batch_1 to 5 as are there, and test_batch.</summary>
    /// <param name="directory">A folder with data_batch_1.bin and so on, or data_batch_1.bin.gz and so on.</param>
    /// <exception cref="FileNotFoundException">The folder lacks the test set, or has no training batch.</exception>
    /// <exception cref="MalformedFileException">A file is damaged or is no CIFAR-10 file.</exception>
    public static (InMemoryDataset Train, InMemoryDataset Test) ReadDirectory(string directory)
    {
        var train = new List<string>();
        for (var i = 1; i <= 5; i++)
        {
            if (DataFiles.Find(directory, $"data_batch_{i}.bin") is { } batch)
                train.Add(batch);
        }
        if (train.Count == 0)
            throw new FileNotFoundException($"{directory}: expected data_batch_1.bin to data_batch_5.bin (or .bin.gz), found none.");
        return (Read(train), Read(DataFiles.Require(directory, "test_batch.bin")));
    }

    private static void ReadFile(string path, List<byte[]> pixels, List<int> labels)
    {
        using var stream = BoundedStream.Open(path);
        if (stream.IsExact && (stream.Capacity == 0 || stream.Capacity % RecordBytes != 0))
            throw new MalformedFileException(path, "length", $"a multiple of {RecordBytes} bytes", $"{stream.Capacity} bytes");
        // Record by record, because a packed file does not say in advance how many there are.
        var record = new byte[RecordBytes];
        for (var i = 0; ; i++)
        {
            var read = stream.Read(record, $"record {i}");
            if (read == 0 && i > 0)
                return;
            if (read != RecordBytes)
                throw new MalformedFileException(path, $"record {i}", $"{RecordBytes} bytes", $"{read} bytes and the end of the file");
            if (record[0] > 9)
                throw new MalformedFileException(path, $"label of record {i}", "0 to 9", record[0]);
            labels.Add(record[0]);
            pixels.Add(record.AsSpan(1).ToArray());
        }
    }
}
