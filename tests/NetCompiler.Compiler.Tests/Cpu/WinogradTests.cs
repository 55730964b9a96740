using System.Globalization;
using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Reference;
using Xunit.Abstractions;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Cpu;

/// <summary>Convolutions by Winograd's algorithm: how far off they are, where they are chosen, and where they must not be.</summary>
public sealed class WinogradTests(ITestOutputHelper output)
{
    private static LayerSpec Conv(int channels, int stride = 1) =>
        Layer("Conv", ("Channels", channels), ("Kernel", Pair(3, 3)), ("Padding", Pair(1, 1)), ("Stride", Pair(stride, stride)));

    // The first convolution reads the caller's array, whose channels do not lie side by side; the second one is looked at.
    private static NetworkModel Network(
        string name, int channels, int outputs, int height, int width, bool isStrict = false, int stride = 1)
    {
        var build = NetworkBuilder.Build(new NetworkSpec("Tests", name, IsPublic: true,
        [
            Image(4, height, width), Conv(channels), Conv(outputs, stride), Layer("Flatten"), Layer("Loss", ("Kind", "MeanSquaredError")),
        ])
        { IsStrict = isStrict });
        return build.Model ?? throw new InvalidOperationException(string.Join("\n", build.Diagnostics.Select(d => d.Message)));
    }

    private static NetworkCase Forced(
        string name, int tile, int channels, int outputs, int height, int width, int batch, int stride = 1) => new(
        Network(name, channels, outputs, height, width, stride: stride), batch, 5, [512],
        PassOptions.Default with { ForcedCandidate = string.Create(CultureInfo.InvariantCulture, $"winograd-{tile}x{tile}"), ChunkSize = 2 });

    // Rows of the tiles that are offered.
    private static int[] Tiles(int stride) => stride == 1 ? [2, 4] : [2];

    private static CaseNumbers Numbers(NetworkCase @case) => CaseNumbers.Find(@case.Model, @case.Batch, @case.Seed, CaseRunner.CallSeed)
        ?? throw new InvalidOperationException($"Ties in all attempts: {@case}");

    [Fact]
    public void ErrorsStayBelowWhatIsEstimated()
    {
        (int Channels, int Outputs, int Height, int Width, int Stride)[] layers =
            [(8, 12, 9, 7, 1), (64, 33, 8, 8, 1), (256, 16, 5, 5, 1), (8, 12, 9, 7, 2), (64, 33, 8, 8, 2), (256, 16, 3, 13, 2)];
        var cases = layers.SelectMany(l => Tiles(l.Stride).Select(tile => (Tile: tile, Layer: l, Case: Forced(
            $"Error{l.Channels}By{tile}Stride{l.Stride}", tile, l.Channels, l.Outputs, l.Height, l.Width, batch: 3, l.Stride)))).ToList();
        var programs = cases.ToDictionary(c => c.Case, c => EmittedNetworks.Programs(c.Case));
        var networks = EmittedNetworks.Compile(programs.SelectMany(p => EmittedNetworks.Sources(p.Key, p.Value)));
        foreach (var (tile, layer, @case) in cases)
        {
            // What is not offered cannot be forced.
            Assert.Equal(@case.Options.ForcedCandidate, programs[@case].Single(p => p.Kind == PassKind.Train).Stages
                .Single(s => s.Stage.Name == "conv2").Candidate.Name);
            var numbers = Numbers(@case);
            using var network = networks.Create(@case.Model.Spec);
            CaseRunner.SetParameters(network, numbers);
            using var training = new TrainingSession(network, @case.Batch);
            CaseRunner.Step(@case, training, numbers, 0, @case.Batch);
            Check("forward", training.Predictions, numbers.Training.Output("prediction").Data,
                MinimalFilter.Of(tile, 3, layer.Stride), layer.Channels);
            // Gradients of strided convolutions are computed as they are defined.
            if (layer.Stride > 1)
                continue;
            foreach (var gradient in numbers.TrainingGraph.Outputs.Where(o => o.Name is "conv1.weight" or "conv2.weight"))
            {
                // The gradient of the first convolution's weights is made of that of the second one's input.
                var (outputs, taps, terms) = gradient.Name == "conv1.weight" ? (tile, 3, layer.Outputs) : (3, tile, 16);
                Check($"gradient of {gradient.Name}", training.Gradients[gradient.Name].Values,
                    numbers.Training[gradient.Value].Data, MinimalFilter.Of(outputs, taps), terms);
            }

            void Check(string what, ReadOnlySpan<float> actual, double[] expected, MinimalFilter algorithm, int terms) =>
                CheckError($"{layer}, {what}", actual, expected, algorithm, terms);
        }
    }

    [Theory]
    [InlineData(2, 3, 7, 2)]
    [InlineData(4, 3, 7, 2)]
    [InlineData(4, 32, 7, 2)]
    [InlineData(4, 3, 11, 4)]
    [InlineData(4, 16, 5, 2)]
    public void ErrorsOverPhasesStayBelowWhatIsEstimated(int tile, int channels, int kernel, int stride)
    {
        var @case = new NetworkCase(
            Phased(channels, kernel, stride, kernel / 2, 31, 26, isFirst: true, pool: 1), 3, 5, [512],
            PassOptions.Default with { ForcedCandidate = string.Create(CultureInfo.InvariantCulture, $"winograd-{tile}x{tile}") });
        var programs = EmittedNetworks.Programs(@case);
        var numbers = Numbers(@case);
        using var network = EmittedNetworks.Compile(EmittedNetworks.Sources(@case, programs)).Create(@case.Model.Spec);
        CaseRunner.SetParameters(network, numbers);
        using var training = new TrainingSession(network, @case.Batch);
        CaseRunner.Step(@case, training, numbers, 0, @case.Batch);
        var shape = Assert.IsType<WinogradShape>(programs.Single(p => p.Kind == PassKind.Train).Stages
            .Single(s => s.Stage.Name == "conv1").Candidate.Schedule);
        Assert.Equal(channels * stride * stride, shape.Channels);
        CheckError($"{channels} channels, {kernel}×{kernel}, stride {stride}", training.Predictions,
            numbers.Training.Output("prediction").Data, shape.Algorithm, shape.Channels);
    }

    private void CheckError(string what, ReadOnlySpan<float> actual, double[] expected, MinimalFilter algorithm, int terms)
    {
        double[] doubles = [.. actual.ToArray().Select(x => (double)x)];
        var largest = Near.Error(doubles, expected);
        var mean = doubles.Zip(expected, (a, r) => Math.Abs(a - r)).Sum() / expected.Sum(Math.Abs);
        var estimate = Winograd.Error(algorithm, terms);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}, {algorithm}: max {largest:E1}, mean {mean:E1}, estimated {estimate:E1}"));
        // What is around the convolution rounds too.
        Assert.InRange(largest, 0, Math.Min(Winograd.Tolerance, estimate + 1e-6));
        Assert.InRange(mean, 0, Winograd.Tolerance / 5);
    }

    [Fact]
    public void TilesThatFillNoRegisterTileHaveOneOfTheirOwn()
    {
        // Numbers of terms that are no whole rounds of a product's loop; weights that are near, and that are far and brought near.
        (int Channels, int Outputs, int Height, int Width, int Stride)[] layers =
            [(5, 9, 14, 14, 1), (70, 36, 5, 15, 1), (96, 96, 5, 13, 1), (12, 20, 13, 13, 2), (64, 68, 9, 26, 2)];
        List<NetworkCase> cases = [.. layers.SelectMany(l => Tiles(l.Stride).Select(tile => Forced(
            $"Rest{l.Channels}By{tile}Stride{l.Stride}", tile, l.Channels, l.Outputs, l.Height, l.Width, batch: 3, l.Stride) with { Widths = [256, 512] }))];
        var shapes = cases.SelectMany(c => EmittedNetworks.Programs(c)).SelectMany(p => p.Stages).Select(s => s.Candidate.Schedule)
            .OfType<WinogradShape>().ToList();
        Assert.Contains(shapes, shape => shape.BlockTiles % shape.Rows > 0 && !shape.WeightsAreFar);
        Assert.Contains(shapes, shape => shape.BlockTiles % shape.Rows > 0 && shape.WeightsAreFar);
        Assert.Contains(shapes, shape => shape.BlockTiles % shape.Rows > 0 && shape.Algorithm.Step == 2);
        var failures = CaseBatch.Run(cases, new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    // Over the phases of the caller's image, and of one whose channels lie side by side. Tiles of results are made of pooling windows.
    private static NetworkModel Phased(int channels, int kernel, int stride, int padding, int height, int width, bool isFirst, int pool) => Build(
    [
        Image(channels, height, width), .. isFirst ? (LayerSpec[])[] : [Conv(channels)],
        Layer("Conv", ("Channels", 9), ("Kernel", Pair(kernel, kernel)), ("Stride", Pair(stride, stride)), ("Padding", Pair(padding, padding))),
        Layer("Relu"), .. pool == 1 ? (LayerSpec[])[] : [Layer("MaxPool", ("Window", Pair(pool, pool)))],
        Layer("Flatten"), Layer("Loss", ("Kind", "MeanSquaredError")),
    ]);

    [Fact]
    public void ManyTapsWithAStrideAreFewerOverPhases()
    {
        (int Channels, int Kernel, int Stride, int Padding, int Height, int Width, bool IsFirst, int Pool)[] layers =
        [
            (3, 7, 2, 3, 21, 18, true, 1), (3, 7, 2, 3, 24, 33, true, 2), (1, 5, 2, 0, 5, 9, true, 1), (5, 5, 2, 2, 11, 11, false, 1),
            (3, 11, 4, 2, 31, 27, true, 1), (2, 8, 2, 3, 16, 13, true, 1), (6, 6, 2, 1, 9, 16, false, 2), (4, 9, 3, 5, 7, 3, true, 1),
            (3, 7, 2, 4, 2, 3, true, 1),
        ];
        List<NetworkCase> cases = [.. layers.SelectMany(l => new[] { 2, 4 }.Select(tile => new NetworkCase(
            Phased(l.Channels, l.Kernel, l.Stride, l.Padding, l.Height, l.Width, l.IsFirst, l.Pool), 7, 5, [256, 512],
            PassOptions.Default with { ForcedCandidate = string.Create(CultureInfo.InvariantCulture, $"winograd-{tile}x{tile}"), ChunkSize = 2 })))];
        foreach (var @case in cases)
        {
            Assert.All(EmittedNetworks.Programs(@case).Where(p => p.Kind != PassKind.Loss), program => Assert.Contains(
                program.Stages, s => s.Candidate.Schedule is WinogradShape { Phases: not null }));
        }

        var failures = CaseBatch.Run(cases, new Coverage());
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Theory]
    [InlineData(7, 2, true)]
    [InlineData(11, 4, true)]
    // Two taps of a phase; five of them; no stride; one tap of a phase.
    [InlineData(4, 2, false)]
    [InlineData(9, 2, false)]
    [InlineData(5, 1, false)]
    [InlineData(5, 5, false)]
    public void PhasesHaveThreeOrFourTaps(int kernel, int stride, bool isOffered) =>
        Assert.Equal(isOffered, Offered(Phased(4, kernel, stride, 0, 32, 32, isFirst: true, pool: 1), PassKind.Predict, "conv1")
            .Any(n => n.StartsWith("winograd", StringComparison.Ordinal)));

    [Fact]
    public void NothingIsOfferedAboveTheTolerance()
    {
        Assert.True(Winograd.Error(MinimalFilter.Of(4, 3), 512) < Winograd.Tolerance);
        Assert.True(Winograd.Error(MinimalFilter.Of(4, 3), 2048) > Winograd.Tolerance);
        string[] narrow = [.. Offered(Network("Narrow", 512, 8, 4, 4), PassKind.Predict, "conv2")];
        string[] wide = [.. Offered(Network("Wide", 2048, 8, 4, 4), PassKind.Predict, "conv2")];
        Assert.Contains("winograd-4x4", narrow);
        Assert.Contains("winograd-2x2", wide);
        Assert.DoesNotContain("winograd-4x4", wide);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AStrictNetworkHasNone(bool isStrict)
    {
        foreach (var kind in new[] { PassKind.Predict, PassKind.Train })
        {
            var stages = Compile(Network("Strict", 64, 64, 16, 16, isStrict), kind).Stages;
            Assert.Equal(!isStrict, stages.Any(s => s.Candidate.Name.StartsWith("winograd", StringComparison.Ordinal)));
            Assert.Equal(!isStrict, stages.Any(s => s.Rejected.Any(c => c.Name.StartsWith("winograd", StringComparison.Ordinal))));
        }
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 2, true)]
    // No two results share an input; tiles are square.
    [InlineData(3, 3, false)]
    [InlineData(2, 1, false)]
    public void StridesOfOneAndOfTwoHaveIt(int strideY, int strideX, bool isOffered)
    {
        var model = Build(
            Image(4, 14, 15), Conv(16),
            Layer("Conv", ("Channels", 16), ("Kernel", Pair(3, 3)), ("Padding", Pair(1, 1)), ("Stride", Pair(strideY, strideX))),
            Layer("Flatten"), Layer("Loss", ("Kind", "MeanSquaredError")));
        Assert.Equal(isOffered, Offered(model, PassKind.Predict, "conv2").Any(n => n.StartsWith("winograd", StringComparison.Ordinal)));
    }

    [Fact]
    public void GradientsOfAllThreeKindsAreOffered()
    {
        var stages = Compile(Network("Kinds", 32, 32, 12, 12), PassKind.Train).Stages;
        foreach (var name in new[] { "conv2", "conv2.input_gradient", "conv2.weight_gradient" })
        {
            var plan = stages.Single(s => s.Stage.Name == name);
            Assert.Contains(plan.Rejected.Add(plan.Candidate), c => c.Name == "winograd-4x4");
            Assert.Contains(plan.Rejected.Add(plan.Candidate), c => c.Name == "winograd-2x2");
        }
    }

    [Fact]
    public void BitsDoNotDependOnThreads()
    {
        var @case = Forced("Threads", 4, 20, 24, 11, 6, batch: 37);
        var numbers = Numbers(@case);
        using var network = EmittedNetworks.Compile(EmittedNetworks.Sources(@case, EmittedNetworks.Programs(@case))).Create(@case.Model.Spec);
        float[]? expected = null;
        foreach (var threads in new[] { 1, 2, 3 })
        {
            CaseRunner.SetParameters(network, numbers);
            using var training = new TrainingSession(network, @case.Batch, threads);
            CaseRunner.Step(@case, training, numbers, 0, @case.Batch);
            float[] actual = [.. training.Gradients.Values, .. training.Predictions, .. training.Losses];
            expected ??= actual;
            Assert.True(actual.AsSpan().SequenceEqual(expected), $"{threads} threads change bits");
        }
    }

    private static PassProgram Compile(NetworkModel model, PassKind kind) =>
        PassCompiler.Compile(model, kind, new CpuTarget(512), PassOptions.Default);

    private static IEnumerable<string> Offered(NetworkModel model, PassKind kind, string stage)
    {
        StagePlan plan = Compile(model, kind).Stages.Single(s => s.Stage.Name == stage);
        return plan.Rejected.Add(plan.Candidate).Select(c => c.Name);
    }
}
