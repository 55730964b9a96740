using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NetCompiler.Training.Data;

/// <summary>
/// Finds handwritten digits, or another set in MNIST's format: in a given folder, else in the user's cache, else on the network (kept
/// in the cache), else drawn by <see cref="SyntheticDigits"/>. The result always says which.
/// </summary>
public sealed class DataLocator
{
    private static readonly string[] s_digitNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    private static readonly string[] s_fashionNames =
        ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot"];

    /// <summary>Where downloads are kept; null where the system names no such place, and nothing is downloaded.</summary>
    public string? CacheDirectory { get; init; } = DefaultCacheDirectory();

    /// <summary>Whether to ask the network for what the cache lacks.</summary>
    public bool AllowDownload { get; init; } = true;

    /// <summary>How data gets into the cache.</summary>
    public MnistDownload Download { get; init; } = new();

    /// <summary>How many digits to draw for training where none are found.</summary>
    public int SyntheticTrainCount { get; init; } = 30_000;

    /// <summary>How many digits to draw for the test where none are found.</summary>
    public int SyntheticTestCount { get; init; } = 5_000;

    /// <summary>Finds the data.</summary>
    /// <param name="directory">
    /// A folder with the four files of MNIST's format (train-images-idx3-ubyte and so on), plain or .gz; null to look elsewhere.
    /// A folder that was asked for is never replaced by anything else.
    /// </param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder lacks a file.</exception>
    /// <exception cref="MalformedFileException">A file is damaged.</exception>
    public async Task<DataSource> LocateAsync(string? directory = null, CancellationToken cancellationToken = default)
    {
        if (directory is not null)
            return ReadDirectory(directory);
        if (CacheDirectory is null)
            return Draw("the system names no cache folder");

        var cache = Path.Combine(CacheDirectory, "mnist");
        if (Download.IsComplete(cache))
            return ReadDirectory(cache) with { Name = "mnist", Description = $"MNIST from the cache {cache}" };
        if (!AllowDownload)
            return Draw("none in the cache, downloads are off");
        return await Download.TryFetchAsync(cache, cancellationToken).ConfigureAwait(false) is { } failure
            ? Draw(failure)
            : ReadDirectory(cache) with { Name = "mnist", Description = $"MNIST, downloaded to {cache}" };
    }

    /// <summary>Reads a folder with the four files of MNIST's format.</summary>
    /// <param name="directory">The folder.</param>
    /// <returns>The data, named "mnist" or "fashion-mnist" where the labels are those of these sets, else as the folder is.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder lacks a file.</exception>
    /// <exception cref="MalformedFileException">A file is damaged.</exception>
    public static DataSource ReadDirectory(string directory)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"{path}: expected a folder with IDX files, found none.");
        var train = ReadPair(path, "train");
        var test = ReadPair(path, "t10k");
        var (name, classNames) = Recognise(train.Labels) switch
        {
            "mnist" => ("mnist", s_digitNames),
            "fashion-mnist" => ("fashion-mnist", s_fashionNames),
            _ => (Path.GetFileName(path), NumberNames(train, test)),
        };
        return new DataSource(name, $"{train.Count} training and {test.Count} test samples from {path}", train, test, classNames);
    }

    private static InMemoryDataset ReadPair(string directory, string prefix) =>
        InMemoryDataset.FromIdx(
            DataFiles.Require(directory, $"{prefix}-images-idx3-ubyte"),
            DataFiles.Require(directory, $"{prefix}-labels-idx1-ubyte"));

    private DataSource Draw(string reason) =>
        new(
            "synthetic",
            $"{SyntheticTrainCount} training and {SyntheticTestCount} test digits drawn by this program ({reason})",
            SyntheticDigits.Create(SyntheticTrainCount, seed: 1),
            SyntheticDigits.Create(SyntheticTestCount, seed: 2),
            s_digitNames);

    /// <summary>Tells the known sets by their training labels, however the files are packed and called.</summary>
    private static string? Recognise(ReadOnlySpan<int> labels)
    {
        var bytes = new byte[labels.Length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)labels[i];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) switch
        {
            0x1FEBA77C54802FA5 => "mnist",
            0x657FBD221BFC9F41 => "fashion-mnist",
            _ => null,
        };
    }

    private static string[] NumberNames(InMemoryDataset train, InMemoryDataset test)
    {
        var largest = 0;
        foreach (var label in train.Labels)
            largest = Math.Max(largest, label);
        foreach (var label in test.Labels)
            largest = Math.Max(largest, label);
        return ConfusionMatrix.Numbers(largest + 1);
    }

    private static string? DefaultCacheDirectory()
    {
        var root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(root))
            root = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return string.IsNullOrEmpty(root) ? null : Path.Combine(root, "netcompiler");
    }
}
