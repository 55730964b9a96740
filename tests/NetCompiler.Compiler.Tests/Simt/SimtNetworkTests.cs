using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Ilgpu;
using NetCompiler.Compiler.Tests.Reference;
using NetCompiler.Compiler.Tests.Support;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>Whole training passes on the SIMT target, and what is printed of them.</summary>
public class SimtNetworkTests
{
    private const int Seed = 4711;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void RandomNetworksTrain(int index)
    {
        var model = Chains.Build(Chains.Random(new Random(Seed + index)));
        var program = SimtPassCompiler.Compile(model, PassKind.Train, PassOptions.Default with { ChunkSize = 2 });
        foreach (var kernel in program.Kernels)
            Assert.True(KernelVerifier.Verify(kernel).IsEmpty, $"{string.Join("\n", KernelVerifier.Verify(kernel))}\n{kernel}");
        var values = Chains.Values(program.Graph, 3, new Random(Seed + index));
        var reference = ReferenceEvaluator.Run(program.Graph, 3, values);
        var run = new SimtRun.Interpreted(program, 3, values);
        run.Run();
        foreach (var output in program.Graph.Outputs)
        {
            var what = $"{output.Name} (seed {Seed + index})\n{program.Graph}";
            Near.Assert(run[output.Value], reference[output.Value].Data, 1e-4, what, floor: 1e-3);
        }
    }

    public static TheoryData<string> SmallNetworks => ["course", "LeNet-5", "tiny"];

    [Theory]
    [MemberData(nameof(SmallNetworks))]
    public void ASmallNetworkPredictsInOneLaunch(string name)
    {
        var model = Chains.Build(name switch
        {
            "course" => Chains.Course,
            "LeNet-5" => LeNet5,
            _ => Tiny,
        });
        var program = SimtPassCompiler.Compile(model, PassKind.Predict, PassOptions.Default);
        var kernel = Assert.Single(program.Kernels);
        Assert.Equal(StageKind.Network, Assert.Single(program.Stages).Stage.Kind);
        Assert.True(KernelVerifier.Verify(kernel).IsEmpty, $"{string.Join("\n", KernelVerifier.Verify(kernel))}\n{kernel}");
        var batch = name == "tiny" ? 3 : 1;
        var values = Chains.Values(program.Graph, batch, new Random(Seed));
        var reference = ReferenceEvaluator.Run(program.Graph, batch, values);
        var run = new SimtRun.Interpreted(program, batch, values);
        run.Run();
        var output = Assert.Single(program.Graph.Outputs).Value;
        Near.Assert(run[output], reference[output].Data, 1e-5, name);
    }

    [Fact]
    public void WhatDoesNotFitTheGroupsMemoryTakesSeveralLaunches()
    {
        var model = Chains.Build([
            Chains.Image(1, 32, 32), Chains.Layer("Conv", ("Channels", 14), ("Kernel", Chains.Pair(3, 3))), Chains.Layer("Relu"),
            Chains.Layer("Flatten"), Chains.Layer("Dense", ("Units", 3)), Chains.Layer("Loss", ("Kind", "MeanSquaredError"))]);
        // 14 · 30 · 30 numbers are a little more than 48 KB.
        Assert.True(SimtPassCompiler.Compile(model, PassKind.Predict, PassOptions.Default).Kernels.Length > 1);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public void AKernelHasNoMoreParametersThanIlgpuLaunches(int layers, bool isOne)
    {
        // The input, the prediction, and a weight and a bias of each layer.
        var model = Chains.Build([
            Chains.Image(1, 2, 3), Chains.Layer("Flatten"),
            .. Enumerable.Repeat(new[] { Chains.Layer("Dense", ("Units", 5)), Chains.Layer("Relu") }, layers).SelectMany(l => l),
            Chains.Layer("Loss", ("Kind", "MeanSquaredError"))]);
        var program = SimtPassCompiler.Compile(model, PassKind.Predict, PassOptions.Default);
        Assert.Equal(isOne, program.Kernels.Length == 1);
        Assert.All(program.Kernels, kernel => Assert.InRange(kernel.Parameters.Length, 1, 14));
    }

    [Fact]
    public void WhatIsMoreThanIlgpuLaunchesIsPassedTogether()
    {
        // States that are kept behind a sample's end are read, written and compared in one kernel.
        var @case = LayerCases.Around("Lstm", "Lstm0000", 99, EmittedSweep.Widths, largestWork: 2_000);
        var program = SimtPassCompiler.Compile(@case.Model, PassKind.Train, @case.Options);
        var kernel = program.Kernels.First(k => k.Parameters.Length > 14);
        Assert.Empty(SimtSweep.Run(@case, (p, numbers, seed) => new SimtRun.Printed(p, @case.Batch, numbers.Values, seed)));
        var file = SimtPrinter.Print(@case.Model.Spec, program, TestAccelerator.HasAlgorithms);
        var source = CompiledSource.Compile(
            [IlgpuSupportPrinter.Text, UpdatePrinter.Print(cuda: false, ilgpu: true), DevicePassPrinter.Print(@case.Model, program), file,
             .. NetworkCompiler.Declare(@case.Model.Spec, CompilerOptions.Default with { Ilgpu = true }).Api.Select(f => f.Text)]);
        Assert.Equal(14, source.Method("Emitted.Lstm0000+TrainIlgpu", kernel.Name).GetParameters().Length);
        Assert.Contains($"new {kernel.Name}Arguments(", file, StringComparison.Ordinal);
    }

    [Fact]
    public void NetworkPrinted()
    {
        var program = SimtPassCompiler.Compile(Chains.Build(Tiny), PassKind.Predict, PassOptions.Default);
        Snapshot.Verify(SimtPrinter.Print(new NetworkSpec("Samples", "Tiny", IsPublic: true, []), program, hasAlgorithms: true));
    }

    [Fact]
    public void TheFileForIlgpuCompiles()
    {
        var spec = new NetworkSpec("Tests", "Net", IsPublic: true, Chains.Course);
        var options = CompilerOptions.Default with { VectorWidths = [128] };
        var result = NetworkCompiler.Compile(spec, options with { Ilgpu = true });
        Assert.Single(result.Kernels, f => f.HintName == "Tests.Net.TrainIlgpu.g.cs");
        // Without the kernels for the processor, which other tests compile.
        var source = CompiledSource.Compile(
            [IlgpuSupportPrinter.Text, UpdatePrinter.Print(cuda: false, ilgpu: true),
             .. result.Kernels.Where(f => f.HintName.Contains("Ilgpu", StringComparison.Ordinal)
                || f.HintName.Contains("Device", StringComparison.Ordinal)).Concat(result.Api).Select(f => f.Text)]);
        Assert.Equal("IlgpuKernel", source.Method("Tests.Net+TrainIlgpu", "Load").ReturnType.Name);
        Assert.DoesNotContain(NetworkCompiler.Compile(spec, options).Kernels, f => f.HintName.Contains("Ilgpu", StringComparison.Ordinal));
    }

    [Fact]
    public void SlicePrinted()
    {
        var slice = new SliceGraph(32, 3, 12, 12, 10, 1, new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1), 2, 2);
        Snapshot.Verify(SimtPrinter.Print(new NetworkSpec("Samples", "Slice", IsPublic: true, []), slice.Compile(force: "gemm")));
    }

    /// <summary>Sums of a few terms and of many, columns that are left over, and a barrier for each.</summary>
    internal static ImmutableArray<LayerSpec> Tiny { get; } =
    [
        Chains.Image(2, 10, 10),
        Chains.Layer("Conv", ("Channels", 9), ("Kernel", Chains.Pair(3, 3)), ("Padding", Chains.Pair(1, 1))), Chains.Layer("Relu"),
        Chains.Layer("MaxPool", ("Window", Chains.Pair(2, 2))),
        Chains.Layer("Flatten"), Chains.Layer("Dense", ("Units", 11)), Chains.Layer("Tanh"),
        Chains.Layer("Dense", ("Units", 4)), Chains.Layer("Softmax"), Chains.Layer("Loss", ("Kind", "CrossEntropy")),
    ];

    private static ImmutableArray<LayerSpec> LeNet5 { get; } =
    [
        Chains.Image(1, 28, 28),
        Chains.Layer("Conv", ("Channels", 6), ("Kernel", Chains.Pair(5, 5)), ("Padding", Chains.Pair(2, 2))), Chains.Layer("Relu"),
        Chains.Layer("AveragePool", ("Window", Chains.Pair(2, 2))),
        Chains.Layer("Conv", ("Channels", 16), ("Kernel", Chains.Pair(5, 5))), Chains.Layer("Relu"),
        Chains.Layer("AveragePool", ("Window", Chains.Pair(2, 2))),
        Chains.Layer("Conv", ("Channels", 120), ("Kernel", Chains.Pair(5, 5))), Chains.Layer("Relu"),
        Chains.Layer("Flatten"), Chains.Layer("Dense", ("Units", 84)), Chains.Layer("Relu"),
        Chains.Layer("Dense", ("Units", 10)), Chains.Layer("Softmax"), Chains.Layer("Loss", ("Kind", "CrossEntropy")),
    ];
}
