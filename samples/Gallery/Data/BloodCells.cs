using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using NetCompiler;
using NetCompiler.Detection;
using NetCompiler.Imaging;
using NetCompiler.Runtime;
using NetCompiler.Training.Data;
using static System.FormattableString;

namespace Gallery.Data;

/// <summary>
/// Photographs of blood with boxes around the cells: the BCCD set, Pascal VOC in a tar.gz, resized; else cells that are painted.
/// </summary>
internal static class BloodCells
{
    private const int FullWidth = 640;

    /// <summary>What the classes are called.</summary>
    public static IReadOnlyList<string> Names { get; } = ["RBC", "WBC", "Platelets"];

    /// <summary>Reads or paints the set.</summary>
    /// <param name="data">Where data is from.</param>
    /// <param name="width">Pixels of a row that pictures are resized to.</param>
    /// <param name="height">Rows.</param>
    /// <param name="train">The most training pictures.</param>
    /// <param name="test">The most test pictures.</param>
    /// <exception cref="MalformedFileException">A file is damaged.</exception>
    public static (List<DetectionSample> Train, List<DetectionSample> Test) Load(GalleryData data, int width, int height, int train, int test)
    {
        if (data.FindFile("detection", "bccd-subset.tar.gz") is not { } path)
        {
            var painted = (Paint(Math.Min(train, 120), width, height, 1), Paint(Math.Min(test, 60), width, height, 2));
            data.Replace(Invariant($"BCCD: not found, so {painted.Item1.Count} training and {painted.Item2.Count} test pictures of cells painted by this program are used"));
            return painted;
        }
        var files = Unpack(path);
        var sets = (Read(path, files, "train.txt", width, height, train), Read(path, files, "test.txt", width, height, test));
        data.Use(Invariant($"BCCD, {sets.Item1.Count} training and {sets.Item2.Count} test photographs of blood at {width} × {height} from {path}"));
        return sets;
    }

    private static Dictionary<string, byte[]> Unpack(string path)
    {
        var files = new Dictionary<string, byte[]>();
        try
        {
            using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var tar = new TarReader(stream);
            while (tar.GetNextEntry() is { } entry)
            {
                const int Largest = 8 << 20;
                if (entry.DataStream is null)
                    continue;
                if (entry.Length > Largest)
                    throw new MalformedFileException(path, entry.Name, $"at most {Largest} bytes", entry.Length);
                var bytes = new byte[entry.Length];
                entry.DataStream.ReadExactly(bytes);
                files[Path.GetFileName(entry.Name)] = bytes;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new MalformedFileException(path, "archive", "an intact tar.gz", e.Message, e);
        }
        return files;
    }

    private static List<DetectionSample> Read(
        string path, Dictionary<string, byte[]> files, string list, int width, int height, int most)
    {
        var names = Encoding.UTF8.GetString(File(list)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. names.Take(most).Select(Sample)];

        byte[] File(string name) =>
            files.TryGetValue(name, out var bytes) ? bytes : throw new MalformedFileException(path, name, "a file of the archive", "none");

        DetectionSample Sample(string name)
        {
            var image = JpegReader.Decode(File(name + ".jpg"), name + ".jpg").ToRgb();
            var (boxes, classes) = (new List<Box>(), new List<int>());
            var field = name + ".xml";
            try
            {
                foreach (var found in XDocument.Parse(Encoding.UTF8.GetString(File(field))).Descendants("object"))
                {
                    var box = found.Element("bndbox")!;
                    float Edge(string edge, int extent, int to) => float.Parse(box.Element(edge)!.Value, System.Globalization.CultureInfo.InvariantCulture) * to / extent;
                    var kind = found.Element("name")!.Value;
                    if (Names.ToList().IndexOf(kind) is not (>= 0 and var index))
                        throw new MalformedFileException(path, $"{field}, name", string.Join(", ", Names), kind);
                    var read = new Box(Edge("xmin", image.Width, width), Edge("ymin", image.Height, height), Edge("xmax", image.Width, width), Edge("ymax", image.Height, height));
                    // A few boxes of the set have no extent.
                    if (read is not { Width: > 1, Height: > 1 })
                        continue;
                    boxes.Add(read);
                    classes.Add(index);
                }
            }
            catch (Exception e) when (e is XmlException or NullReferenceException or FormatException)
            {
                throw new MalformedFileException(path, field, "annotations as of Pascal VOC", e.Message, e);
            }
            return new DetectionSample(image.Resize(width, height), boxes, classes);
        }
    }

    /// <summary>Red discs with a pale middle, a few large ones with a dark kernel, small dark specks.</summary>
    internal static List<DetectionSample> Paint(int count, int width, int height, ulong seed)
    {
        var random = new RandomStream(seed, "cells");
        var samples = new List<DetectionSample>();
        var scale = (double)width / FullWidth;
        for (var i = 0; i < count; i++)
        {
            var image = new Image(width, height, 3);
            for (var p = 0; p < image.Pixels.Length; p++)
                image.Pixels[p] = (byte)(205 + 10 * random.NextDouble());
            var (boxes, classes) = (new List<Box>(), new List<int>());
            foreach (var kind in Enumerable.Repeat(0, 11).Append(1).Concat(random.NextDouble() < 0.7 ? [2] : []))
            {
                var radius = scale * (kind switch { 0 => 44, 1 => 85, _ => 20 }) * (0.85 + 0.3 * random.NextDouble());
                var (x, y) = (radius + (width - 2 * radius) * random.NextDouble(), radius + (height - 2 * radius) * random.NextDouble());
                var box = new Box((float)(x - radius), (float)(y - radius), (float)(x + radius), (float)(y + radius));
                if (boxes.Any(b => b.IntersectionOverUnion(box) > 0.1))
                    continue;
                boxes.Add(box);
                classes.Add(kind);
                Disc(image, x, y, radius, kind);
            }
            samples.Add(new DetectionSample(image, boxes, classes));
        }
        return samples;
    }

    private static void Disc(Image image, double x, double y, double radius, int kind)
    {
        for (var row = (int)(y - radius); row < y + radius; row++)
        {
            for (var column = (int)(x - radius); column < x + radius; column++)
            {
                var part = Math.Sqrt((row - y) * (row - y) + (column - x) * (column - x)) / radius;
                if (part > 1 || row < 0 || column < 0 || row >= image.Height || column >= image.Width)
                    continue;
                (image[column, row, 0], image[column, row, 1], image[column, row, 2]) = kind switch
                {
                    0 => part < 0.45 ? ((byte)215, (byte)170, (byte)165) : ((byte)200, (byte)125, (byte)120),
                    1 => part < 0.65 ? ((byte)105, (byte)60, (byte)150) : ((byte)190, (byte)170, (byte)205),
                    _ => ((byte)130, (byte)80, (byte)160),
                };
            }
        }
    }
}
