using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Tests.Reference;
using Barrier = NetCompiler.Compiler.Kernels.Barrier;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// Contractions in single precision on devices of compute capability 8.0 and up, where a part of a sum is copied while the one before is added up.
/// </summary>
public sealed class AsyncCopyTests
{
    private const int Seed = 977;

    private static readonly List<SliceGraph> s_slices = [.. SliceGraph.Given, .. SliceGraph.Random(Seed, 12)];

    public static TheoryData<int> Slices => [.. Enumerable.Range(0, s_slices.Count)];

    [Theory]
    [MemberData(nameof(Slices))]
    public void TheBitsAreThoseOfOtherDevices(int index)
    {
        var slice = s_slices[index];
        var program = slice.Compile(force: "gemm");
        var values = Chains.Values(program.Graph, slice.Batch, new Random(Seed));
        var (plain, newer, text) = (new SimtRun.Interpreted(program, slice.Batch, values),
            new SimtRun.Interpreted(program.OnSm80(), slice.Batch, values), new SimtRun.Assembled(program.OnSm80(), slice.Batch, values));
        foreach (var run in new SimtRun[] { plain, newer, text })
            run.Run();
        foreach (var output in program.Graph.Outputs)
        {
            Assert.Equal(plain[output.Value], newer[output.Value]);
            Assert.Equal(plain[output.Value], text[output.Value]);
        }
    }

    [Fact]
    public void KernelsAreVerifiedAndCopy()
    {
        var copies = 0;
        foreach (var slice in s_slices)
        {
            var program = slice.Compile(force: "gemm");
            foreach (var kernel in program.Sm80Kernels)
            {
                var problems = KernelVerifier.Verify(kernel);
                Assert.True(problems.IsEmpty, $"{slice}\n{string.Join("\n", problems)}\n{kernel}");
                Assert.Equal(Assert.Single(program.Kernels, k => k.Name == kernel.Name).Launch, kernel.Launch);
                copies += KernelWalk.All(kernel.Body).OfType<AsyncCopy>().Count();
            }
        }

        Assert.True(copies >= 2 * s_slices.Count, $"{copies} copies in {s_slices.Count} slices");
    }

    [Fact]
    public void SumsOfOnePartAndTilesThatFillSharedMemoryAreNotCopiedAhead()
    {
        // Eight terms; and a pooling window of 64 elements for each of 8, or of 16, rows.
        var few = new SliceGraph(2, 2, 5, 5, 3, 1, new(2, 1, 1, 0, 0), new(2, 1, 1, 0, 0));
        var wide = new SliceGraph(1, 2, 16, 16, 3, 1, new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1), 8, 8);
        Assert.False(IsCopiedAhead(few, "gemm-8x8"));
        Assert.True(IsCopiedAhead(wide, "gemm-8x8"));
        Assert.False(IsCopiedAhead(wide, "gemm-16x8"));

        static bool IsCopiedAhead(SliceGraph slice, string candidate)
        {
            var program = slice.Compile(force: candidate);
            Assert.All(program.Sm80Kernels.Concat(program.Kernels), k => Assert.InRange(
                KernelWalk.All(k.Body).OfType<Allocate>().Sum(a => a.Count * sizeof(float)), 0, SimtTarget.SharedBytes));
            Assert.Equal(candidate, program.Stages.Single(s => s.Stage.Name == "conv").Candidate.Name);
            return program.Sm80Kernels.Any(k => k.Name == "Conv");
        }
    }

    [Fact]
    public void EveryBarrierCommitAndWaitIsNeeded()
    {
        var slice = new SliceGraph(3, 4, 6, 5, 4, 1, new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1));
        var program = slice.Compile(force: "gemm").OnSm80();
        var kernels = program.Kernels.Where(k => KernelWalk.All(k.Body).OfType<AsyncCopy>().Any()).ToList();
        Assert.Equal(3, kernels.Count);
        foreach (var kernel in kernels)
        {
            foreach (var without in new KernelRewriter[]
                { new SimtFaultTests.Without<Barrier>(0), new SimtFaultTests.Without<CommitCopies>(0), new SimtFaultTests.Without<WaitForCopies>(0) })
            {
                var fault = Assert.Throws<KernelFaultException>(() => SimtFaultTests.Run(program, kernel, without, slice.Batch));
                Assert.True(fault.Fault is KernelFault.Race or KernelFault.UndefinedRead, $"{kernel.Name}: {fault.Message}");
            }
        }

        Assert.Contains("cp.async.ca.shared.global", PtxPrinter.Print(kernels), StringComparison.Ordinal);
    }
}
