using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Kernels.Interpretation;
using Barrier = NetCompiler.Compiler.Kernels.Barrier;

namespace NetCompiler.Compiler.Tests.Kernels;

public class KernelInterpreterTests
{
    private static readonly KernelType s_floats = KernelType.PointerTo(ScalarKind.F32);
    private static readonly ThreadIndex s_thread = new(ThreadIdentifier.ThreadInGroup, 0);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(21)]
    public void GroupsExchangeValuesThroughSharedMemory(int n)
    {
        var x = NodeCases.Floats(1)[..n];
        var y = new KernelMemory("y", ScalarKind.F32, n);
        KernelInterpreter.Run(SampleKernels.Neighbours(), KernelMemory.Of("x", x), y, n);
        var expected = Enumerable.Range(0, n).Select(i => x[i] + At(i / 8 * 8 + (i + 1) % 8)).ToArray();
        Assert.Equal(expected, y.ToSingles());

        float At(int i) => i < n ? x[i] : 0;
    }

    [Fact]
    public void AMissingBarrierIsARace()
    {
        var fault = Fault(SampleKernels.Neighbours(withBarrier: false));
        Assert.Equal(KernelFault.Race, fault.Fault);
        Assert.Contains("tile", fault.Detail, StringComparison.Ordinal);
        Assert.Contains("thread", fault.Thread, StringComparison.Ordinal);
    }

    [Fact]
    public void AnIndexOutsideIsReported()
    {
        var fault = Fault(SampleKernels.Neighbours(shift: 1));
        Assert.Equal(KernelFault.OutOfBounds, fault.Fault);
        Assert.Contains("element 8 of tile, whose extent is 8", fault.Detail, StringComparison.Ordinal);
        Assert.Contains("let term", fault.Statement, StringComparison.Ordinal);
        Assert.Equal("Neighbours", fault.Kernel);
    }

    [Fact]
    public void MemoryThatNothingHasWrittenIsReported()
    {
        var tile = new Variable("tile", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Shared));
        var fault = Fault(Simt([new Allocate(tile, 8), new Store(Y(), s_thread, new Load(tile, s_thread))], 8), 8);
        Assert.Equal(KernelFault.UndefinedRead, fault.Fault);
        Assert.Contains("element 0 of tile", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void WritesOfOneElementByTwoThreadsAreARace()
    {
        var fault = Fault(Simt([new Store(Y(), Constant.Int(0), Constant.Float(1))], 2), 2);
        Assert.Equal(KernelFault.Race, fault.Fault);
    }

    [Fact]
    public void WritesOfOneElementByTwoGroupsAreARace()
    {
        var fault = Fault(Simt([new Store(Y(), Constant.Int(0), Constant.Float(1))], 1, groups: 2), 2);
        Assert.Equal(KernelFault.Race, fault.Fault);
        Assert.Contains("group number 0", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ABarrierThatSomeThreadsMissIsReported()
    {
        var half = new Comparison(ComparisonFunction.Less, s_thread, Constant.Int(4));
        var fault = Fault(Simt([new If(half, new Block([new Barrier(BarrierScope.Group)]))], 8), 8);
        Assert.Equal(KernelFault.Divergence, fault.Fault);
    }

    [Fact]
    public void ThreadsAtDifferentBarriersAreReported()
    {
        var half = new Comparison(ComparisonFunction.Less, s_thread, Constant.Int(4));
        var branches = new If(half, new Block([new Barrier(BarrierScope.Group)]),
            new Block([new Barrier(BarrierScope.Group), new Remark("")]));
        Assert.Equal(KernelFault.Divergence, Fault(Simt([branches], 8), 8).Fault);
    }

    [Fact]
    public void LoopsWithBarriersAdvanceTogether()
    {
        // Each round the threads hand their numbers on to the next thread.
        var tile = new Variable("tile", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Shared));
        var value = new Variable("value", KernelType.F32);
        var round = new Variable("round", KernelType.I32);
        var next = IndexArithmetic.Remainder(IndexArithmetic.Add(s_thread, Constant.Int(1)), 4);
        var kernel = Simt(
        [
            new Allocate(tile, 4),
            new Let(value, new Conversion(s_thread, ScalarKind.F32)),
            new For(round, Constant.Int(0), Constant.Int(3), 1, LoopKind.Serial, new Block(
            [
                new Store(tile, s_thread, value),
                new Barrier(BarrierScope.Group),
                new Assign(value, new Load(tile, next)),
                new Barrier(BarrierScope.Group),
            ])),
            new Store(Y(), s_thread, value),
        ],
            4);
        var y = new KernelMemory("y", ScalarKind.F32, 4);
        KernelInterpreter.Run(kernel, y);
        Assert.Equal([3, 0, 1, 2], y.ToSingles());
    }

    [Fact]
    public void AGridBarrierOrdersGroups()
    {
        var group = new ThreadIndex(ThreadIdentifier.GroupInGrid, 0);
        var other = new Binary(BinaryFunction.Subtract, Constant.Int(1), group);
        Statement[] Body(bool ordered) =>
        [
            new Store(Y(), group, Constant.Float(2)),
            .. ordered ? (Statement[])[new Barrier(BarrierScope.Grid)] : [],
            new Let(new Variable("v", KernelType.F32), new Load(Y(), other)),
            new Barrier(BarrierScope.Grid),
            new Store(Y(), group, new Variable("v", KernelType.F32)),
        ];
        KernelInterpreter.Run(Simt(Body(true), 1, groups: 2), KernelMemory.Of("y", new float[2]));
        Assert.Equal(KernelFault.Race, Fault(Simt(Body(false), 1, groups: 2), 2).Fault);
    }

    [Fact]
    public void ExtentsAndAccessOfParametersAreKept()
    {
        var x = new Variable("x", s_floats);
        var write = new Kernel("K", [new KernelParameter(x, BufferAccess.Read, 4)],
            new Block([new Store(x, Constant.Index(0), Constant.Float(1))]), "");
        Assert.Equal(KernelFault.Access, Assert.Throws<KernelFaultException>(
            () => KernelInterpreter.Run(write, KernelMemory.Of("x", new float[8]))).Fault);
        var beyond = new Kernel(
            "K", [new KernelParameter(x, BufferAccess.Write, 4)], new Block([new Store(x, Constant.Index(1), Constant.Float(1, 4))]), "");
        var fault = Assert.Throws<KernelFaultException>(() => KernelInterpreter.Run(beyond, KernelMemory.Of("x", new float[8])));
        Assert.Contains("elements 1 to 4 of x, whose extent is 4", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void PointersIntoMemoryReachBackwardsOnlyWithoutAnExtent()
    {
        var x = new Variable("x", s_floats);
        var y = new Variable("y", s_floats);
        Kernel Copy(long? extent) => new(
            "Copy",
            [new KernelParameter(x, BufferAccess.Read, extent), new KernelParameter(y, BufferAccess.Write, 1)],
            new Block([new Store(y, Constant.Index(0), new Load(x, Constant.Index(-1)))]),
            "");
        var result = new KernelMemory("y", ScalarKind.F32, 1);
        KernelInterpreter.Run(Copy(null), KernelMemory.Of("x", [5f, 6f]).At(1), result);
        Assert.Equal(5, result.ToSingles()[0]);
        Assert.Equal(KernelFault.OutOfBounds, Assert.Throws<KernelFaultException>(
            () => KernelInterpreter.Run(Copy(1), KernelMemory.Of("x", [5f, 6f]).At(1), result)).Fault);
    }

    [Fact]
    public void ArgumentsThatDoNotFitAreReported()
    {
        var kernel = SampleKernels.Doubled();
        Assert.Equal(KernelFault.Argument, Assert.Throws<KernelFaultException>(() => KernelInterpreter.Run(kernel, 1)).Fault);
        Assert.Equal(KernelFault.Argument, Assert.Throws<KernelFaultException>(() => KernelInterpreter.Run(kernel, 1, 2)).Fault);
        Assert.Equal(KernelFault.Argument, Assert.Throws<KernelFaultException>(
            () => KernelInterpreter.Run(kernel, KernelMemory.Of("x", new byte[2]), KernelMemory.Of("y", new float[2]))).Fault);
    }

    [Fact]
    public void FusedMultiplyAddIsRoundedOnce()
    {
        var random = new Random(1);
        for (var k = 0; k < 200_000; k++)
        {
            var (a, b, c) = (Any(), Any(), Any());
            if (k % 3 == 0)
                c = -(a * b);
            var expected = MathF.FusedMultiplyAdd(a, b, c);
            Assert.Equal(BitConverter.SingleToInt32Bits(expected),
                BitConverter.SingleToInt32Bits(LaneArithmetic.FusedMultiplyAdd(a, b, c)));
        }

        float Any() => MathF.ScaleB((float)(random.NextDouble() * 2 - 1), random.Next(-70, 60));
    }

    private static Variable Y() => new("y", s_floats);

    private static Kernel Simt(Statement[] body, int threads, int groups = 1) => new(
        "K",
        [new KernelParameter(Y(), BufferAccess.Read | BufferAccess.Write)],
        new Block([.. body]),
        "",
        new LaunchShape((threads, 1, 1), (Constant.Int(groups), Constant.Int(1), Constant.Int(1))));

    private static KernelFaultException Fault(Kernel kernel) => Assert.Throws<KernelFaultException>(
        () => KernelInterpreter.Run(kernel, KernelMemory.Of("x", new float[16]), KernelMemory.Of("y", new float[16]), 16));

    private static KernelFaultException Fault(Kernel kernel, int extent) => Assert.Throws<KernelFaultException>(
        () => KernelInterpreter.Run(kernel, KernelMemory.Of("y", new float[extent])));
}
