using System.Text.RegularExpressions;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Tests.Ilgpu;
using NetCompiler.Compiler.Tests.Simt.Ptx;
using Barrier = NetCompiler.Compiler.Kernels.Barrier;

namespace NetCompiler.Compiler.Tests.Kernels;

/// <summary>Four numbers that a thread of a device reads at once: computed as one by one, and only where their place is known to allow it.</summary>
public sealed class WideReadTests
{
    private const int Threads = 4;
    private const int Rows = 3;
    private const int Numbers = Rows * Threads * 4;

    private static readonly float[] s_x = [.. Enumerable.Range(0, Numbers).Select(i => i * i * 0.25f)];

    private static float[] Expected =>
        [.. Enumerable.Range(0, Numbers / 4).Select(i => s_x[4 * i] + 2 * s_x[4 * i + 1] + 4 * s_x[4 * i + 2] + 8 * s_x[4 * i + 3])];

    [Fact]
    public void InterpretedAndPrintedKernelsReadTheSame()
    {
        var kernel = Sums();
        Assert.Empty(KernelVerifier.Verify(kernel));
        var y = new KernelMemory("y", ScalarKind.F32, Expected.Length);
        KernelInterpreter.Run(kernel, KernelMemory.Of("x", s_x), y);
        Assert.Equal(Expected, y.ToSingles());

        var printed = new float[Expected.Length];
        TestAccelerator.Launch(KernelSource.CompileIlgpu(kernel).Method("Kernels", kernel.Name), (1, 1, 1), kernel.Launch!.GroupSize,
            [(s_x, 0L), (printed, 0L)]);
        Assert.Equal(Expected, printed);

        var text = PtxPrinter.Print([kernel]);
        Assert.Contains("ld.global.v4.f32 {%first_x, %first_y, %first_z, %first_w}", text, StringComparison.Ordinal);
        Assert.Contains("ld.shared.v4.f32 {%four_x, ", text, StringComparison.Ordinal);
        Assert.Equal(Expected, RunPtx(text));
    }

    [Theory]
    [InlineData(4, 4, 0, true)]
    [InlineData(8, 4, 0, true)]
    [InlineData(4, 8, 0, true)]
    [InlineData(4, 12, 4, true)]
    // The memory begins anywhere; steps are too short; the first one is between.
    [InlineData(2, 4, 0, false)]
    [InlineData(4, 2, 0, false)]
    [InlineData(4, 4, 2, false)]
    public void ThePlaceIsProved(int alignment, int step, int first, bool isRight)
    {
        var problems = KernelVerifier.Verify(Steps(alignment, step, first));
        Assert.Equal(isRight, problems.IsEmpty);
        Assert.All(problems, p => Assert.Contains("not seen to be a multiple of 4", p.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsBelowABoundInStepsOfFourEndsBeforeIt()
    {
        // 16 threads in steps of four, of which five are inside: the last one reads 16 to 19.
        Assert.Empty(KernelVerifier.Verify(Guarded(extent: 20)));
        Assert.Contains(KernelVerifier.Verify(Guarded(extent: 19)), p => p.Message.Contains("extent is 19", StringComparison.Ordinal));
    }

    [Fact]
    public void APlaceBetweenIsFoundWhereItIsRead()
    {
        var y = new KernelMemory("y", ScalarKind.F32, 1);
        var fault = Assert.Throws<KernelFaultException>(() => KernelInterpreter.Run(Steps(4, 4, 0), KernelMemory.Of("x", s_x).At(2), y));
        Assert.Equal(KernelFault.Alignment, fault.Fault);
        Assert.Contains("4 elements at once from byte 8", fault.Detail, StringComparison.Ordinal);
        var text = PtxPrinter.Print([Sums()]);
        var moved = new Regex(@"(ld\.shared\.v4\.f32 \{[^}]*\}, \[%\w+)(\+\d+)?\]").Replace(text, "$1+8]", 1);
        Assert.NotEqual(text, moved);
        Assert.Contains("multiple of 16", Assert.Throws<PtxException>(() => RunPtx(moved)).Message, StringComparison.Ordinal);
        var twice = text.Replace("{%four_x, %four_y", "{%four_x, %four_x", StringComparison.Ordinal);
        Assert.Contains("four registers", Assert.Throws<PtxException>(() => RunPtx(twice)).Message, StringComparison.Ordinal);
    }

    private static float[] RunPtx(string text)
    {
        var (memory, input, output) = (new PtxMemory(), new byte[Numbers * sizeof(float)], new byte[Numbers]);
        Buffer.BlockCopy(s_x, 0, input, 0, input.Length);
        PtxInterpreter.Run(PtxModule.Parse(text).Functions["Sums"], (1, 1, 1), memory, [memory.Add(input), memory.Add(output)]);
        var y = new float[Expected.Length];
        Buffer.BlockCopy(output, 0, y, 0, output.Length);
        return y;
    }

    // y[i] = x[4 i] + 2 x[4 i + 1] + 4 x[4 i + 2] + 8 x[4 i + 3]; the first row from memory, the others by way of shared memory.
    private static Kernel Sums()
    {
        var (builder, x, y) = Begin(Numbers, Numbers / 4, alignment: 4);
        var thread = new ThreadIndex(ThreadIdentifier.ThreadInGroup, 0);
        var tile = builder.Fresh("tile", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Shared));
        builder.Add(new Allocate(tile, Numbers));
        builder.Loop("i", thread, Constant.Int(Numbers), Threads, i => builder.Add(new Store(tile, i, new Load(x, i))));
        builder.Add(new Barrier(BarrierScope.Group));
        var first = builder.Let("first", new Load(x, IndexArithmetic.Scale(thread, 4), 4));
        builder.Add(new Store(y, thread, Sum(first)));
        builder.Loop("row", Constant.Int(1), Constant.Int(Rows), 1, row =>
        {
            var place = IndexArithmetic.Add(IndexArithmetic.Scale(row, Threads), thread);
            var four = builder.Let("four", new Load(tile, IndexArithmetic.Scale(place, 4), 4));
            builder.Add(new Store(y, place, Sum(four)));
        }, LoopKind.Unrolled);
        return Built(builder, "Sums", Threads);

        static Expression Sum(Expression four) => Enumerable.Range(1, 3).Aggregate((Expression)new Extract(four, 0),
            (sum, lane) => new FusedMultiplyAdd(new Extract(four, lane), Constant.Float(1 << lane), sum));
    }

    // Reads x from a number on, in steps.
    private static Kernel Steps(int alignment, int step, int first)
    {
        var (builder, x, y) = Begin(Numbers, 1, alignment);
        var sum = builder.Declare("sum", Constant.Float(0));
        builder.Loop("i", Constant.Int(first), Constant.Int(Numbers - 8), step, i =>
        {
            var four = builder.Let("four", new Load(x, i, 4));
            builder.Add(new Assign(sum, new Binary(BinaryFunction.Add, sum, new Extract(four, 3))));
        });
        builder.Add(new Store(y, Constant.Int(0), sum));
        return Built(builder, "Steps", 1);
    }

    private static Kernel Guarded(int extent)
    {
        var (builder, x, y) = Begin(extent, 64, alignment: 4);
        var thread = new ThreadIndex(ThreadIdentifier.ThreadInGroup, 0);
        var i = builder.Let("i", IndexArithmetic.Scale(thread, 4));
        builder.Add(new If(new Comparison(ComparisonFunction.Less, i, Constant.Int(20)), builder.Nested(() =>
        {
            var four = builder.Let("four", new Load(x, i, 4));
            builder.Add(new Store(y, i, new Extract(four, 1)));
        })));
        return Built(builder, "Guarded", 16);
    }

    private static (KernelBuilder Builder, Variable X, Variable Y) Begin(int read, int written, int alignment)
    {
        var builder = new KernelBuilder();
        var x = new KernelParameter(new Variable("x", KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Read, read, Alignment: alignment);
        var y = new KernelParameter(new Variable("y", KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Write, written);
        return (builder, builder.Parameter(x), builder.Parameter(y));
    }

    private static Kernel Built(KernelBuilder builder, string name, int threads) =>
        builder.Build(name, "", new LaunchShape((threads, 1, 1), (Constant.Int(1), Constant.Int(1), Constant.Int(1))));
}
