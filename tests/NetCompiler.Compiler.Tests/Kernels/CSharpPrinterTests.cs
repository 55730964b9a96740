using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Printers;
using Barrier = NetCompiler.Compiler.Kernels.Barrier;

namespace NetCompiler.Compiler.Tests.Kernels;

public unsafe class CSharpPrinterTests
{
    public static TheoryData<int> LaneCounts => [1, 4, 8, 16];

    [Theory]
    [MemberData(nameof(LaneCounts))]
    public void EveryExpressionComputesWhatTheInterpreterComputes(int lanes)
    {
        var nodes = new NodeCases(lanes);
        Assert.Empty(KernelVerifier.Verify(nodes.Kernel));
        var (a, b, c) = (NodeCases.Floats(1), NodeCases.Floats(2), NodeCases.Floats(3));
        var (i, j) = (NodeCases.Integers(4, false), NodeCases.Integers(5, true));
        var (u, v) = (NodeCases.Bytes(6), NodeCases.Bytes(7));
        var length = nodes.Cases.Count * NodeCases.Stride;
        var (floats, integers, bytes) = (
            new KernelMemory("floats", ScalarKind.F32, length),
            new KernelMemory("integers", ScalarKind.I32, length),
            new KernelMemory("bytes", ScalarKind.U8, length));
        const int N = 2;
        KernelInterpreter.Run(
            nodes.Kernel,
            KernelMemory.Of("a", a),
            KernelMemory.Of("b", b),
            KernelMemory.Of("c", c),
            KernelMemory.Of("i", i),
            KernelMemory.Of("j", j),
            KernelMemory.Of("u", u),
            KernelMemory.Of("v", v),
            N,
            floats,
            integers,
            bytes);

        var method = KernelSource.Compile(nodes.Kernel).Method("Kernels", nodes.Kernel.Name);
        var run = (delegate*<float*, float*, float*, int*, int*, byte*, byte*, nint, float*, int*, byte*, void>)
            method.MethodHandle.GetFunctionPointer();
        var (actualFloats, actualIntegers, actualBytes) = (new float[length], new int[length], new byte[length]);
        fixed (float* pa = a, pb = b, pc = c, pf = actualFloats)
        fixed (int* pi = i, pj = j, pn = actualIntegers)
        fixed (byte* pu = u, pv = v, py = actualBytes)
            run(pa, pb, pc, pi, pj, pu, pv, N, pf, pn, py);

        var (expectedFloats, expectedIntegers, expectedBytes) = (floats.ToSingles(), integers.ToIntegers(), bytes.ToBytes());
        for (var k = 0; k < nodes.Cases.Count; k++)
        {
            var (name, value, isExact) = nodes.Cases[k];
            for (var lane = 0; lane < value.Type.Lanes; lane++)
            {
                var place = k * NodeCases.Stride + lane;
                var what = $"{name}, lane {lane} of {lanes}: {value}";
                switch (value.Type.Scalar)
                {
                    case ScalarKind.F32:
                        Assert.True(
                            Same(expectedFloats[place], actualFloats[place], isExact),
                            $"{what} is {actualFloats[place]:R}, not {expectedFloats[place]:R}");
                        break;
                    case ScalarKind.I32:
                        Assert.True(expectedIntegers[place] == actualIntegers[place],
                            $"{what} is {actualIntegers[place]}, not {expectedIntegers[place]}");
                        break;
                    default:
                        Assert.True(expectedBytes[place] == actualBytes[place],
                            $"{what} is {actualBytes[place]}, not {expectedBytes[place]}");
                        break;
                }
            }
        }
    }

    [Fact]
    public void EveryKindOfExpressionAndFunctionIsAmongTheCases()
    {
        var nodes = new[] { 1, 4, 8, 16 }.SelectMany(l => KernelWalk.AllExpressions(new NodeCases(l).Kernel.Body)).ToList();
        // Threads and registers of tensor cores are there on GPUs only.
        var kinds = typeof(Expression).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Expression)) && t != typeof(ThreadIndex) && t != typeof(FragmentRegister));
        Assert.All(kinds, kind => Assert.Contains(nodes, n => n.GetType() == kind));
        Assert.All(Enum.GetValues<UnaryFunction>(), f => Assert.Contains(nodes, n => n is Unary u && u.Function == f));
        Assert.All(Enum.GetValues<BinaryFunction>(), f => Assert.Contains(nodes, n => n is Binary b && b.Function == f));
        Assert.All(Enum.GetValues<ComparisonFunction>(), f => Assert.Contains(nodes, n => n is Comparison c && c.Function == f));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void EveryStatementDoesWhatTheInterpreterDoes(int n)
    {
        var kernel = SampleKernels.EveryStatement();
        Assert.Empty(KernelVerifier.Verify(kernel));
        var x = NodeCases.Floats(n);
        var memory = new KernelMemory("y", ScalarKind.F32, 64);
        KernelInterpreter.Run(kernel, KernelMemory.Of("x", x), memory, n);

        var source = KernelSource.Compile(kernel, SampleKernels.Doubled());
        var run = (delegate*<float*, float*, nint, void>)source.Method("Kernels", kernel.Name).MethodHandle.GetFunctionPointer();
        var y = new float[64];
        fixed (float* px = x, py = y)
            run(px, py, n);
        var expected = memory.ToSingles();
        for (var k = 0; k < y.Length; k++)
        {
            if (memory.IsWritten(k))
                Assert.Equal(expected[k], y[k]);
        }
    }

    [Fact]
    public void OverflowWrapsInCheckedProjects()
    {
        var builder = new KernelBuilder();
        var y = builder.Parameter(
            new KernelParameter(new Variable("y", KernelType.PointerTo(ScalarKind.I32)), BufferAccess.Read | BufferAccess.Write, 1));
        var product = new Binary(BinaryFunction.Multiply, new Load(y, Constant.Index(0)), Constant.Int(-1640531527));
        builder.Add(new Store(y, Constant.Index(0), new Binary(BinaryFunction.Add, product, Constant.Int(int.MaxValue))));
        var text = CSharpPrinter.Print(builder.Build("Hash", "A hash."));
        Assert.Contains("unchecked(y[0] * -1640531527 + 2147483647)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatOnlyOtherTargetsHaveIsRefused()
    {
        var one = Constant.Int(1);
        var kernel = new Kernel("K", [], new Block([new Barrier(BarrierScope.Group)]), "", new LaunchShape((1, 1, 1), (one, one, one)));
        var error = Assert.Throws<NotSupportedException>(() => CSharpPrinter.Print(kernel));
        Assert.Contains("Barrier", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TilePrinted() => Snapshot.Verify(CSharpPrinter.Print(StrengthReduce.Run(Simplify.Run(SampleKernels.Tile(2, 2, 8)))));

    private static bool Same(float expected, float actual, bool isExact)
    {
        if (BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(actual))
            return true;
        return !isExact && Math.Abs((double)expected - actual) <= 1e-6 * Math.Abs(expected);
    }
}
