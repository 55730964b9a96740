using NetCompiler.Imaging;
using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sub_folders_are_classes_in_ordinal_order()
    {
        Save("dog/b.png", Solid(4, 4, 3, 10));
        Save("dog/a.PNG", Solid(4, 4, 3, 20));
        Save("dog/more/c.png", Solid(4, 4, 3, 30));
        Save("Zebra/x.png", Solid(4, 4, 3, 40));
        Save("cat/10.png", Solid(4, 4, 3, 50));
        Save("cat/9.png", Solid(4, 4, 3, 60));
        File.WriteAllText(_folder.File("dog/notes.txt"), "no picture");
        File.WriteAllText(_folder.File("readme.md"), "no class");

        var data = ImageFolder.Read(_folder.Path, 4, 4);
        Assert.Equal(["Zebra", "cat", "dog"], data.ClassNames);
        Assert.Equal([0, 1, 1, 2, 2, 2], data.Labels.ToArray());
        Assert.Equal(
            ["Zebra/x.png", "cat/10.png", "cat/9.png", "dog/a.PNG", "dog/b.png", "dog/more/c.png"],
            data.Files.Select(f => Path.GetRelativePath(_folder.Path, f).Replace('\\', '/')));
        Assert.Equal((6, ElementType.UInt8, ElementType.Int32), (data.Count, data.Inputs[0].Type, data.Targets[0].Type));
        Assert.Equal([3, 4, 4], data.Inputs[0].Shape);
        var samples = new byte[2 * 48];
        var labels = new int[2];
        data.CopyInputs<byte>([4, 1], samples);
        data.CopyTargets<int>([4, 1], labels);
        Assert.Equal(Enumerable.Repeat((byte)10, 48).Concat(Enumerable.Repeat((byte)50, 48)), samples);
        Assert.Equal([2, 1], labels);
        Assert.Equal(data.Files[3], data.SampleName(3));
        var memory = data.ToMemory(threads: 3);
        Assert.Equal([40, 50, 60, 20, 10, 30], memory.Bytes.ToArray().Chunk(48).Select(s => (int)s[0]));
        Assert.Equal(data.Labels.ToArray(), memory.Labels.ToArray());
        Assert.Throws<ArgumentException>(() => data.CopyInputs<byte>([0], new byte[47]));
        Assert.Throws<ArgumentException>(() => data.CopyTargets<int>([0], new int[2]));
    }

    [Fact]
    public void Pictures_come_to_the_size_and_the_channels_asked_for()
    {
        // Three stripes: red, green, blue; the middle is what a square covers.
        var wide = new Image(12, 4, 3);
        for (var y = 0; y < 4; y++)
        {
            for (var x = 0; x < 12; x++)
                wide[x, y, x / 4] = 200;
        }
        Save("a/wide.png", wide);
        var covered = ImageFolder.Read(_folder.Path, 4, 4).Load(0);
        Assert.Equal(Enumerable.Repeat(new byte[] { 0, 200, 0 }, 16).SelectMany(p => p), covered.Pixels.ToArray());
        var half = ImageFolder.Read(_folder.Path, 2, 2).Load(0);
        Assert.Equal(wide.Resize(6, 2).Crop(2, 0, 2, 2).Pixels.ToArray(), half.Pixels.ToArray());
        var stretched = ImageFolder.Read(_folder.Path, 5, 4, fit: ImageFit.Stretch).Load(0);
        Assert.Equal(wide.Resize(4, 5).Pixels.ToArray(), stretched.Pixels.ToArray());
        var gray = ImageFolder.Read(_folder.Path, 4, 12, channels: 1);
        Assert.Equal(wide.ToGray().Pixels.ToArray(), gray.Load(0).Pixels.ToArray());
        // Planes, one after the other.
        var sample = new byte[3 * 48];
        ImageFolder.Read(_folder.Path, 4, 12).CopyInputs<byte>([0], sample);
        Assert.Equal([200, 0, 0, 0, 200, 0, 0, 0, 200], new[] { 0, 4, 8, 48, 52, 56, 96, 100, 104 }.Select(i => (int)sample[i]));
    }

    [Fact]
    public void Grey_alpha_and_other_formats_are_read()
    {
        Save("a/1.png", Solid(3, 3, 1, 9));
        Save("a/2.png", Solid(3, 3, 4, 8));
        File.WriteAllText(_folder.File("a/3.pgm"), "P2 1 1 255 7");
        File.WriteAllBytes(_folder.File("a/4.jpeg"), JpegReaderTests.Color);
        var data = ImageFolder.Read(_folder.Path, 3, 3);
        Assert.Equal([9, 8, 7], new[] { 0, 1, 2 }.Select(i => (int)data.Load(i)[2, 2, 2]));
        if (JpegReaderTests.HasLibrary)
            Assert.InRange(data.Load(3)[0, 0], 200, 230);
        else
            Assert.Contains("4.jpeg: JPEG", Assert.Throws<DllNotFoundException>(() => data.Load(3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_picture_is_named_to_whom_it_matters()
    {
        Save("a/1.png", Solid(3, 3, 1, 9));
        Save("a/2.png", Solid(3, 3, 1, 9));
        File.WriteAllText(_folder.File("a/2.png"), "this is no picture");
        var data = ImageFolder.Read(_folder.Path, 3, 3);
        Assert.Equal(_folder.File("a/2.png"), Assert.Throws<MalformedFileException>(() => data.Load(1)).Path);
        using var loader = new DataLoader(data);
        loader.BeginPass([0, 1], 2, 1);
        var thrown = Assert.Throws<SampleLoadException>(() => loader.CopyInputs<byte>([0, 1], new byte[2 * 27]));
        Assert.Equal(_folder.File("a/2.png"), thrown.SampleName);
        Assert.StartsWith(_folder.File("a/2.png"), thrown.Message, StringComparison.Ordinal);
        Assert.Throws<SampleLoadException>(() => data.ToMemory());
    }

    [Fact]
    public void Folders_that_hold_no_data_set_are_refused()
    {
        Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Read(_folder.File("none"), 4, 4));
        var none = Assert.Throws<FileNotFoundException>(() => ImageFolder.Read(_folder.Path, 4, 4));
        Assert.Contains("expected sub-folders that are classes, found none", none.Message, StringComparison.Ordinal);
        Save("a/1.png", Solid(3, 3, 1, 9));
        Directory.CreateDirectory(_folder.File("empty"));
        var empty = Assert.Throws<FileNotFoundException>(() => ImageFolder.Read(_folder.Path, 4, 4));
        Assert.StartsWith(_folder.File("empty") + ": expected pictures", empty.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Read(_folder.Path, 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Read(_folder.Path, 4, 4, channels: 2));
    }

    private static Image Solid(int width, int height, int channels, byte value)
    {
        var image = new Image(width, height, channels);
        image.Pixels.Fill(value);
        return image;
    }

    private void Save(string name, Image image)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        image.SavePng(_folder.File(name));
    }
}
