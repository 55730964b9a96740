using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Weights;

public class WeightsTests
{
    [Fact]
    public void What_is_saved_is_loaded()
    {
        using var folder = new TemporaryFolder();
        using var saved = new DenseNetwork(seed: 1);
        saved.Parameter("dense1.bias").CopyFrom([float.NaN, float.NegativeInfinity, -0f]);
        saved.Save(folder.File("net.safetensors"));
        using var loaded = new DenseNetwork(seed: 2);
        var version = loaded.ParameterVersion;
        loaded.LoadWeights(folder.File("net.safetensors"));
        Assert.Equal(Numbers.Bits(saved.Parameters), Numbers.Bits(loaded.Parameters));
        Assert.NotEqual(version, loaded.ParameterVersion);
    }

    [Fact]
    public void The_same_parameters_give_the_same_bytes_and_nothing_else_is_left()
    {
        using var folder = new TemporaryFolder();
        using var network = new DenseNetwork(seed: 1);
        network.Save(folder.File("a.safetensors"));
        network.Save(folder.File("b.safetensors"));
        network.Save(folder.File("b.safetensors"));
        Assert.Equal(File.ReadAllBytes(folder.File("a.safetensors")), File.ReadAllBytes(folder.File("b.safetensors")));
        Assert.Equal(["a.safetensors", "b.safetensors"], folder.Names());
    }

    [Fact]
    public void The_file_is_laid_out_as_the_format_says()
    {
        using var folder = new TemporaryFolder();
        using var network = new DenseNetwork(seed: 1);
        network.Save(folder.File("net.safetensors"));
        var bytes = File.ReadAllBytes(folder.File("net.safetensors"));
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, headerLength % 8);
        Assert.Equal(8 + headerLength + 18 * sizeof(float), bytes.Length);
        Assert.Equal(
            "{\"__metadata__\":{\"format\":\"netcompiler\",\"network\":\"DenseNetwork\"," +
            "\"structure\":\"" + network.Definition.StructuralHashText + "\"," +
            "\"layers\":\"x Input:Float32 5 0\\ndense1 Dense 3 18\\nrelu1 Relu 3 0\\ny Output:Float32 3 0\\n\"}," +
            "\"dense1.weight\":{\"dtype\":\"F32\",\"shape\":[3,5],\"data_offsets\":[0,60]}," +
            "\"dense1.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[60,72]}}",
            Encoding.UTF8.GetString(bytes, 8, headerLength).TrimEnd(' '));
        Assert.Equal(network.Parameters[1], BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(8 + headerLength + 4)));
    }

    [Fact]
    public void A_file_of_another_library_is_read()
    {
        // Another order, no metadata, other white space, escapes.
        var file = SafetensorsFile.Make(
            """
            { "dense1.bias" : { "shape": [3], "data_offsets": [0, 12], "dtype": "F32" },
              "dense1.\u0077eight": { "dtype": "F32", "shape": [3, 5], "data_offsets": [12, 72] } }
            """,
            Enumerable.Range(0, 18).Select(i => (float)i));
        using var network = new DenseNetwork();
        network.LoadWeights(new MemoryStream(file));
        Assert.Equal([0f, 1, 2], network.Parameter("dense1.bias").Values.ToArray());
        Assert.Equal(Enumerable.Range(3, 15).Select(i => (float)i), network.Parameter("dense1.weight").Values.ToArray());
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands_whether_it_seeks_or_not()
    {
        var file = SafetensorsFile.Make(SafetensorsFile.DenseHeader, Enumerable.Range(0, 18).Select(i => (float)i));
        using var network = new DenseNetwork();
        using var seekable = new MemoryStream([1, 2, 3, .. file]) { Position = 3 };
        network.LoadWeights(seekable);
        Assert.Equal(17, network.Parameter("dense1.bias")[2]);
        Assert.True(seekable.CanRead);

        network.Parameters.Clear();
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(file);
        packed.Position = 0;
        network.LoadWeights(new GZipStream(packed, CompressionMode.Decompress));
        Assert.Equal(17, network.Parameter("dense1.bias")[2]);
    }

    [Fact]
    public void Metadata_and_entries_are_shown()
    {
        var header = """
            {"__metadata__":{"format":"pt","by":"hand"},
             "s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},
             "e":{"dtype":"I64","shape":[0,7],"data_offsets":[4,4]}}
            """;
        using var reader = new SafetensorsReader(new MemoryStream(SafetensorsFile.Make(header, [1.5f])));
        Assert.Equal("hand", reader.Metadata["by"]);
        Assert.Equal(["s", "e"], reader.Entries.Select(entry => entry.Name));
        Assert.Equal([0L, 7], reader.Entries[1].Shape);
        var value = new float[1];
        reader.Read(reader.Entries[0], value);
        Assert.Equal(1.5f, value[0]);
        Assert.Throws<ArgumentException>(() => reader.Read(reader.Entries[0], new float[2]));
        Assert.Contains(
            "'e'.dtype: expected F32, F16, BF16 or F64, found I64",
            Assert.Throws<MalformedFileException>(() => reader.Read(reader.Entries[1], [])).Message);
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("net.bin"), "old");
        Assert.Throws<FormatException>(() => AtomicFile.Write(folder.File("net.bin"), stream =>
        {
            stream.WriteByte(1);
            throw new FormatException();
        }));
        Assert.Equal("old", File.ReadAllText(folder.File("net.bin")));
        Assert.Equal(["net.bin"], folder.Names());
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        var values = new float[2];
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(Stream.Null, [new("a", [2], values), new("a", [2], values)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(Stream.Null, [new("a", [3], values)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(Stream.Null, [new("__metadata__", [2], values)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(Stream.Null, [], [new("k", "1"), new("k", "2")]));
    }

    [Fact]
    public void A_missing_file_is_not_a_format_error()
    {
        using var network = new DenseNetwork();
        Assert.Throws<FileNotFoundException>(() => network.LoadWeights(Path.Combine(Path.GetTempPath(), "no such file.safetensors")));
    }
}
