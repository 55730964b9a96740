using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Data;

public sealed class Cifar10ReaderTests : IDisposable
{
    private const int RecordBytes = 3073;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Records_come_back(bool gzip)
    {
        var data = Cifar10Reader.Read(Write("one.bin", Records(3, 1, 9), gzip), Write("two.bin", Records(0), gzip));
        Assert.Equal(4, data.Count);
        Assert.Equal([3, 32, 32], data.Inputs[0].Shape);
        Assert.Equal([3, 1, 9, 0], data.Labels.ToArray());
        Assert.Equal(Records(1).AsSpan(1).ToArray(), data.Bytes.Slice(3072, 3072).ToArray());
    }

    [Fact]
    public void A_folder_gives_training_and_test()
    {
        // The real set where it is at hand, else one of the same names.
        var directory = RealData.Find("cifar-10");
        if (directory is null)
        {
            directory = _folder.Path;
            _folder.WriteGzip("data_batch_1.bin.gz", Records(6, 9));
            _folder.Write("test_batch.bin", Records(3, 8));
        }
        var (train, test) = Cifar10Reader.ReadDirectory(directory);
        Assert.Equal([6, 9], train.Labels[..2].ToArray());
        Assert.Equal([3, 8], test.Labels[..2].ToArray());
        Assert.Equal(10, Cifar10Reader.ClassNames.Count);
    }

    [Fact]
    public void A_folder_without_the_set_is_refused()
    {
        Refuse("data_batch_1.bin");
        _folder.Write("data_batch_2.bin", Records(1));
        Refuse("test_batch.bin");

        void Refuse(string missing)
        {
            var refused = Assert.Throws<FileNotFoundException>(() => Cifar10Reader.ReadDirectory(_folder.Path));
            Assert.Contains(missing, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, "length", "length")]
    [InlineData(1, "length", "record 0")]
    [InlineData(RecordBytes + 1, "length", "record 1")]
    [InlineData(2 * RecordBytes - 1, "length", "record 1")]
    public void Other_lengths_are_refused(int length, string plainField, string packedField)
    {
        var bytes = Records(1, 2).AsSpan(0, length);
        var (plain, packed) = (_folder.Write("plain", bytes), _folder.WriteGzip("packed", bytes));
        Assert.Equal(plainField, Assert.Throws<MalformedFileException>(() => Cifar10Reader.Read(plain)).Field);
        Assert.Equal(packedField, Assert.Throws<MalformedFileException>(() => Cifar10Reader.Read(packed)).Field);
    }

    [Fact]
    public void A_label_that_is_no_class_is_refused()
    {
        var path = _folder.Write("bad", Records(1, 2, 10));
        Assert.Equal(
            $"{path}: label of record 2: expected 0 to 9, found 10.",
            Assert.Throws<MalformedFileException>(() => Cifar10Reader.Read(path)).Message);
    }

    [Fact]
    public void Damaged_gzip_data_is_refused()
    {
        var whole = File.ReadAllBytes(_folder.WriteGzip("packed", Records(1, 2)));
        whole[^5] ^= 1;
        var path = _folder.Write("damaged", whole);
        Assert.Throws<MalformedFileException>(() => Cifar10Reader.Read(path));
    }

    private static byte[] Records(params byte[] labels) =>
        [.. labels.SelectMany(label => Enumerable.Range(0, RecordBytes).Select(i => i == 0 ? label : (byte)(i * (label + 1))))];

    private string Write(string name, byte[] bytes, bool gzip) => gzip ? _folder.WriteGzip(name, bytes) : _folder.Write(name, bytes);
}
