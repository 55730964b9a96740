using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>Kernels of the slice with a fault planted: the interpreter has to find it.</summary>
public class SimtFaultTests
{
    private const int Batch = 3;

    private static readonly SliceGraph s_slice = new(Batch, 2, 9, 8, 5, 1, new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1), 2, 2);

    [Fact]
    public void EveryIndexOutsideIsFound()
    {
        var program = s_slice.Compile(force: "gemm");
        var found = 0;
        foreach (var kernel in program.Kernels)
        {
            var count = KernelWalk.All(kernel.Body).OfType<Store>().Count();
            for (var index = 0; index < count; index++)
            {
                var shift = new WithShiftedStore(index, 1 << 20);
                var fault = Assert.Throws<KernelFaultException>(() => Run(program, kernel, shift));
                Assert.Equal(KernelFault.OutOfBounds, fault.Fault);
                found++;
            }
        }

        Assert.True(found >= 10, $"{found} stores");
    }

    [Fact]
    public void AnIndexOneTooFarIsFound()
    {
        var program = s_slice.Compile(force: "gemm");
        // The last element of the shared factor, one further.
        var kernel = program.Kernels[0];
        var fault = Assert.Throws<KernelFaultException>(() => Run(program, kernel, new WithShiftedStore(0, 1)));
        Assert.True(fault.Fault is KernelFault.OutOfBounds or KernelFault.Race or KernelFault.UndefinedRead, fault.Message);
        Assert.NotEmpty(KernelVerifier.Verify(kernel.WithBody(new WithShiftedStore(0, 1).Rewrite(kernel.Body))));
    }

    internal static void Run(SimtProgram program, Kernel kernel, KernelRewriter fault, int batch = Batch)
    {
        var broken = kernel.WithBody(fault.Rewrite(kernel.Body));
        var steps = program.Steps.Select(step => step with { Launches = [.. step.Launches.Select(Break)] }).ToImmutableArray();
        var values = Chains.Values(program.Graph, batch, new Random(1));
        new SimtRun.Interpreted(program with { Steps = steps }, batch, values).Run();

        StageLaunch Break(StageLaunch launch) =>
            launch.Launch.Kernel == kernel ? launch with { Launch = launch.Launch with { Kernel = broken } } : launch;
    }

    /// <summary>Takes away a statement of a kind.</summary>
    internal sealed class Without<T>(int index) : KernelRewriter
        where T : Statement
    {
        private int _count;

        protected override void Rewrite(Statement statement, ImmutableArray<Statement>.Builder output)
        {
            if (statement is not T || _count++ != index)
                output.Add(Parts(statement));
        }
    }

    private sealed class WithShiftedStore(int index, int shift) : KernelRewriter
    {
        private int _count;

        protected override void Rewrite(Statement statement, ImmutableArray<Statement>.Builder output)
        {
            var parts = Parts(statement);
            output.Add(parts is Store store && _count++ == index
                ? store with { Index = IndexArithmetic.Add(store.Index, Constant.Int(shift)) }
                : parts);
        }
    }
}
