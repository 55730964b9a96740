using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Stages;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Passes;

/// <summary>
/// The cost model's choices for layers of known networks, as they follow from what fits the caches and from what was measured.
/// </summary>
public sealed class ImplementationChoiceTests
{
    [Theory]
    // Weights that the second-level cache holds: whoever goes over the image reads them again and again.
    [InlineData(64, 56, 3, 64, 1, false)]
    [InlineData(128, 28, 3, 128, 1, false)]
    [InlineData(256, 14, 1, 256, 1, false)]
    // Weights that it does not hold: a block of them is used for the whole image before the next one comes.
    [InlineData(256, 14, 3, 256, 1, true)]
    [InlineData(256, 14, 3, 512, 2, true)]
    [InlineData(512, 7, 3, 512, 1, true)]
    [InlineData(320, 7, 1, 1280, 1, true)]
    public void BlocksOfWeightsComeFirstWhereTheyDoNotFitTheCache(
        int channels, int size, int kernel, int outputs, int stride, bool blocksFirst)
    {
        var model = Build(
            Image(channels, size, size), Layer("Relu"),
            Layer("Conv", ("Channels", outputs), ("Kernel", Pair(kernel, kernel)), ("Padding", Pair(kernel / 2, kernel / 2)),
                ("Stride", Pair(stride, stride))),
            Layer("Relu"), Layer("GlobalAveragePool"), Layer("Softmax"), Layer("Loss", ("Kind", "CrossEntropy")));
        var program = PassCompiler.Compile(
            model, PassKind.Predict, new CpuTarget(512), PassOptions.Default with { ForcedCandidate = "direct" });
        var stage = program.Stages.Single(s => s.Stage.Kind == StageKind.Contraction);
        Assert.Equal(blocksFirst, Assert.IsType<ContractionSchedule>(stage.Candidate.Schedule).BlocksFirst);
    }

    [Theory]
    // Microseconds of a network of little else, one sample, one thread, on a core with AVX-512: as it is defined, F(2×2), F(4×4).
    [InlineData(512, 64, 56, 64, 1, "winograd-4x4")] // 1233, 695, 460
    [InlineData(512, 128, 28, 128, 1, "winograd-4x4")] // 1120, 575, 358
    [InlineData(512, 256, 14, 256, 1, "winograd-4x4")] // 1123, 551, 436
    [InlineData(512, 512, 14, 512, 1, "winograd-4x4")] // 4508, 2160, 1652
    // So many weights that 36 matrices of them take longer to come than to be multiplied.
    [InlineData(512, 512, 7, 512, 1, "winograd-2x2")] // 1117, 676, 850
    [InlineData(512, 128, 28, 256, 2, "winograd-2x2")] // 588, 455
    [InlineData(256, 64, 56, 64, 1, "winograd-4x4")] // 2368, 1178, 769
    [InlineData(256, 128, 28, 128, 1, "winograd-4x4")] // 2239, 1064, 685
    [InlineData(256, 256, 14, 256, 1, "winograd-4x4")] // 2330, 1059, 800
    [InlineData(256, 512, 14, 512, 1, "winograd-4x4")] // 9588, 4212, 3201
    [InlineData(256, 128, 28, 256, 2, "winograd-2x2")] // 1231, 872
    [InlineData(256, 128, 56, 128, 2, "winograd-2x2")] // 2438, 1809
    [InlineData(256, 256, 14, 512, 2, "winograd-2x2")] // 1286, 1080
    public void TheFastestImplementationThatWasMeasuredIsChosen(
        int width, int channels, int size, int outputs, int stride, string fastest)
    {
        var model = Build(
            Image(channels, size, size), Layer("Relu"),
            Layer("Conv", ("Channels", outputs), ("Kernel", Pair(3, 3)), ("Padding", Pair(1, 1)), ("Stride", Pair(stride, stride))),
            Layer("GlobalAveragePool"), Layer("Softmax"), Layer("Loss", ("Kind", "CrossEntropy")));
        var stages = PassCompiler.Compile(model, PassKind.Predict, new CpuTarget(width), PassOptions.Default).Stages;
        var plan = stages.Single(s => s.Stage.Kind == StageKind.Contraction);
        Assert.Equal(fastest, plan.Candidate.Name);
        Assert.Contains(plan.Rejected, c => c.Name == "direct-o");
    }

    [Theory]
    // The same of a network's first layer with a stride, alone: as it is defined, over phases F(2×2), F(4×4).
    [InlineData(512, 3, 224, 7, 2, 64, "winograd-4x4")] // 1217, 1117, 639
    [InlineData(512, 3, 227, 11, 4, 96, "winograd-4x4")] // 1098, 742, 486
    [InlineData(512, 3, 64, 7, 2, 32, "winograd-4x4")] // 46, 45, 26
    [InlineData(512, 32, 56, 5, 2, 64, "winograd-4x4")] // 416, 396, 258
    [InlineData(512, 1, 28, 5, 2, 16, "direct-o")] // 1.0, not offered
    [InlineData(512, 3, 32, 5, 2, 16, "direct-o")] // 3.5, 4.8, 3.6
    [InlineData(256, 3, 224, 7, 2, 64, "winograd-4x4")] // 2468, 1936, 1090
    [InlineData(256, 3, 227, 11, 4, 96, "winograd-4x4")] // 2173, 1267, 808
    [InlineData(256, 3, 32, 5, 2, 32, "winograd-4x4")] // 12.5, 13.1, 7.6
    public void TheFastestFirstLayerThatWasMeasuredIsChosen(
        int width, int channels, int size, int kernel, int stride, int outputs, string fastest)
    {
        var model = Build(
            Image(channels, size, size),
            Layer("Conv", ("Channels", outputs), ("Kernel", Pair(kernel, kernel)), ("Padding", Pair(kernel / 2, kernel / 2)),
                ("Stride", Pair(stride, stride))),
            Layer("Relu"), Layer("GlobalAveragePool"), Layer("Loss", ("Kind", "MeanSquaredError")));
        var stages = PassCompiler.Compile(model, PassKind.Predict, new CpuTarget(width), PassOptions.Default).Stages;
        Assert.Equal(fastest, stages.First().Candidate.Name);
    }

    [Theory]
    // Weights that come from memory, from the third-level cache, and that stay near.
    [InlineData(512, 7)]
    [InlineData(256, 14)]
    [InlineData(128, 16)]
    [InlineData(64, 56)]
    public void SumsOfWinogradsRegisterTilesKeepTheMultipliersBusy(int channels, int size)
    {
        foreach (var (width, name) in new[] { 256, 512 }.SelectMany(w => new[] { (w, "winograd-2x2"), (w, "winograd-4x4") }))
        {
            var shape = Shape(channels, size, name, width);
            Assert.True(shape.Rows * shape.Blocks.Vectors >= 8, $"{name}, {width} bits: {shape.Rows} tiles × {shape.Blocks.Vectors} vectors");
        }
    }

    [Theory]
    // 8 sums just fill the latency of a multiply-add; 12 took a tenth to a quarter less time.
    [InlineData(512, 7, "winograd-2x2")]
    [InlineData(256, 14, "winograd-4x4")]
    [InlineData(128, 28, "winograd-4x4")]
    public void NarrowRegisterTilesHaveMoreSumsThanFillTheLatency(int channels, int size, string name)
    {
        var shape = Shape(channels, size, name, 256);
        Assert.InRange(shape.Rows * shape.Blocks.Vectors, 10, 12);
    }

    [Theory]
    // VGG-16: in blocks of 162 and 102 tiles, which went to memory and back, these took half as long again.
    [InlineData(128, 112, 512)]
    [InlineData(256, 56, 4096)]
    public void BlocksOfTilesStayInTheCachesWhileTheyAreUsed(int channels, int size, int kilobytes)
    {
        var shape = Shape(channels, size, "winograd-4x4", 256);
        var bytes = 4L * shape.BlockTiles * 36 * 2 * channels;
        Assert.InRange(bytes, 1, kilobytes * 1024);
    }

    // A convolution of as many channels as it reads, by one of Winograd's algorithms.
    private static WinogradShape Shape(int channels, int size, string name, int width)
    {
        var model = Build(
            Image(channels, size, size), Layer("Relu"),
            Layer("Conv", ("Channels", channels), ("Kernel", Pair(3, 3)), ("Padding", Pair(1, 1))),
            Layer("GlobalAveragePool"), Layer("Softmax"), Layer("Loss", ("Kind", "CrossEntropy")));
        var options = PassOptions.Default with { ForcedCandidate = name, ChunkSize = 1 };
        return PassCompiler.Compile(model, PassKind.Predict, new CpuTarget(width), options)
            .Stages.Select(s => s.Candidate.Schedule).OfType<WinogradShape>().Single();
    }
}
