using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Weights;

/// <summary>Weights of another network are refused with the list of what differs.</summary>
public class OtherNetworkTests
{
    private static readonly NetworkDescription s_network = StoredNetwork.Convolutions;

    [Fact]
    public void Tensors_and_layers_that_differ_are_listed()
    {
        var other = s_network with
        {
            Name = "Wider",
            Parameters =
            [
                s_network.Parameters[0] with { Shape = [6, 2, 3, 3], Offset = 600 },
                .. s_network.Parameters.Skip(2).Take(2),
                new ParameterInfo("head.weight", [10], 1000, Initializer.Zeros, 1, 1, Trainable: true),
                .. s_network.Parameters.Skip(4),
            ],
            Layers =
            [
                s_network.Layers[0] with { OutputShape = [6, 6, 6], Parameters = 108 },
                s_network.Layers[1] with { Kind = "Tanh" },
                s_network.Layers[2],
                s_network.Layers[4],
                new LayerInfo("head", "Dense", [10], 10, 10, 10, 8, 40),
            ],
        };
        Assert.Equal(
            """
            net: weights: expected those of Convolutions, found those of Wider, with 7 differences:
              conv1.bias: expected F32 (4), found none
              conv1.weight: expected F32 (4, 2, 3, 3), found F32 (6, 2, 3, 3)
              head.weight: expected none, found F32 (10)
              layer conv1: expected Conv 4x6x6 76, found Conv 6x6x6 108
              layer relu1: expected Relu 4x6x6 0, found Tanh 4x6x6 0
              layer flatten1: expected Flatten 80 0, found none
              layer head: expected none, found Dense 10 10.
            """.ReplaceLineEndings("\n"),
            Refusal(s_network, Saved(other)));
    }

    [Fact]
    public void Another_activation_is_another_network_though_all_tensors_fit()
    {
        var other = s_network with
        {
            Layers = [s_network.Layers[0], s_network.Layers[1] with { Kind = "Tanh" }, .. s_network.Layers.Skip(2)],
        };
        Assert.Equal(
            "net: weights: expected those of Convolutions, found those of Convolutions, with 1 difference:\n" +
            "  layer relu1: expected Relu 4x6x6 0, found Tanh 4x6x6 0.",
            Refusal(s_network, Saved(other)));

        // Who asks for a part gets what fits.
        using var network = new StoredNetwork(s_network);
        Assert.True(Load(network, Saved(other), new WeightLoadOptions { Partial = true }).IsComplete);
        Assert.True(Load(network, Saved(other), new WeightLoadOptions { Filter = _ => true }).IsComplete);
    }

    [Fact]
    public void Another_type_of_input_is_another_network()
    {
        var other = s_network with { Inputs = [s_network.Inputs[0] with { Type = ElementType.Float32 }] };
        Assert.EndsWith("\n  input image: expected Input:UInt8 2x8x8 0, found Input:Float32 2x8x8 0.", Refusal(s_network, Saved(other)));
    }

    [Fact]
    public void Layers_in_another_order_differ_by_the_hash_alone()
    {
        var other = s_network with { Layers = [s_network.Layers[1], s_network.Layers[0], .. s_network.Layers.Skip(2)] };
        Assert.EndsWith(
            $"\n  structure: expected {s_network.StructuralHashText}, found {other.StructuralHashText}.", Refusal(s_network, Saved(other)));
    }

    [Fact]
    public void The_names_of_class_and_loss_do_not_matter()
    {
        using var network = new StoredNetwork(s_network);
        Load(network, Saved(s_network with { Name = "Trained", Loss = Loss.CrossEntropy }), null);
        Assert.Equal(new StoredNetwork(s_network, seed: 9).Parameters.ToArray(), network.Parameters.ToArray());
    }

    [Fact]
    public void A_long_list_is_cut()
    {
        var parameters = Enumerable.Range(0, 40).Select(i => new ParameterInfo($"p{i}", [1], 16 * i, Initializer.Zeros, 1, 1, true));
        var other = s_network with { Name = new string('x', 5000), Parameters = [.. parameters] };
        var lines = Refusal(s_network, Saved(other)).Split('\n');
        Assert.EndsWith($", found those of {new string('x', 99)}…, with 46 differences:", lines[0]);
        Assert.Equal(14, lines.Length);
        Assert.Equal("  and 34 more.", lines[13]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"layers\":\"\"")]
    [InlineData(",\"layers\":\"nonsense\\n\\n \\nof any kind\"")]
    public void A_table_that_is_missing_or_damaged_does_no_harm(string layers)
    {
        var file = SafetensorsFile.Make(
            $$$"""
            {"__metadata__":{"format":"netcompiler","structure":"0123"{{{layers}}}},
             "dense1.weight":{"dtype":"F32","shape":[3,5],"data_offsets":[0,60]},
             "dense1.bias":{"dtype":"F32","shape":[3],"data_offsets":[60,72]}}
            """,
            new float[18]);
        Assert.StartsWith("net: weights: expected those of DenseNetwork, found others, with ", Refusal(DenseNetwork.Describe(), file));
    }

    [Fact]
    public void Metadata_of_another_library_is_not_ours_to_read()
    {
        var file = SafetensorsFile.Make(
            """
            {"__metadata__":{"format":"pt","structure":"0123"},
             "dense1.weight":{"dtype":"F32","shape":[3,5],"data_offsets":[0,60]},
             "dense1.bias":{"dtype":"F32","shape":[3],"data_offsets":[60,72]}}
            """,
            new float[18]);
        using var network = new DenseNetwork(seed: 1);
        network.LoadWeights(file);
        Assert.Equal(0, network.Parameters[0]);
    }

    private static byte[] Saved(NetworkDescription description)
    {
        using var network = new StoredNetwork(description, seed: 9);
        var stream = new MemoryStream();
        network.Save(stream);
        return stream.ToArray();
    }

    private static string Refusal(NetworkDescription description, byte[] file)
    {
        using var network = new StoredNetwork(description, seed: 1);
        var before = network.Parameters.ToArray();
        var exception = Assert.Throws<MalformedFileException>(() => Load(network, file, null));
        Assert.Equal("weights", exception.Field);
        Assert.Equal(before, network.Parameters.ToArray());
        return exception.Message;
    }

    private static WeightLoadResult Load(Network network, byte[] file, WeightLoadOptions? options)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("net");
        File.WriteAllBytes(path, file);
        try
        {
            return network.LoadWeights(path, options);
        }
        catch (MalformedFileException exception)
        {
            throw new MalformedFileException("net", exception.Field, exception.Expected, exception.Found, exception);
        }
    }
}
