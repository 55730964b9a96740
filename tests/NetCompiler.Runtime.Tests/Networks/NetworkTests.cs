using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Networks;

public unsafe class NetworkTests
{
    [Fact]
    public void Views_show_the_arena()
    {
        using var network = new DenseNetwork();
        var weight = network.Parameter("dense1.weight");
        weight[2, 4] = 17;
        Assert.Equal(17, network.Parameters[14]);
        Assert.Equal(17, weight[2, 4]);
        Assert.Equal([3, 5], weight.Shape);
        Assert.Equal("dense1.weight (3, 5)", weight.ToString());
        Assert.Equal(15, weight.Values.Length);
        network.Parameter(1).CopyFrom([1, 2, 3]);
        Assert.Equal([1f, 2, 3], network.Parameters.Slice(DenseNetwork.BiasOffset, 3).ToArray());
    }

    [Fact]
    public void Four_axes_are_flattened_with_the_last_one_fastest()
    {
        using var network = new ConvolutionNetwork();
        var weight = network.Parameter("conv1.weight");
        weight.Values[((1 * 3 + 2) * 4 + 3) * 5 + 4] = 7;
        Assert.Equal(7, weight[1, 2, 3, 4]);
    }

    [Fact]
    public void Writing_through_a_view_makes_a_new_version()
    {
        using var network = new DenseNetwork();
        var version = network.ParameterVersion;
        network.Parameter("dense1.bias")[0] = 1;
        network.Parameter("dense1.bias").Fill(1);
        network.Parameter("dense1.bias").CopyFrom([1, 2, 3]);
        network.ParametersChanged();
        Assert.Equal(version + 4, network.ParameterVersion);
    }

    [Fact]
    public void Indices_out_of_range_are_named()
    {
        using var network = new DenseNetwork();
        var weight = network.Parameter("dense1.weight");
        var range = Assert.Throws<ArgumentOutOfRangeException>(() => weight[0, 5]);
        Assert.Contains("dense1.weight (3, 5): index of axis 1: expected 0 to 4, found 5", range.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => weight[-1, 0]);
        var rank = Assert.Throws<ArgumentException>(() => weight[0]);
        Assert.Contains("expected 2 indices, found 1", rank.Message);
        var length = Assert.Throws<ArgumentException>(() => weight.CopyFrom(new float[14]));
        Assert.Contains("expected 15 values, found 14", length.Message);
    }

    [Fact]
    public void An_unknown_parameter_lists_those_there_are()
    {
        using var network = new DenseNetwork();
        var exception = Assert.Throws<KeyNotFoundException>(() => network.Parameter("conv1.weight"));
        Assert.Contains(
            "DenseNetwork has no parameter 'conv1.weight': expected one of dense1.weight, dense1.bias", exception.Message);
    }

    [Fact]
    public void The_arena_is_aligned_and_made_of_whole_vectors()
    {
        for (var i = 0; i < 20; i++)
        {
            using var network = new DenseNetwork();
            Assert.Equal(32, network.Parameters.Length);
            fixed (float* pointer = network.Parameters)
                Assert.Equal(0, (nint)pointer % PassArguments.Alignment);
        }
    }

    [Fact]
    public void A_span_outlives_its_network()
    {
        var span = Forget();
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(5, span[31]);

        static Span<float> Forget()
        {
            var network = new DenseNetwork();
            network.Parameters.Fill(5);
            network.Dispose();
            return network.Parameters;
        }
    }

    [Fact]
    public void A_description_that_contradicts_itself_is_refused()
    {
        Refused(
            "two parameters are named 'a'",
            new("a", [2], 0, Initializer.Zeros, 1, 1, true),
            new("a", [2], 16, Initializer.Zeros, 1, 1, true));
        Refused(
            "offset of 'b': expected at least 20, found 16",
            new("b", [2], 16, Initializer.Zeros, 1, 1, true),
            new("a", [20], 0, Initializer.Zeros, 1, 1, true));

        static void Refused(string message, params ParameterInfo[] parameters) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => new ConvolutionNetwork(parameters)).Message);
    }

    private sealed class ConvolutionNetwork(params ParameterInfo[] parameters) : Network(
        new NetworkDescription(
            nameof(ConvolutionNetwork),
            [],
            [],
            parameters.Length > 0 ? parameters : [new ParameterInfo("conv1.weight", [2, 3, 4, 5], 0, Initializer.Zeros, 60, 40, true)],
            [],
            null,
            [128]))
    {
        protected override CompiledPass CreatePredictPass(int vectorBits) => throw new NotSupportedException();

        protected override CompiledPass CreateInspectPass(int vectorBits) => throw new NotSupportedException();
    }
}
