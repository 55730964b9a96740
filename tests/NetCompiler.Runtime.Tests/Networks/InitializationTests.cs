using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Networks;

public class InitializationTests
{
    private const int FanIn = 300;
    private const int FanOut = 200;

    [Fact]
    public void The_generator_is_xoshiro256_starstar_seeded_by_splitmix64()
    {
        // From the authors' C code (https://prng.di.unimi.it), with the state that splitmix64.c gives from seed 0.
        var random = new RandomStream(0);
        Assert.Equal(0x99ec5f36cb75f2b4ul, random.NextUInt64());
        Assert.Equal(0xbf6e1f784956452aul, random.NextUInt64());
        Assert.Equal(0x1a5f849d4933e6e0ul, random.NextUInt64());
        Assert.Equal(0x6aa594f1262d2d2cul, random.NextUInt64());
    }

    [Fact]
    public void Normal_numbers_are_the_same_bits_everywhere()
    {
        var random = new RandomStream(42, "conv1.weight");
        var bits = Enumerable.Range(0, 4).Select(_ => BitConverter.DoubleToUInt64Bits(random.NextNormal())).ToArray();
        Assert.Equal(new[] { 0xbfe3c3da72925d23ul, 0xbfcf3d253c298b93ul, 0x3ff124ae144be80ful, 0x3fcc5efb1f7d0e06ul }, bits);
    }

    [Fact]
    public void Normal_numbers_have_the_normal_distribution()
    {
        const int Count = 400_000;
        var random = new RandomStream(7);
        double sum = 0, squares = 0, fourth = 0;
        var within = new int[3];
        for (var i = 0; i < Count; i++)
        {
            var x = random.NextNormal();
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
            for (var k = 0; k < within.Length; k++)
                within[k] += Math.Abs(x) < k + 1 ? 1 : 0;
        }

        // Five standard errors.
        Assert.InRange(sum / Count, -0.008, 0.008);
        Assert.InRange(squares / Count, 0.989, 1.011);
        Assert.InRange(fourth / Count, 2.92, 3.08);
        Assert.InRange((double)within[0] / Count, 0.6827 - 0.004, 0.6827 + 0.004);
        Assert.InRange((double)within[1] / Count, 0.9545 - 0.002, 0.9545 + 0.002);
        Assert.InRange((double)within[2] / Count, 0.9973 - 0.0005, 0.9973 + 0.0005);
    }

    [Fact]
    public void HeNormal_has_variance_two_by_fan_in()
    {
        var values = Initialized(Initializer.HeNormal, seed: 1);
        Assert.InRange(values.Average(), -0.003, 0.003);
        Assert.InRange(values.Select(v => (double)v * v).Average() * FanIn / 2, 0.96, 1.04);
    }

    [Fact]
    public void GlorotUniform_is_uniform_within_its_limit()
    {
        var limit = Math.Sqrt(6.0 / (FanIn + FanOut));
        var values = Initialized(Initializer.GlorotUniform, seed: 1);
        Assert.All(values, value => Assert.InRange(value, -limit, limit));
        Assert.InRange(values.Max(), limit * 0.999, limit);
        Assert.InRange(values.Min(), -limit, -limit * 0.999);
        Assert.InRange(values.Select(v => (double)v * v).Average() / (limit * limit / 3), 0.97, 1.03);
        Assert.InRange(values.Count(v => v > limit / 2) / (double)values.Length, 0.24, 0.26);
    }

    [Fact]
    public void Constants_are_constant()
    {
        Assert.All(Initialized(Initializer.Zeros, seed: 1), value => Assert.Equal(0, value));
        Assert.All(Initialized(Initializer.Ones, seed: 1), value => Assert.Equal(1, value));
        using var network = new BareNetwork(1, Info("a.weight", 0, Initializer.Constant) with { InitialValue = 0.25f });
        Assert.All(network.Parameter("a.weight").Values.ToArray(), value => Assert.Equal(0.25f, value));
    }

    [Theory]
    [InlineData(Initializer.HeNormal)]
    [InlineData(Initializer.GlorotUniform)]
    public void The_same_seed_gives_the_same_bits_and_another_seed_or_name_others(Initializer initializer)
    {
        var values = Numbers.Bits(Initialized(initializer, seed: 1));
        Assert.Equal(values, Numbers.Bits(Initialized(initializer, seed: 1)));
        Assert.NotEqual(values, Numbers.Bits(Initialized(initializer, seed: 2)));
        Assert.NotEqual(values, Numbers.Bits(Initialized(initializer, seed: 1, name: "other.weight")));
    }

    [Fact]
    public void Another_layer_leaves_the_first_as_it_was()
    {
        using var alone = new BareNetwork(9, Info("a", 0));
        using var both = new BareNetwork(9, Info("before", 0), Info("a", 60_000));
        Assert.Equal(Numbers.Bits(alone.Parameter("a").Values), Numbers.Bits(both.Parameter("a").Values));
        Assert.NotEqual(Numbers.Bits(both.Parameter("before").Values), Numbers.Bits(both.Parameter("a").Values));
    }

    private static ParameterInfo Info(string name, int offset, Initializer initializer = Initializer.HeNormal) =>
        new(name, [FanOut, FanIn], offset, initializer, FanIn, FanOut, true);

    private static float[] Initialized(Initializer initializer, ulong seed, string name = "a.weight")
    {
        using var network = new BareNetwork(seed, Info(name, 0, initializer));
        return network.Parameter(name).Values.ToArray();
    }

    private sealed class BareNetwork(ulong seed, params ParameterInfo[] parameters)
        : Network(new NetworkDescription(nameof(BareNetwork), [], [], parameters, [], null, [128]), seed)
    {
        protected override CompiledPass CreatePredictPass(int vectorBits) => throw new NotSupportedException();

        protected override CompiledPass CreateInspectPass(int vectorBits) => throw new NotSupportedException();
    }
}
