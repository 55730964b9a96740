using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Generator.Tests;

public class LayerFactsTests
{
    // C1, C5 and F6 as LeCun et al., "Gradient-based learning applied to document recognition" (1998), count them; C3 has all connections.
    [Fact]
    public void LeNetIsCountedAsInItsPaper()
    {
        var facts = Facts(
            Input(1, 32, 32), Layer("Conv", ("Channels", 6), ("Kernel", Pair(5))), Layer("Tanh"), Layer("AveragePool", ("Window", Pair(2))),
            Layer("Conv", ("Channels", 16), ("Kernel", Pair(5))), Layer("Tanh"), Layer("MaxPool", ("Window", Pair(2))),
            Layer("Flatten"), Layer("Dense", ("Units", 120)), Layer("Tanh"), Layer("Dense", ("Units", 84)), Layer("Softmax"));

        Assert.Equal(("conv1", 156L, 122_304L, 117_600L, 5, 4L * 6 * 28 * 28), Tuple(facts[0]));
        Assert.Equal(("tanh1", 0L, 0L, 0L, 5, 4L * 6 * 28 * 28), Tuple(facts[1]));
        Assert.Equal(("averagepool1", 0L, 0L, 0L, 6, 4L * 6 * 14 * 14), Tuple(facts[2]));
        Assert.Equal(("conv2", 2416L, 241_600L, 240_000L, 14, 4L * 16 * 10 * 10), Tuple(facts[3]));
        Assert.Equal(("maxpool1", 0L, 0L, 0L, 16, 4L * 16 * 5 * 5), Tuple(facts[5]));
        Assert.Equal(("flatten1", 0L, 0L, 0L, 16, 4L * 400), Tuple(facts[6]));
        Assert.Equal(("dense1", 48_120L, 48_120L, 48_000L, 32, 4L * 120), Tuple(facts[7]));
        Assert.Equal(("dense2", 10_164L, 10_164L, 10_080L, 32, 4L * 84), Tuple(facts[9]));
        Assert.Equal(("softmax1", 0L, 0L, 0L, 32, 4L * 84), Tuple(facts[10]));
    }

    [Fact]
    public void GroupsStridesAndDilationCount()
    {
        var facts = Facts(
            Input(8, 20, 20),
            Layer("Conv", ("Channels", 16), ("Kernel", Pair(3)), ("Groups", 4), ("Stride", Pair(2)), ("Padding", Pair(1))),
            Layer("BatchNorm"),
            Layer("Conv", ("Channels", 16), ("Kernel", Pair(3)), ("Groups", 16), ("Dilation", Pair(2)), ("Bias", false)),
            Layer("GlobalAveragePool"));

        Assert.Equal(("conv1", 16L * 2 * 9 + 16, (16L * 2 * 9 + 16) * 100, 16L * 2 * 9 * 100, 3, 4L * 1600), Tuple(facts[0]));
        Assert.Equal(("batchnorm1", 64L, 2L * 1600, 0L, 3, 4L * 1600), Tuple(facts[1]));
        // Five taps' extent, two rows apart: 3 + 2 · 4.
        Assert.Equal(("conv2", 144L, 144L * 36, 144L * 36, 11, 4L * 16 * 36), Tuple(facts[2]));
        Assert.Equal(("globalaveragepool1", 0L, 0L, 0L, 20, 4L * 16), Tuple(facts[3]));
    }

    [Fact]
    public void AnElementOfAVectorSeesOneInputAndADenseLayerAll()
    {
        var facts = Facts(Layer("Input", ("Length", 12)), Layer("Relu"), Layer("Dense", ("Units", 3)));

        Assert.Equal(("relu1", 0L, 0L, 0L, 1, 48L), Tuple(facts[0]));
        Assert.Equal(("dense1", 39L, 39L, 36L, 12, 12L), Tuple(facts[1]));
    }

    [Fact]
    public void RecurrentLayersCountAtEveryStep()
    {
        var facts = Facts(
            Layer("Input", ("Rows", 6), ("Columns", 3)), Layer("Lstm", ("Units", 5), ("Bidirectional", true), ("ReturnSequences", true)),
            Layer("Gru", ("Units", 4)));

        // Four gates of 5 · 3 and 5 · 5 weights and two biases in each of two directions, at 6 steps.
        Assert.Equal(("lstm1", 2L * 4 * 5 * (3 + 5 + 2), 6L * 2 * 4 * 5 * (3 + 5 + 2), 6L * 2 * 4 * 5 * (3 + 5), 6, 4L * 6 * 10), Tuple(facts[0]));
        Assert.Equal(("gru1", 3L * 4 * (10 + 4 + 2), 6L * 3 * 4 * (10 + 4 + 2), 6L * 3 * 4 * (10 + 4), 6, 4L * 4), Tuple(facts[1]));
    }

    [Fact]
    public void WeightsBeforeARectifierBeginAsHeOthersAsGlorot()
    {
        var layout = ParameterLayout.Of(Model(
            Input(1, 8, 8), Layer("Conv", ("Channels", 5), ("Kernel", Pair(3))), Layer("BatchNorm"), Layer("MaxPool", ("Window", Pair(2))),
            Layer("LeakyRelu"), Layer("Conv", ("Channels", 2), ("Kernel", Pair(1))), Layer("Tanh"), Layer("Relu"), Layer("Flatten"),
            Layer("Dense", ("Units", 3)), Layer("Dropout"), Layer("Dense", ("Units", 3)), Layer("Relu"),
            Layer("Dense", ("Units", 2)), Layer("Softmax")));

        Assert.Equal(
            [
                ("conv1.weight", 0, InitializerKind.HeNormal), ("conv1.bias", 48, InitializerKind.Zeros),
                ("batchnorm1.weight", 64, InitializerKind.Ones), ("batchnorm1.bias", 80, InitializerKind.Zeros),
                ("batchnorm1.running_mean", 96, InitializerKind.Zeros), ("batchnorm1.running_var", 112, InitializerKind.Ones),
                ("conv2.weight", 128, InitializerKind.GlorotUniform), ("conv2.bias", 144, InitializerKind.Zeros),
                ("dense1.weight", 160, InitializerKind.GlorotUniform), ("dense1.bias", 224, InitializerKind.Zeros),
                ("dense2.weight", 240, InitializerKind.HeNormal), ("dense2.bias", 256, InitializerKind.Zeros),
                ("dense3.weight", 272, InitializerKind.GlorotUniform), ("dense3.bias", 288, InitializerKind.Zeros),
            ],
            layout.Select(p => (p.Name, p.Offset, p.Initializer)));
    }

    [Fact]
    public void NumbersOfNamesSkipThoseThatAreGiven()
    {
        var model = Model(Input(1, 8, 8), Layer("Relu"), Layer("Relu", ("Name", "relu2")), Layer("Relu"), Layer("Tanh"));

        Assert.Equal(["relu1", "relu2", "relu3", "tanh1"], model.Layers.Select(l => l.Name));
    }

    private static (string, long, long, long, int, long) Tuple(LayerFacts f) =>
        (f.Layer.Name, f.Parameters, f.Connections, f.MultiplyAdds, f.ReceptiveField, f.ActivationBytes);

    private static System.Collections.Immutable.ImmutableArray<LayerFacts> Facts(params LayerSpec[] layers) => LayerFacts.Of(Model(layers));

    private static NetworkModel Model(params LayerSpec[] layers)
    {
        var build = NetworkBuilder.Build(new NetworkSpec("", "Net", true, [.. layers]));
        Assert.Empty(build.Diagnostics);
        return build.Model!;
    }

    private static LayerSpec Input(int channels, int height, int width) =>
        Layer("Input", ("Channels", channels), ("Height", height), ("Width", width));

    private static LayerSpec Layer(string kind, params (string Name, object Value)[] arguments) =>
        new(kind, arguments.Aggregate(Attributes.Empty, (all, argument) => all.With(argument.Name, argument.Value)));

    private static object Pair(int size) => System.Collections.Immutable.ImmutableArray.Create(size);
}
