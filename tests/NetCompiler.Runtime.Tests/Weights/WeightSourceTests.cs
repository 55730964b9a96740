using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Weights;

/// <summary>Weights come from files, memory, streams and resources: the same values, and nothing changes where something is wrong.</summary>
public class WeightSourceTests
{
    private static readonly byte[] s_file =
        SafetensorsFile.Make(SafetensorsFile.DenseHeader, Enumerable.Range(0, 18).Select(i => (float)i));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bytes_may_lie_at_any_address(int offset)
    {
        byte[] memory = [.. new byte[offset], .. s_file];
        using var network = new DenseNetwork(seed: 1);
        var result = network.LoadWeights(memory.AsSpan(offset));
        CheckValues(network);
        Assert.Equal(["dense1.weight", "dense1.bias"], result.Loaded);
        Assert.True(result.IsComplete);
        Assert.Equal("2 loaded, 0 missing, 0 unexpected, 0 mismatched", result.ToString());
    }

    [Fact]
    public void No_bytes_are_refused()
    {
        using var network = new DenseNetwork();
        Assert.Equal("bytes: header length: expected 8 bytes, found a file of 0.", Refusal(() => network.LoadWeights([])));
    }

    [Theory]
    [InlineData("NetCompiler.Runtime.Tests.Weights.dense.safetensors")]
    [InlineData("dense.safetensors")]
    [InlineData("Weights.dense.safetensors")]
    public void A_resource_is_found_by_its_name_or_its_end(string name)
    {
        using var network = new DenseNetwork(seed: 1);
        network.LoadWeights(typeof(WeightSourceTests).Assembly, name);
        CheckValues(network);
    }

    [Theory]
    [InlineData("ense.safetensors")]
    [InlineData("digits.safetensors")]
    public void A_resource_that_is_not_there_is_an_error_that_lists_those_that_are(string name)
    {
        using var network = new DenseNetwork();
        var exception = Assert.Throws<ArgumentException>(() => network.LoadWeights(typeof(WeightSourceTests).Assembly, name));
        Assert.Contains(
            $"Resource '{name}' of NetCompiler.Runtime.Tests: expected one of that name, found NetCompiler.Runtime.Tests.Weights.dense.saf",
            exception.Message);
    }

    [Fact]
    public void Memory_and_resources_are_not_copied_before_they_are_read()
    {
        // A million floats: a copy would show.
        var description = DenseNetwork.Describe() with
        {
            Parameters = [new ParameterInfo("dense1.weight", [1000, 1000], 0, Initializer.Ones, 1, 1, Trainable: true)],
        };
        using var network = new StoredNetwork(description);
        var file = new MemoryStream();
        network.Save(file);
        network.LoadWeights(file.GetBuffer().AsSpan(0, (int)file.Length));
        var before = GC.GetAllocatedBytesForCurrentThread();
        network.LoadWeights(file.GetBuffer().AsSpan(0, (int)file.Length));
        file.Position = 0;
        network.LoadWeights(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void A_stream_that_cannot_seek_is_read_as_it_comes(int most)
    {
        using var network = new DenseNetwork(seed: 1);
        network.LoadWeights(new ForwardOnlyStream(s_file, most));
        CheckValues(network);
    }

    [Fact]
    public void A_stream_that_cannot_seek_may_hold_what_nobody_asks_for()
    {
        var file = SafetensorsFile.Make(
            """
            {"other":{"dtype":"F32","shape":[1000],"data_offsets":[0,4000]},
             "dense1.bias":{"dtype":"F32","shape":[3],"data_offsets":[4000,4012]},
             "more":{"dtype":"F32","shape":[1],"data_offsets":[4012,4016]}}
            """,
            Enumerable.Range(0, 1004).Select(i => (float)i));
        using var network = new DenseNetwork();
        var result = network.LoadWeights(new ForwardOnlyStream(file, 333), new WeightLoadOptions { Partial = true });
        Assert.Equal([1000f, 1001, 1002], network.Parameter("dense1.bias").Values.ToArray());
        Assert.Equal(["other", "more"], result.Unexpected);
    }

    [Fact]
    public void A_stream_of_unknown_length_that_ends_anywhere_changes_nothing()
    {
        using var network = new DenseNetwork(seed: 1);
        var before = network.Parameters.ToArray();
        var version = network.ParameterVersion;
        for (var length = 0; length < s_file.Length; length++)
            Refusal(() => network.LoadWeights(new ForwardOnlyStream(s_file[..length])));
        Assert.Equal(
            "stream: data: expected 72 bytes, as many as the tensors have, found more.",
            Refusal(() => network.LoadWeights(new ForwardOnlyStream([.. s_file, 0]))));
        Assert.Equal(before, network.Parameters.ToArray());
        Assert.Equal(version, network.ParameterVersion);
    }

    [Fact]
    public void A_stream_that_cannot_seek_does_not_go_back()
    {
        using var reader = new SafetensorsReader(new ForwardOnlyStream(s_file));
        reader.Read(reader.Entries[1], new float[3]);
        var exception = Assert.Throws<InvalidOperationException>(() => reader.Read(reader.Entries[0], new float[15]));
        Assert.Contains("found 0 after 72", exception.Message);
    }

    [Fact]
    public void What_is_saved_to_a_stream_is_what_is_saved_to_a_file()
    {
        using var folder = new TemporaryFolder();
        using var network = new DenseNetwork(seed: 3);
        network.Save(folder.File("net.safetensors"));
        var stream = new MemoryStream();
        network.Save(stream);
        Assert.Equal(File.ReadAllBytes(folder.File("net.safetensors")), stream.ToArray());
    }

    private static string Refusal(Action load) => Assert.Throws<MalformedFileException>(load).Message;

    private static void CheckValues(DenseNetwork network)
    {
        Assert.Equal(Enumerable.Range(0, 15).Select(i => (float)i), network.Parameter("dense1.weight").Values.ToArray());
        Assert.Equal([15f, 16, 17], network.Parameter("dense1.bias").Values.ToArray());
    }
}
