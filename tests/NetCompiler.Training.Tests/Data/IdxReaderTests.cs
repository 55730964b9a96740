using NetCompiler.Data;
using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Data;

public sealed class IdxReaderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pictures_and_labels_come_back(bool gzip)
    {
        var images = Write("images", Idx.Images(Idx.Pixels(3), 3, 2, 3), gzip);
        var labels = Write("labels", Idx.Labels(7, 0, 255), gzip);

        var data = InMemoryDataset.FromIdx(images, labels);

        Assert.Equal(3, data.Count);
        Assert.Equal([1, 2, 3], data.Inputs[0].Shape);
        Assert.Equal(ElementType.UInt8, data.Inputs[0].Type);
        Assert.Equal(Idx.Pixels(3), data.Bytes.ToArray());
        Assert.Equal([7, 0, 255], data.Labels.ToArray());
    }

    [Fact]
    public void A_file_may_be_empty()
    {
        var (pixels, count, rows, columns) = IdxReader.ReadImages(_folder.Write("images", Idx.Images([], 0, 28, 28)));
        Assert.Empty(pixels);
        Assert.Equal((0, 28, 28), (count, rows, columns));
    }

    [Fact]
    public void Real_files_or_like_ones_are_read()
    {
        // MNIST where it is at hand, else a set of the same names.
        if (RealData.Find("mnist") is { } mnist)
        {
            var source = DataLocator.ReadDirectory(mnist);
            Assert.Equal("mnist", source.Name);
            Assert.Equal((60_000, 10_000), (source.Train.Count, source.Test.Count));
            Assert.Equal([5, 0, 4, 1, 9], source.Train.Labels[..5].ToArray());
            Assert.Equal(27_525, source.Train.Bytes[..784].ToArray().Sum(b => b));
        }
        else
        {
            Idx.WriteSet(_folder, 6, 3, gzip: true);
            Assert.Equal((6, 3), (DataLocator.ReadDirectory(_folder.Path).Train.Count, DataLocator.ReadDirectory(_folder.Path).Test.Count));
        }
    }

    [Fact]
    public void Another_magic_is_refused()
    {
        var labels = _folder.Write("labels", Idx.Labels(1, 2));
        Assert.Equal(
            $"{labels}: magic: expected 2051 (bytes in 3 dimensions), found 2049 (0x00000801).",
            Refuse(() => IdxReader.ReadImages(labels), "magic").Message);
        Refuse(() => IdxReader.ReadLabels(_folder.Write("png", [0x89, 0x50, 0x4E, 0x47, 0x0D])), "magic");
        Refuse(() => IdxReader.ReadLabels(_folder.Write("floats", Idx.Create(0x0D01, [1], [0, 0, 0, 0]))), "magic");
    }

    [Theory]
    [InlineData(0, "magic")]
    [InlineData(3, "magic")]
    [InlineData(4, "count")]
    [InlineData(11, "rows")]
    [InlineData(15, "columns")]
    [InlineData(16, "data")]
    [InlineData(33, "data")]
    public void A_file_cut_short_is_refused(int length, string field)
    {
        var whole = Idx.Images(Idx.Pixels(3), 3, 2, 3);
        Refuse(() => IdxReader.ReadImages(_folder.Write("plain", whole.AsSpan(0, length))), field);
        Refuse(() => IdxReader.ReadImages(_folder.WriteGzip("packed", whole.AsSpan(0, length))), field);
    }

    [Fact]
    public void A_file_with_more_than_it_says_is_refused()
    {
        var tooLong = Idx.Images([.. Idx.Pixels(3), 0], 3, 2, 3);
        Refuse(() => IdxReader.ReadImages(_folder.Write("plain", tooLong)), "data");
        Refuse(() => IdxReader.ReadImages(_folder.WriteGzip("packed", tooLong)), "end of file");
    }

    [Theory]
    [InlineData(new[] { -1, 28, 28 }, "count")]
    [InlineData(new[] { 1, 0, 28 }, "rows")]
    [InlineData(new[] { 1, 28, int.MinValue }, "columns")]
    [InlineData(new[] { int.MaxValue, 2, 1 }, "count")]
    [InlineData(new[] { 2_000_000_000, 2, 1 }, "rows")]
    [InlineData(new[] { 65_536, 65_536, 65_536 }, "rows")]
    public void Impossible_dimensions_are_refused(int[] extents, string field)
    {
        Refuse(() => IdxReader.ReadImages(_folder.Write("plain", Idx.Create(2051, extents, [1, 2, 3]))), field);
        Refuse(() => IdxReader.ReadImages(_folder.WriteGzip("packed", Idx.Create(2051, extents, [1, 2, 3]))), field);
    }

    [Fact]
    public void Sizes_are_checked_before_memory_is_asked_for()
    {
        // Two gigabytes are promised by a few bytes, plain or packed.
        var promise = Idx.Create(2051, [46_000, 200, 200], []);
        var (plain, packed) = (_folder.Write("plain", promise), _folder.WriteGzip("packed", promise));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refuse(() => IdxReader.ReadImages(plain), "data");
        Refuse(() => IdxReader.ReadImages(packed), "data");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void Packed_files_take_memory_for_what_they_hold_and_not_for_what_they_promise()
    {
        // Random bytes hardly pack, so that the file has room for the 900 MB that it promises, by Deflate's best ratio.
        var noise = new byte[1_000_000];
        new Random(1).NextBytes(noise);
        var promise = _folder.WriteGzip("promise", Idx.Create(2051, [900, 1000, 1000], noise));
        var zeros = _folder.WriteGzip("zeros", Idx.Create(2051, [20, 1000, 1000], new byte[20_000_000]));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Refuse(() => IdxReader.ReadImages(promise), "data");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        Assert.Equal("1000000 bytes and the end of the file", refused.Found);

        before = GC.GetAllocatedBytesForCurrentThread();
        var pixels = IdxReader.ReadImages(zeros).Pixels;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 20_000_000, 21_000_000);
        Assert.Equal(20_000_000, pixels.Length);
        Assert.False(pixels.AsSpan().ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Large_packed_files_come_back_and_are_refused_where_their_checksum_is_wrong()
    {
        var pixels = Enumerable.Range(0, 17_000_000).Select(i => (byte)(i >> 12 ^ i)).ToArray();
        var path = _folder.WriteGzip("packed", Idx.Images(pixels, 17, 1000, 1000));
        Assert.True(pixels.AsSpan().SequenceEqual(IdxReader.ReadImages(path).Pixels));

        var damaged = File.ReadAllBytes(path);
        damaged[^6] ^= 0x40;
        path = _folder.Write("damaged", damaged);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("gzip", Refuse(() => IdxReader.ReadImages(path), null).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Damaged_gzip_data_is_refused()
    {
        var whole = File.ReadAllBytes(_folder.WriteGzip("packed", Idx.Images(Idx.Pixels(200), 200, 2, 3)));
        var flipped = whole.ToArray();
        flipped[^6] ^= 0x40;
        var wrongSum = Refuse(() => IdxReader.ReadImages(_folder.Write("crc", flipped)), null);
        Assert.Contains("gzip", wrongSum.Message, StringComparison.Ordinal);
        for (var length = 2; length < whole.Length - 8; length += 7)
            Refuse(() => IdxReader.ReadImages(_folder.Write("cut", whole.AsSpan(0, length))), null);
    }

    [Fact]
    public void Labels_have_to_be_as_many_as_pictures()
    {
        var images = _folder.Write("images", Idx.Images(Idx.Pixels(3), 3, 2, 3));
        var labels = _folder.Write("labels", Idx.Labels(1, 2));
        var refused = Refuse(() => InMemoryDataset.FromIdx(images, labels), "count");
        Assert.Equal(labels, refused.Path);
        Assert.Equal($"3 labels, as many as {images} has images", refused.Expected);
        Assert.Equal("2", refused.Found);
    }

    private static MalformedFileException Refuse(Action read, string? field)
    {
        var refused = Assert.Throws<MalformedFileException>(read);
        if (field is not null)
            Assert.Equal(field, refused.Field);
        Assert.Contains(refused.Path, refused.Message, StringComparison.Ordinal);
        return refused;
    }

    private string Write(string name, byte[] bytes, bool gzip) => gzip ? _folder.WriteGzip(name, bytes) : _folder.Write(name, bytes);
}
