using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Weights;

/// <summary>Weights of one network go into another as far as they are asked for, and as far as they fit.</summary>
public class PartialLoadingTests
{
    private static readonly NetworkDescription s_network = StoredNetwork.Convolutions;

    // Trained on ten classes instead of three, with a head of another name besides.
    private static readonly NetworkDescription s_trained = s_network with
    {
        Name = "Trained",
        Parameters =
        [
            .. s_network.Parameters.Take(4),
            s_network.Parameters[4] with { Shape = [10, 80], Offset = 1024 },
            s_network.Parameters[5] with { Name = "head.bias", Offset = 2048 },
        ],
    };

    [Fact]
    public void What_fits_is_loaded_and_the_rest_is_listed()
    {
        using var network = new StoredNetwork(s_network, seed: 1);
        using var untouched = new StoredNetwork(s_network, seed: 1);
        using var trained = new StoredNetwork(s_trained, seed: 2);

        var result = network.LoadWeights(Saved(trained), new WeightLoadOptions { Partial = true });

        Assert.Equal(["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"], result.Loaded);
        Assert.Equal(["dense1.bias"], result.Missing);
        Assert.Equal(["head.bias"], result.Unexpected);
        Assert.Equal(["dense1.weight: expected F32 (3, 80), found F32 (10, 80)"], result.Mismatched.Select(m => m.ToString()));
        Assert.False(result.IsComplete);
        Assert.Equal("4 loaded, 1 missing, 1 unexpected, 1 mismatched", result.ToString());
        Assert.Equal(trained.Parameters[..304].ToArray(), network.Parameters[..304].ToArray());
        Assert.Equal(untouched.Parameters[304..].ToArray(), network.Parameters[304..].ToArray());
    }

    [Fact]
    public void A_filter_says_what_has_to_be_there_and_leaves_the_rest()
    {
        using var network = new StoredNetwork(s_network, seed: 1);
        using var untouched = new StoredNetwork(s_network, seed: 1);
        using var trained = new StoredNetwork(s_trained, seed: 2);
        var body = new WeightLoadOptions { Filter = p => p.Name.StartsWith("conv", StringComparison.Ordinal) };

        var result = network.LoadWeights(Saved(trained), body);

        Assert.True(result.IsComplete);
        Assert.Equal(4, result.Loaded.Count);
        Assert.Equal(trained.Parameters[..304].ToArray(), network.Parameters[..304].ToArray());
        Assert.Equal(untouched.Parameters[304..].ToArray(), network.Parameters[304..].ToArray());

        var all = new WeightLoadOptions { Filter = _ => true };
        var refused = Assert.Throws<MalformedFileException>(() => network.LoadWeights(Saved(trained), all));
        Assert.Equal(
            "others, with 2 differences:\n" +
            "  dense1.bias: expected F32 (3), found none\n" +
            "  dense1.weight: expected F32 (3, 80), found F32 (10, 80)",
            refused.Found.Replace("those of Trained", "others", StringComparison.Ordinal));
    }

    [Fact]
    public void Tensors_may_get_the_names_of_this_network()
    {
        var file = SafetensorsFile.Make(
            """
            {"fc.weight":{"dtype":"F32","shape":[3,5],"data_offsets":[0,60]},
             "fc.bias":{"dtype":"F32","shape":[3],"data_offsets":[60,72]},
             "optimizer.step":{"dtype":"F32","shape":[],"data_offsets":[72,76]}}
            """,
            Enumerable.Range(0, 19).Select(i => (float)i));
        using var network = new DenseNetwork();
        string? Rename(string name) => name == "optimizer.step" ? null : name.Replace("fc.", "dense1.", StringComparison.Ordinal);

        var result = network.LoadWeights(file, new WeightLoadOptions { Rename = Rename });

        Assert.Equal(["dense1.weight", "dense1.bias"], result.Loaded);
        Assert.Empty(result.Unexpected);
        Assert.Equal(17, network.Parameter("dense1.bias")[2]);
    }

    [Fact]
    public void Names_that_become_one_are_an_error()
    {
        using var network = new DenseNetwork(seed: 1);
        var file = SafetensorsFile.Make(SafetensorsFile.DenseHeader, new float[18]);
        var exception = Assert.Throws<ArgumentException>(
            () => network.LoadWeights(file, new WeightLoadOptions { Partial = true, Rename = _ => "dense1.bias" }));
        Assert.Equal("Rename: expected each name once, found 'dense1.bias' for 'dense1.weight' and 'dense1.bias'.", exception.Message);
    }

    [Fact]
    public void A_damaged_file_is_refused_even_where_only_a_part_is_wanted()
    {
        using var network = new DenseNetwork(seed: 1);
        var file = SafetensorsFile.Make(SafetensorsFile.DenseHeader, new float[18]);
        Assert.Throws<MalformedFileException>(() => network.LoadWeights(file.AsSpan(..^1), new WeightLoadOptions { Partial = true }));
    }

    [Fact]
    public void The_counter_of_PyTorchs_batch_normalisation_is_passed_over()
    {
        var file = SafetensorsFile.Make(
            """
            {"dense1.weight":{"dtype":"F32","shape":[3,5],"data_offsets":[0,60]},
             "dense1.bias":{"dtype":"F32","shape":[3],"data_offsets":[60,72]},
             "batchnorm1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[72,80]}}
            """,
            new float[20]);
        using var network = new DenseNetwork(seed: 1);
        Assert.Empty(network.LoadWeights(file).Unexpected);
    }

    [Fact]
    public void Halves_brain_floats_and_doubles_become_floats()
    {
        float[] values = [1.5f, -0f, float.PositiveInfinity];
        byte[] halves = [.. values.SelectMany(v => BitConverter.GetBytes((Half)v))];
        byte[] brains = [.. values.SelectMany(v => BitConverter.GetBytes(v)[2..])];
        byte[] doubles = [.. Enumerable.Range(0, 700).SelectMany(i => BitConverter.GetBytes(i + 0.1))];
        byte[] header = [.. """
            {"half":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},
             "brain":{"dtype":"BF16","shape":[3],"data_offsets":[6,12]},
             "double":{"dtype":"F64","shape":[7,100],"data_offsets":[12,5612]}}
            """u8];
        using var network = new StoredNetwork(s_network with
        {
            Parameters =
            [
                new ParameterInfo("half", [3], 0, Initializer.Zeros, 1, 1, true),
                new ParameterInfo("brain", [3], 16, Initializer.Zeros, 1, 1, true),
                new ParameterInfo("double", [7, 100], 32, Initializer.Zeros, 1, 1, true),
            ],
        });

        network.LoadWeights([.. SafetensorsFile.Make(header, []), .. halves, .. brains, .. doubles]);

        Assert.Equal(Numbers.Bits(values), Numbers.Bits(network.Parameter("half").Values));
        Assert.Equal(Numbers.Bits(values), Numbers.Bits(network.Parameter("brain").Values));
        Assert.Equal(Enumerable.Range(0, 700).Select(i => (float)(i + 0.1)), network.Parameter("double").Values.ToArray());
    }

    private static byte[] Saved(Network network)
    {
        var stream = new MemoryStream();
        network.Save(stream);
        return stream.ToArray();
    }
}
