using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Emitted;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Cpu;

/// <summary>Depthwise convolutions in register tiles: right at every edge, and chosen where they are faster.</summary>
public sealed class DepthwiseTests
{
    private static readonly int[] s_widths = [128, 256, 512];

    // The convolution before it brings the channels side by side.
    private static NetworkModel Network(int channels, int height, int width, int kernel, int stride, int padding) => Build(
        Image(3, height, width),
        Layer("Conv", ("Channels", channels), ("Kernel", Pair(1, 1))),
        Layer("Conv", ("Channels", channels), ("Kernel", Pair(kernel, kernel)), ("Groups", channels), ("Stride", Pair(stride, stride)),
            ("Padding", Pair(padding, padding))),
        Layer("Tanh"), Layer("Flatten"), Layer("Dense", ("Units", 3)), Layer("Softmax"), Layer("Loss", ("Kind", "CrossEntropy")));

    [Theory]
    // Tiles that cover a row, that end in a single column, that meet the edge in the middle.
    [InlineData(5, 7, 7, 3, 1, 1, 7)]
    [InlineData(16, 5, 11, 3, 1, 1, 1)]
    [InlineData(17, 4, 12, 3, 1, 1, 7)]
    [InlineData(8, 4, 29, 3, 1, 0, 1)]
    [InlineData(33, 2, 13, 3, 1, 2, 7)]
    // Windows larger than the image, and results that see nothing but padding.
    [InlineData(4, 2, 2, 3, 1, 1, 7)]
    [InlineData(6, 2, 3, 5, 1, 4, 7)]
    [InlineData(7, 3, 2, 7, 1, 6, 1)]
    // Strides, up to those that leave elements out.
    [InlineData(12, 9, 14, 3, 2, 1, 7)]
    [InlineData(20, 8, 23, 5, 2, 2, 1)]
    [InlineData(9, 10, 11, 2, 3, 1, 7)]
    [InlineData(24, 14, 14, 7, 1, 3, 7)]
    public void ResultsAndGradientsAreRight(int channels, int height, int width, int kernel, int stride, int padding, int batch)
    {
        var model = Network(channels, height, width, kernel, stride, padding);
        var options = PassOptions.Default with { ForcedCandidate = "depthwise", ChunkSize = 2 };
        Assert.Equal("depthwise", Plan(model, PassKind.Predict, "conv2", options).Candidate.Name);
        if (stride == 1)
            Assert.Equal("depthwise", Plan(model, PassKind.Train, "conv2.input_gradient", options).Candidate.Name);
        var failures = CaseBatch.Run([new NetworkCase(model, batch, 11, s_widths, options)], new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Theory]
    [InlineData(96, 112, 3, 2)]
    [InlineData(144, 56, 3, 1)]
    [InlineData(384, 14, 3, 1)]
    [InlineData(960, 7, 3, 1)]
    [InlineData(240, 14, 5, 1)]
    public void LayersOfMobileNetsAreComputedSo(int channels, int size, int kernel, int stride)
    {
        var model = Network(channels, size, size, kernel, stride, kernel / 2);
        foreach (var width in s_widths)
            Assert.Equal("depthwise", Plan(model, PassKind.Predict, "conv2", PassOptions.Default, width).Candidate.Name);
    }

    [Fact]
    public void ConvolutionsThatMixChannelsAreNone()
    {
        var model = Build(
            Image(3, 9, 9), Layer("Conv", ("Channels", 8), ("Kernel", Pair(1, 1))),
            Layer("Conv", ("Channels", 8), ("Kernel", Pair(3, 3)), ("Groups", 4)), Layer("Flatten"), Layer("Loss", ("Kind", "MeanSquaredError")));
        var plan = Plan(model, PassKind.Predict, "conv2", PassOptions.Default);
        Assert.DoesNotContain(plan.Rejected.Add(plan.Candidate), c => c.Name == "depthwise");
    }

    private static StagePlan Plan(NetworkModel model, PassKind kind, string stage, PassOptions options, int width = 512) =>
        PassCompiler.Compile(model, kind, new CpuTarget(width), options).Stages.Single(s => s.Stage.Name == stage);
}
