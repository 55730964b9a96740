using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Cpu;

/// <summary>Which rounds of a register tile's innermost loop are written out.</summary>
public sealed class RegisterTileTests
{
    [Fact]
    public void TapsOfARowStayALoopWhereNoRegisterIsLeftForWhatTheyShare()
    {
        // 28 sums in a tile: elements that neighbouring taps share would go to the stack.
        var (loops, _) = Compile(512, [.. Course]);
        Assert.Contains(loops, loop => loop.Counter.Name == "ky");
        Assert.Contains(loops, loop => loop.Counter.Name == "kx");
    }

    [Fact]
    public void TapsOfARowAreWrittenOutWhereRegistersHoldWhatTheyShare()
    {
        // The convolution behind it wants channels side by side.
        var (loops, _) = Compile(
            512, Image(1, 5, 5), Layer("Conv", ("Channels", 25), ("Kernel", Pair(3, 3))), Layer("MaxPool", ("Window", Pair(2, 2))),
            Layer("Conv", ("Channels", 64), ("Kernel", Pair(1, 1))), Layer("Relu"),
            Layer("Flatten"), Layer("Dense", ("Units", 3)), Layer("Loss", ("Kind", "MeanSquaredError")));
        Assert.Contains(loops, loop => loop.Counter.Name == "ky");
        Assert.DoesNotContain(loops, loop => loop.Counter.Name == "kx");
    }

    [Fact]
    public void TapsThatShareNothingAreWrittenOutTogether()
    {
        // At stride 2 neighbouring taps read different elements; every other one reads what a neighbouring window does, and 12 sums leave
        // no register for that.
        var (loops, _) = Compile(
            256, Image(3, 35, 35), Layer("Conv", ("Channels", 64), ("Kernel", Pair(7, 7)), ("Stride", Pair(2, 2))),
            Layer("Conv", ("Channels", 64), ("Kernel", Pair(1, 1))), Layer("Relu"),
            Layer("Flatten"), Layer("Dense", ("Units", 3)), Layer("Loss", ("Kind", "MeanSquaredError")));
        Assert.Contains(loops, loop => loop is { Counter.Name: "kx", Step: 2 });
        Assert.DoesNotContain(loops, loop => loop is { Counter.Name: "kx", Step: > 2 });
    }

    [Theory]
    [InlineData(128)]
    [InlineData(96)]
    [InlineData(40)]
    public void LoadsOfVectorsGoOnByAKilobyteAtMost(int units)
    {
        var (loops, schedule) = Compile(
            512, Image(1, 16, 16), Layer("Flatten"), Layer("Dense", ("Units", units)), Layer("Relu"),
            Layer("Dense", ("Units", 3)), Layer("Loss", ("Kind", "MeanSquaredError")));
        Assert.NotEmpty(loops);
        Assert.All(loops, loop => Assert.InRange(loop.Step * schedule.Blocks.Width * sizeof(float), 1, 1024));
    }

    // The loops of the register tiles of the first contraction of a network of these layers, and its schedule.
    private static (IReadOnlyList<For> Loops, ContractionSchedule Schedule) Compile(int width, params LayerSpec[] layers)
    {
        var model = Build(layers);
        var program = PassCompiler.Compile(
            model, PassKind.Predict, new CpuTarget(width), PassOptions.Default with { ForcedCandidate = "direct", ChunkSize = 1 });
        var stage = program.Stages.First(s => s.Candidate.Schedule is ContractionSchedule);
        var tiles = stage.Plan.Launches.SelectMany(launch => KernelWalk.All(launch.Kernel.Body)).OfType<Call>().Select(call => call.Kernel);
        return ([.. tiles.SelectMany(tile => KernelWalk.All(tile.Body)).OfType<For>()], (ContractionSchedule)stage.Candidate.Schedule!);
    }
}
