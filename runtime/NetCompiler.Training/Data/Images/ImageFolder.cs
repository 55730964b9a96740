using NetCompiler.Imaging;
using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>
/// A folder of pictures whose sub-folders are classes, as torchvision's ImageFolder and Keras' image_dataset_from_directory read it:
/// classes in the ordinal order of their names, pictures in that of their paths. Pictures are PNG, PGM, PPM, and JPEG where
/// <see cref="JpegReader"/> finds its library.
/// </summary>
/// <remarks>
/// Pictures are read and resized each time that they are asked for, which a <see cref="DataLoader"/> does on threads in the background;
/// <see cref="ToMemory"/> keeps those of a small folder. Reading allocates, as no other data set does. Alpha is left out.
/// </remarks>
public sealed class ImageFolder : IDataset
{
    private static readonly string[] s_extensions = [".png", ".jpg", ".jpeg", ".pgm", ".ppm", ".pnm"];

    private readonly int[] _labels;
    private readonly ImageReadOptions? _options;

    private ImageFolder(
        IReadOnlyList<string> classNames, IReadOnlyList<string> files, int[] labels, ImageShape shape, ImageFit fit,
        ImageReadOptions? options)
    {
        (ClassNames, Files, _labels, Shape, Fit, _options) = (classNames, files, labels, shape, fit, options);
        Inputs = [new TensorInfo("image", ElementType.UInt8, [shape.Channels, shape.Height, shape.Width])];
    }

    /// <summary>Finds the classes and the pictures of a folder; the pictures themselves are not read yet.</summary>
    /// <param name="path">The folder. Pictures may lie in folders within those of their classes; other files are passed over.</param>
    /// <param name="height">Rows that pictures are resized to, at least 1.</param>
    /// <param name="width">Columns that pictures are resized to, at least 1.</param>
    /// <param name="channels">3 for red, green and blue, 1 for grey.</param>
    /// <param name="fit">How pictures come to that size.</param>
    /// <param name="options">Limits for pictures; null for the defaults.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder has no sub-folders, or one of them has no pictures.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static ImageFolder Read(
        string path, int height, int width, int channels = 3, ImageFit fit = ImageFit.Cover, ImageReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "Expected 1 or 3.");
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"{path}: expected a folder whose sub-folders are classes, found no folder.");
        var classes = Sorted(Directory.EnumerateDirectories(path));
        if (classes.Count == 0)
            throw new FileNotFoundException($"{path}: expected sub-folders that are classes, found none.");
        var files = new List<string>();
        var labels = new List<int>();
        foreach (var folder in classes)
        {
            var pictures = Sorted(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsPicture));
            if (pictures.Count == 0)
                throw new FileNotFoundException($"{folder}: expected pictures ({string.Join(", ", s_extensions)}), found none.");
            labels.AddRange(Enumerable.Repeat(labels.Count == 0 ? 0 : labels[^1] + 1, pictures.Count));
            files.AddRange(pictures);
        }
        return new ImageFolder(
            [.. classes.Select(c => Path.GetFileName(c)!)], files, [.. labels], new ImageShape(channels, height, width), fit, options);
    }

    /// <summary>The classes' names.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The pictures' paths.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The pictures' classes.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The extents of a sample.</summary>
    public ImageShape Shape { get; }

    /// <summary>How pictures come to that size.</summary>
    public ImageFit Fit { get; }

    /// <inheritdoc/>
    public int Count => Files.Count;

    /// <inheritdoc/>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorInfo> Targets { get; } = [new TensorInfo("class", ElementType.Int32, [])];

    /// <summary>The picture's path.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public string SampleName(int index) => Files[index];

    /// <inheritdoc/>
    /// <exception cref="MalformedFileException">A picture is damaged, or of a format that cannot be read.</exception>
    /// <exception cref="DllNotFoundException">A picture is a JPEG, and the library that reads those is not there.</exception>
    public void Copy(ReadOnlySpan<int> indices, SampleBatch batch, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (var i = 0; i < indices.Length; i++)
        {
            Load(indices[i]).ToChannelsFirst(batch.InputAt<byte>(0, first + i));
            batch.TargetAt<int>(0, first + i)[0] = _labels[indices[i]];
        }
    }

    /// <summary>Reads one picture, in the size and the channels of the samples.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="MalformedFileException">The picture is damaged, or of a format that cannot be read.</exception>
    /// <exception cref="DllNotFoundException">The picture is a JPEG, and the library that reads those is not there.</exception>
    public Image Load(int index)
    {
        var bytes = File.ReadAllBytes(Files[index]);
        var image = JpegReader.Recognises(bytes)
            ? JpegReader.Decode(bytes, Files[index], _options)
            : Image.Decode(bytes, Files[index], _options);
        if (image.Channels != Shape.Channels)
            image = Shape.Channels == 1 ? image.ToGray() : image.ToRgb();
        return Resize(image);
    }

    /// <summary>Reads all pictures.</summary>
    /// <param name="threads">How many threads read; null for as many as there are processors.</param>
    /// <exception cref="SampleLoadException">A picture cannot be read.</exception>
    public InMemoryDataset ToMemory(int? threads = null)
    {
        var bytes = new byte[(long)Count * Shape.Length];
        using var loader = new DataLoader(this, new DataLoaderOptions { Threads = threads ?? Environment.ProcessorCount });
        int[] order = [.. Enumerable.Range(0, Count)];
        loader.BeginPass(order, batchSize: 1, seed: null);
        var sample = new SampleBatch(this, 1) { Count = 1 };
        for (var i = 0; i < order.Length; i++)
        {
            loader.Copy(order.AsSpan(i, 1), sample);
            sample.Input<byte>(0).CopyTo(bytes.AsSpan(i * Shape.Length));
        }
        return InMemoryDataset.FromBytes(bytes, [.. Inputs[0].Shape], _labels);
    }

    private static List<string> Sorted(IEnumerable<string> paths) => [.. paths.Order(StringComparer.Ordinal)];

    private static bool IsPicture(string path) => s_extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private Image Resize(Image image)
    {
        var (width, height) = (Shape.Width, Shape.Height);
        if (Fit == ImageFit.Cover)
        {
            var scale = Math.Max((double)width / image.Width, (double)height / image.Height);
            width = Math.Max(width, (int)Math.Round(image.Width * scale));
            height = Math.Max(height, (int)Math.Round(image.Height * scale));
        }
        if (width != image.Width || height != image.Height)
            image = image.Resize(width, height);
        return width == Shape.Width && height == Shape.Height
            ? image
            : image.Crop((width - Shape.Width) / 2, (height - Shape.Height) / 2, Shape.Width, Shape.Height);
    }
}
