using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;
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

    [Fact]
    public void TheFileForIlgpuCompiles()
    {
        var spec = new NetworkSpec("Tests", "Net", IsPublic: true, Chains.Course);
        var options = CompilerOptions.Default with { VectorWidths = [128] };
        var result = NetworkCompiler.Compile(spec, options with { Ilgpu = true });
        Assert.Single(result.Kernels, f => f.HintName == "Tests.Net.TrainIlgpu.g.cs");
        // Without the kernels for the processor, which other tests compile.
        var source = CompiledSource.Compile(
            [IlgpuSupportPrinter.Text, .. result.Kernels.Where(f => f.HintName.Contains("Ilgpu", StringComparison.Ordinal)
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
}
