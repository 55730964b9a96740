using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Cpu;

/// <summary>Which rounds of a register tile's innermost loop are written out.</summary>
public sealed class RegisterTileTests
{
    [Theory]
    // 28 sums take nearly all registers: elements that neighbouring taps share would go to the stack.
    [InlineData(28, true)]
    // 9 sums leave room for them.
    [InlineData(5, false)]
    public void TapsOfARowStayALoopWhereNoRegisterIsLeftForWhatTheyShare(int size, bool isLoop)
    {
        var (program, _) = Compile(Image(1, size, size), Layer("Conv", ("Channels", 25), ("Kernel", Pair(3, 3))));
        Assert.Equal(isLoop, Loops(program, "conv1").Any(loop => loop.Counter.Name.StartsWith("kx", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(128)]
    [InlineData(96)]
    [InlineData(40)]
    public void LoadsOfVectorsGoOnByAKilobyteAtMost(int units)
    {
        var (program, schedule) = Compile(Image(1, 16, 16), Layer("Flatten"), Layer("Dense", ("Units", units)));
        var steps = Loops(program, "dense1").Where(loop => loop.Counter.Name.StartsWith('k')).Select(loop => loop.Step).ToList();
        Assert.NotEmpty(steps);
        Assert.All(steps, step => Assert.InRange(step * schedule.Blocks.Width * sizeof(float), 1, 1024));
    }

    // A network that begins with these layers, and the schedule of its first contraction.
    private static (PassProgram Program, ContractionSchedule Schedule) Compile(params LayerSpec[] layers)
    {
        var model = Build([.. layers, Layer("Relu"), Layer("Flatten"), Layer("Dense", ("Units", 3)), Layer("Loss", ("Kind", "MeanSquaredError"))]);
        var program = PassCompiler.Compile(
            model, PassKind.Predict, new CpuTarget(512), PassOptions.Default with { ForcedCandidate = "direct", ChunkSize = 1 });
        return (program, program.Stages.Select(s => s.Candidate.Schedule).OfType<ContractionSchedule>().First());
    }

    private static IEnumerable<For> Loops(PassProgram program, string stage) => program.Kernels
        .Where(kernel => kernel.Name.StartsWith(stage, StringComparison.OrdinalIgnoreCase) && kernel.Name.Contains("Tile", StringComparison.Ordinal))
        .SelectMany(kernel => KernelWalk.All(kernel.Body)).OfType<For>();
}
