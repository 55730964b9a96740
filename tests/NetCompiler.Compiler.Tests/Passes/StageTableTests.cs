using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Stages;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Passes;

public sealed class StageTableTests
{
    private static PassProgram Compile(PassKind kind, int depth, Func<int, LayerSpec>? layer = null) =>
        PassCompiler.Compile(
            Build(
            [
                Image(3, 9, 8), Layer("Conv", ("Channels", 5), ("Kernel", Pair(1, 1))),
                .. Enumerable.Range(0, depth).SelectMany(i => new[] { layer?.Invoke(i) ?? Convolution(3), Layer("Relu") }),
                Layer("GlobalAveragePool"), Layer("Softmax"), Layer("Loss", ("Kind", "CrossEntropy")),
            ]),
            kind, new CpuTarget(256), PassOptions.Default);

    private static LayerSpec Convolution(int kernel) =>
        Layer("Conv", ("Channels", 5), ("Kernel", Pair(kernel, kernel)), ("Padding", Pair(kernel / 2, kernel / 2)));

    private static Kernel KernelOf(PassProgram program, string stage) =>
        program.Stages.Single(s => s.Stage.Name == stage).Plan.Launches[^1].Kernel;

    [Theory]
    [InlineData(PassKind.Predict)]
    [InlineData(PassKind.Train)]
    public void ADeeperNetworkOfTheSameBlocksHasNoMoreKernels(PassKind kind) =>
        Assert.Equal(Compile(kind, 4).Kernels.Length, Compile(kind, 20).Kernels.Length);

    [Fact]
    public void StagesThatAreAlikeAreLoweredOnce()
    {
        var program = Compile(PassKind.Predict, 4);
        Assert.Same(KernelOf(program, "conv3"), KernelOf(program, "conv4"));
        // What the kernel is called with is each stage's own.
        var arguments = program.Stages.Single(s => s.Stage.Name == "conv4").Plan.Launches[^1].Arguments.OfType<LaunchArgument.OfValue>();
        Assert.All(arguments, a => Assert.DoesNotContain("conv2", a.Value.Name));
    }

    [Fact]
    public void StagesThatDifferInAnAttributeAreNot()
    {
        var program = Compile(PassKind.Predict, 6, i => Convolution(i == 2 ? 1 : 3));
        Assert.NotSame(KernelOf(program, "conv3"), KernelOf(program, "conv4"));
        Assert.Same(KernelOf(program, "conv3"), KernelOf(program, "conv6"));
    }

    [Fact]
    public void StagesThatDifferInALayoutAreNot()
    {
        // The first convolution reads the caller's array.
        var program = Compile(PassKind.Predict, 1, _ => Layer("Conv", ("Channels", 5), ("Kernel", Pair(1, 1))));
        Assert.NotSame(KernelOf(program, "conv1"), KernelOf(program, "conv2"));
    }
}
