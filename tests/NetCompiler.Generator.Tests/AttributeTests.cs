namespace NetCompiler.Generator.Tests;

public class AttributeTests
{
    [Theory]
    [InlineData("Network", true)]
    [InlineData("Network(Precision = Precision.Default)", true)]
    [InlineData("Network(Precision = Precision.Strict)", false)]
    public void AStrictNetworkComputesConvolutionsByTheirDefinition(string attribute, bool isWinograd)
    {
        var generation = Generation.Run([new("NetCompilerVectorWidths", "512")], $"""
            namespace User;

            [{attribute}]
            [Input(4, 20, 20), Conv(32, 3), Conv(32, 3)]
            public partial class Images;
            """);
        Assert.Empty(generation.Problems);
        Assert.Empty(generation.Diagnostics);
        Assert.Equal(isWinograd, generation.Files.Any(file => file.Text.Contains("Winograd F(", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Network", null)]
    [InlineData("Network(Precision = Precision.Strict)", null)]
    [InlineData("Network(Precision = Precision.Tf32)", "tf32")]
    [InlineData("Network(Precision = Precision.BFloat16)", "bf16")]
    public void TensorCoresRoundFactorsAsTheNetworkSays(string attribute, string? format)
    {
        var generation = Generation.Run([new("NetCompilerVectorWidths", "128"), new("NetCompilerCuda", "true")], $"""
            namespace User;

            [{attribute}]
            [Input(16, 64, 64), Conv(64, 3), Relu, Conv(64, 3), GlobalAveragePool, Dense(10), Loss(Loss.CrossEntropy)]
            public partial class Images;
            """);
        Assert.Empty(generation.Problems);
        Assert.Empty(generation.Diagnostics);
        var kernels = Assert.Single(generation.Files, file => file.HintName == "User.Images.TrainPtx.g.cs").Text;
        Assert.Equal(format is not null, kernels.Contains("mma.sync", StringComparison.Ordinal));
        Assert.Equal(format is not null, kernels.Contains($".f32.{format}.{format}.f32", StringComparison.Ordinal));
        Assert.DoesNotContain(format == "tf32" ? ".bf16." : ".tf32.", kernels, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFormCompilesAndGeneratesWithoutAWarning()
    {
        var generation = Generation.Run([new("NetCompilerVectorWidths", "128")], """
            namespace User;

            [Network]
            [Input(3, 32, 40, Type = ElementType.UInt8, Scale = 1f / 255, Mean = new[] { 0.5, 0.25, 0.125 }, Deviation = [0.5])]
            [Conv(8, 3, Padding = Padding.Same, Name = "stem"), BatchNorm(Momentum = 0.2, Epsilon = 1e-3), LeakyRelu(Slope = 0.1)]
            [Conv(16, 3, 5, Strides = [1, 2], Paddings = new[] { 1, 2 }, Dilation = 1, Groups = 4, Bias = false), Relu]
            [Conv(16, kernelWidth: 1, kernelHeight: 3, Padding = Padding.Valid, Dilations = [2, 1]), Sigmoid]
            [MaxPool(3, Stride = 2, Padding = 1, Ceil = true), AveragePool(2, 1, Strides = [2, 1], Padding = Padding.Same), Tanh]
            [GlobalAveragePool, Dropout, Dropout(0.25), Dense(6, Bias = false), Softmax]
            [Loss(Loss.CrossEntropy)]
            internal partial class Everything;

            [Network, Input(12), Dense(1), Sigmoid, Loss(Loss.BinaryCrossEntropy)]
            internal partial class Line;

            [Network, Input(2, 4, 4), Flatten, Dense(3), Loss(kind: Loss.MeanSquaredError)]
            public partial class Regression;

            [Network, Input(4, 6, 6)]
            [Pad(1, 0, Mode = PadMode.Reflect), Upsample(2, 1, Mode = UpsampleMode.Bilinear), AdaptiveAveragePool(4), AdaptiveMaxPool(4), LocalResponseNorm(3)]
            [ConvTranspose(8, 3, 2, Stride = 2, OutputPaddings = [0, 1]), GroupNorm(2), InstanceNorm(Affine = true), PixelShuffle(2)]
            [PixelUnshuffle(factor: 2), LayerNorm, Max(0), Reshape(3, -1, 1), Mean(1, 2), L2Normalize, Sum, LogSoftmax]
            [Loss(Loss.MeanSquaredError)]
            public partial class Shapes;

            [Network, Input(1, 32, 32)]
            [Conv(6, 5), Subsample(2), Tanh, Conv(16, 5, Connections = ConnectionTable.LeNet5), Subsample(2, 2, Strides = [2, 2]), Tanh]
            [Conv(120, 5), Tanh, Flatten, Dense(10), Loss(Loss.CrossEntropy)]
            public partial class LeNet5;

            [Network, Input(3, 6, 6)]
            [FixedConv(3, 3, [0, -1, 0, -1, 4, -1, 0, -1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0.5, 0, 0, 0, 0], Groups = 3, Padding = 1)]
            [Conv(4, 3), Tile(1, 2, 2), TopK(3), Variance(1, 2, Correction = 1), Expand(3, 2, 2), Norm(0, Order = 1), Flatten, Dense(4)]
            [Loss(Loss.MeanSquaredError)]
            public partial class Picks;

            [Network, Input(5), ArgMax, OneHot(classes: 5), Flatten, TopKIndices(2), ArgMin(0)]
            public partial class Steps;

            static class Use
            {
                static float Run()
                {
                    using var net = new Everything(seed: 3);
                    using var loaded = Line.Load("line.safetensors");
                    using var embedded = Line.Load(typeof(Line).Assembly, "line.safetensors");
                    using var inMemory = Line.Load(new byte[8]);
                    using var streamed = Line.Load(System.IO.Stream.Null);
                    var first = net.Stem.Weight.Values[0] + net.Batchnorm1.RunningMean.Values[0] + loaded.Dense1.Bias.Values[0];
                    return first + Everything.Summary.Length;
                }
            }
            """);

        Assert.Empty(generation.Diagnostics);
        Assert.Empty(generation.Problems);
    }

    [Fact]
    public void AnAttributeThatIsNotCSharpLeavesItsErrorToTheCSharpCompiler()
    {
        var generation = Generation.Run("""
            [Network, Input(1, 8, 8), Conv(4), Flatten]
            public partial class Net;

            static class Use
            {
                static object Run() => new Net(seed: 1).CreateSession(maxBatch: 2);
            }
            """);

        Assert.Empty(generation.Diagnostics);
        Assert.Equal(["CS1729"], generation.Problems.Select(d => d.Id));
    }

    [Fact]
    public void ClassesInTheGlobalNamespaceAndOfOneNameInTwoNamespacesDoNotClash()
    {
        var generation = Generation.Run(
            [new("NetCompilerVectorWidths", "128")],
            "[Network, Input(4), Dense(2)] partial class Net;",
            "namespace A { [Network, Input(4), Dense(2)] public partial class Net; }",
            "namespace B { [Network, Input(4), Dense(2)] public partial class Net; }");

        Assert.Empty(generation.Problems);
        Assert.Superset(
            new HashSet<string>(["A.Net.g.cs", "B.Net.g.cs", "Net.g.cs"]),
            generation.Result.GeneratedSources.Select(s => s.HintName).ToHashSet());
    }

    [Theory]
    [InlineData("predict")]
    [InlineData("parameters")]
    [InlineData("net")]
    [InlineData("summary")]
    [InlineData("dispose")]
    public void ALayerMayBeCalledLikeAMemberOfTheClass(string name)
    {
        var generation = Generation.Run([new("DesignTimeBuild", "true")], $$"""
            [Network, Input(4), Dense(2, Name = "{{name}}")] public partial class Net;

            static class Use
            {
                static string Run(Net net) => net.{{char.ToUpperInvariant(name[0]) + name[1..]}}Layer.Weight.Name;
            }
            """);

        Assert.Empty(generation.Diagnostics);
        Assert.Empty(generation.Problems);
    }
}
