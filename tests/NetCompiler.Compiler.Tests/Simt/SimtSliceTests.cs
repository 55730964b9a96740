using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// The stage of convolution, bias, ReLU and pooling and its backward on the SIMT target, against the reference in double precision:
/// by the interpreter, and as printed C# against the stand-in of ILGPU.
/// </summary>
public class SimtSliceTests
{
    private const int Seed = 20250;
    private const double Tolerance = 1e-4;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, All.Count)];

    private static List<SliceGraph> All { get; } = [.. SliceGraph.Given, .. SliceGraph.Random(Seed, 20)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void InterpretedKernelsComputeWhatTheReferenceComputes(int index) =>
        Check(All[index], All[index].Compile(force: "gemm"), (p, v) => new SimtRun.Interpreted(p, All[index].Batch, v), Name(index));

    [Theory]
    [MemberData(nameof(Cases))]
    public void PrintedKernelsComputeWhatTheReferenceComputes(int index) =>
        Check(All[index], All[index].Compile(force: "gemm"), (p, v) => new SimtRun.Printed(p, All[index].Batch, v), Name(index));

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryKernelIsVerified(int index)
    {
        foreach (var kernel in All[index].Compile().Kernels.Concat(All[index].Compile(force: "gemm").Kernels))
        {
            var problems = KernelVerifier.Verify(kernel);
            Assert.True(problems.IsEmpty, $"{All[index]}\n{string.Join("\n", problems)}\n{kernel}");
        }
    }

    [Theory]
    [InlineData("gemm-8x8")]
    [InlineData("gemm-16x8")]
    [InlineData("gemm-16x16")]
    [InlineData("gemm-32x4")]
    [InlineData("gemm-64x1")]
    [InlineData("gemm-128x1")]
    [InlineData("elements")]
    [InlineData("tree")]
    public void EveryCandidateComputesTheSame(string candidate)
    {
        foreach (var slice in new[] { All[1] with { Batch = 3, Outputs = 6 }, All[5], All[6] with { Batch = 2 } })
        {
            var program = slice.Compile(force: candidate);
            Assert.Contains(program.Stages, s => s.Candidate.Name == candidate);
            Check(slice, program, (p, v) => new SimtRun.Interpreted(p, slice.Batch, v), $"{candidate}, {slice}");
        }
    }

    [Theory]
    [InlineData("interpreted")]
    [InlineData("C#")]
    [InlineData("PTX")]
    public void FourNumbersAreReadAtOnceWhereTheyLieSideBySide(string how)
    {
        // All 36 weights of an output; the 16 pixels of a map, and with them the gradient's terms of each sample.
        var slice = new SliceGraph(3, 4, 4, 4, 9, 1, new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1));
        var program = slice.Compile(force: "gemm-8x8");
        Assert.Equal([true, false, true], new[] { "Conv", "ConvInputGradient", "ConvWeightGradient" }.Select(name =>
            PtxPrinter.Print([program.Kernels.Single(k => k.Name == name)]).Contains("ld.global.v4.f32", StringComparison.Ordinal)));
        Check(slice, program, (p, v) => how switch
        {
            "interpreted" => new SimtRun.Interpreted(p, slice.Batch, v),
            "C#" => new SimtRun.Printed(p, slice.Batch, v),
            _ => new SimtRun.Assembled(p, slice.Batch, v),
        }, how);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ChunksAndLanesAddUp(int chunk)
    {
        var slice = new SliceGraph(7, 2, 6, 5, 5, 1, new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1), 2, 2);
        Check(slice, slice.Compile(chunk), (p, v) => new SimtRun.Interpreted(p, slice.Batch, v), $"chunks of {chunk}");
    }

    private static string Name(int index) => $"seed {Seed}, case {index}, {All[index]}";

    private static void Check(
        SliceGraph slice, SimtProgram program, Func<SimtProgram, Dictionary<string, double[]>, SimtRun> run, string what)
    {
        var values = Chains.Values(program.Graph, slice.Batch, new Random(Seed));
        var reference = ReferenceEvaluator.Run(program.Graph, slice.Batch, values);
        var actual = run(program, values);
        actual.Run();
        foreach (var output in program.Graph.Outputs)
            Near.Assert(actual[output.Value], reference[output.Value].Data, Tolerance, $"{output.Name} ({what})");
    }
}
