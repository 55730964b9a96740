using NetCompiler.Imaging;
using NetCompiler.Training.Data;
using static System.FormattableString;

namespace Gallery.Data;

/// <summary>
/// Finds data sets: in the folder that was given, else in the user's cache, else they are made here; what was used is listed.
/// </summary>
/// <param name="directory">The folder, with a folder for each set; null where none was given.</param>
/// <param name="quick">Whether sets that are made here are small.</param>
internal sealed class GalleryData(string? directory, bool quick)
{
    private readonly List<string> _sources = [];

    /// <summary>What was used, a sentence for each set.</summary>
    public IReadOnlyList<string> Sources => _sources;

    /// <summary>Whether no set was made here in place of one that was not found.</summary>
    public bool IsReal { get; private set; } = true;

    /// <summary>Handwritten digits, 28 × 28: MNIST, else digits that are drawn.</summary>
    public DataSource Digits()
    {
        if (Find("mnist") is { } folder)
            return Used(DataLocator.ReadDirectory(folder));
        var locator = new DataLocator
        {
            AllowDownload = directory is null && !quick,
            SyntheticTrainCount = quick ? 2_000 : 30_000,
            SyntheticTestCount = quick ? 500 : 5_000,
        };
        var source = locator.LocateAsync().GetAwaiter().GetResult();
        IsReal &= source.Name != "synthetic";
        return Used(source);
    }

    /// <summary>Clothes, 28 × 28: Fashion-MNIST, else patterns that are drawn (<see cref="PatternClasses"/>).</summary>
    public DataSource Clothes()
    {
        if (Find("fashion-mnist") is { } folder)
            return Used(DataLocator.ReadDirectory(folder));
        var (train, test) = quick ? (2_000, 500) : (30_000, 5_000);
        return Replaced("Fashion-MNIST", new DataSource(
            "patterns",
            Invariant($"{train} training and {test} test pictures of patterns drawn by this program"),
            PatternClasses.Create(train, 28, 1, seed: 1),
            PatternClasses.Create(test, 28, 1, seed: 2),
            PatternClasses.Names));
    }

    /// <summary>Small colour pictures, 3 × 32 × 32: CIFAR-10, else patterns that are drawn (<see cref="PatternClasses"/>).</summary>
    public DataSource ColorPictures()
    {
        if (Find("cifar-10") is { } folder)
        {
            var (train, test) = Cifar10Reader.ReadDirectory(folder);
            return Used(new DataSource(
                "cifar-10", Invariant($"{train.Count} training and {test.Count} test pictures from {folder}"), train, test, Cifar10Reader.ClassNames));
        }
        var (count, testCount) = quick ? (1_000, 250) : (10_000, 2_000);
        return Replaced("CIFAR-10", new DataSource(
            "patterns",
            Invariant($"{count} training and {testCount} test pictures of patterns drawn by this program"),
            PatternClasses.Create(count, 32, 3, seed: 1),
            PatternClasses.Create(testCount, 32, 3, seed: 2),
            PatternClasses.Names));
    }

    /// <summary>A photograph or a painting, in colours: that of the name in <c>images</c>, else one that is painted here.</summary>
    /// <param name="name">The file, such as <c>chelsea.png</c>.</param>
    /// <exception cref="NetCompiler.MalformedFileException">The file is damaged.</exception>
    /// <exception cref="DllNotFoundException">The file is a JPEG, and what reads them is not installed.</exception>
    public Image Picture(string name)
    {
        if (FindFile("images", name) is not { } path)
        {
            Replace(Invariant($"{name}: not found, so a scene painted by this program is used"));
            return PaintedScene.Create(384, 320, name);
        }
        var bytes = File.ReadAllBytes(path);
        var image = JpegReader.Recognises(bytes) ? JpegReader.Decode(bytes, path) : Image.Decode(bytes, path);
        Use(Invariant($"{path} ({image.Width} × {image.Height})"));
        return image.ToRgb();
    }

    /// <summary>A file of a set; null where there is none. The caller says what it used, or that it replaced it.</summary>
    /// <param name="set">The set's folder.</param>
    /// <param name="name">The file, as it is or with <c>.gz</c>.</param>
    public string? FindFile(string set, string name)
    {
        if (Find(set) is not { } folder)
            return null;
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz" : null;
    }

    /// <summary>Says that a set was used.</summary>
    /// <param name="description">Which, in a sentence.</param>
    public void Use(string description)
    {
        if (!_sources.Contains(description))
            _sources.Add(description);
    }

    /// <summary>Says that a set was not found, and what is used in its place. Figures do not count then.</summary>
    /// <param name="description">What is used, in a sentence.</param>
    public void Replace(string description)
    {
        Use(description);
        IsReal = false;
    }

    private DataSource Replaced(string set, DataSource source)
    {
        Replace($"{set}: not found, so {source.Description}");
        return source;
    }

    private DataSource Used(DataSource source)
    {
        Use($"{source.Name}, {source.Description}");
        return source;
    }

    private string? Find(string set)
    {
        if (directory is not null && !Directory.Exists(directory))
            throw new DirectoryNotFoundException($"{directory}: expected a folder of data sets, found none.");
        string?[] folders = [directory, new DataLocator().CacheDirectory];
        return folders.OfType<string>().Select(f => Path.Combine(f, set)).FirstOrDefault(HasFiles);
    }

    /// <summary>Whether a folder is there and not empty: a download that got nothing may have left one.</summary>
    private static bool HasFiles(string folder) => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();
}
