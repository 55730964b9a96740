using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Printers;

namespace NetCompiler.Compiler.Tests.Kernels;

public unsafe class KernelPassTests
{
    private const int Seeds = 100;

    public static TheoryData<string> PassNames => ["Simplify", "UnrollLoops", "StrengthReduce", "Simplify and StrengthReduce"];

    [Theory]
    [MemberData(nameof(PassNames))]
    public void RandomKernelsKeepTheirBits(string pass)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var kernel = new RandomKernel(seed).Build();
            Assert.True(KernelVerifier.Verify(kernel).IsEmpty,
                $"seed {seed}: {string.Join("\n", KernelVerifier.Verify(kernel))}\n{kernel}");
            var changed = Run(pass, kernel);
            Assert.True(
                KernelVerifier.Verify(changed).IsEmpty,
                $"seed {seed}: {string.Join("\n", KernelVerifier.Verify(changed))}\n{kernel}\n{changed}");
            for (var n = 0; n <= 3; n++)
                Assert.True(Interpret(kernel, n).AsSpan().SequenceEqual(Interpret(changed, n)),
                    $"seed {seed}, n = {n}\n{kernel}\n{changed}");
        }
    }

    [Fact]
    public void RandomKernelsPrintedComputeTheSameBits()
    {
        var kernels = Enumerable.Range(1, Seeds)
            .Select(seed => StrengthReduce.Run(Simplify.Run(new RandomKernel(seed).Build())).WithName($"Random{seed}"))
            .ToArray();
        var source = KernelSource.Compile(kernels);
        foreach (var kernel in kernels)
        {
            var run = (delegate*<float*, float*, float*, nint, void>)source.Method("Kernels",
                kernel.Name).MethodHandle.GetFunctionPointer();
            var (a, b, y) = (Input(1), Input(2), Input(3));
            fixed (float* pa = a, pb = b, py = y)
                run(pa, pb, py, 2);
            Assert.True(Bits(y).SequenceEqual(Interpret(kernel, 2)), $"{kernel}\n{CSharpPrinter.Print(kernel)}");
        }
    }

    [Fact]
    public void InnermostLoopsAddressByPointersAndConstants()
    {
        var kernel = StrengthReduce.Run(Simplify.Run(SampleKernels.Tile(14, 2, 16)));
        var inner = KernelWalk.All(kernel.Body).OfType<For>().Last();
        var loads = KernelWalk.AllExpressions(inner.Body).OfType<Load>().ToList();
        Assert.Equal(16, loads.Count);
        Assert.All(loads, l => Assert.IsType<Constant>(l.Index));
        Assert.Equal(2, loads.Select(l => l.Pointer).Distinct().Count());
        Assert.DoesNotContain(inner.Counter, KernelWalk.AllExpressions(inner.Body));
    }

    [Fact]
    public void ManyStreamsShareAPointer()
    {
        // x[i + k · n] for ten k: too many pointers to move each.
        var builder = new KernelBuilder();
        var x = builder.Parameter(new KernelParameter(new Variable("x", KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Read));
        var y = builder.Parameter(new KernelParameter(new Variable("y", KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Write));
        var n = builder.Parameter(new KernelParameter(new Variable("n", KernelType.I64)));
        builder.Loop("i", 8, i =>
        {
            Expression sum = Constant.Float(0);
            for (var k = 0; k < 10; k++)
                sum = new Binary(BinaryFunction.Add, sum, new Load(x, IndexArithmetic.Add(i, IndexArithmetic.Scale(n, k))));
            builder.Add(new Store(y, i, sum));
        });
        var kernel = builder.Build("Streams", "");
        var reduced = StrengthReduce.Run(kernel);
        var inner = KernelWalk.All(reduced.Body).OfType<For>().Single();
        Assert.Equal(2, inner.Body.Statements.OfType<Assign>().Count());
        Assert.Empty(KernelVerifier.Verify(reduced));
        var (expected, actual) = (new KernelMemory("y", ScalarKind.F32, 8), new KernelMemory("y", ScalarKind.F32, 8));
        KernelInterpreter.Run(kernel, KernelMemory.Of("x", Input(1)), expected, 11);
        KernelInterpreter.Run(reduced, KernelMemory.Of("x", Input(1)), actual, 11);
        Assert.Equal(expected.ToSingles(), actual.ToSingles());
    }

    [Fact]
    public void SimplifyFoldsAndRemoves()
    {
        var builder = new KernelBuilder();
        var y = builder.Parameter(new KernelParameter(new Variable("y", KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Write, 8));
        var two = builder.Declare("two", new Binary(BinaryFunction.Add, Constant.Float(1.5), Constant.Float(0.5)));
        builder.Declare("unused", new Unary(UnaryFunction.Exp, two));
        builder.Add(new If(
            new Comparison(ComparisonFunction.Less, Constant.Index(3), Constant.Index(2)),
            new Block([new Store(y, Constant.Index(9), two)]),
            new Block([new Store(y, Constant.Index(1), two)])));
        builder.Add(new For(builder.Fresh("i", KernelType.I64), Constant.Index(4), Constant.Index(4), 1, LoopKind.Serial,
            new Block([new Remark("none")])));
        var kernel = Simplify.Run(builder.Build("K", ""));
        Assert.Equal("y[1] = 2.0", Assert.Single(kernel.Body.Statements.Select(KernelText.Write)));
    }

    [Theory]
    [InlineData(ComparisonFunction.Less, false, "0")]
    [InlineData(ComparisonFunction.Greater, false, "0")]
    // What is not a number is not equal to itself.
    [InlineData(ComparisonFunction.Equal, false, null)]
    [InlineData(ComparisonFunction.GreaterOrEqual, false, null)]
    [InlineData(ComparisonFunction.GreaterOrEqual, true, "1")]
    [InlineData(ComparisonFunction.NotEqual, true, "0")]
    public void SimplifyKnowsWhatComesOfComparingANumberWithItself(ComparisonFunction function, bool isInteger, string? result)
    {
        var builder = new KernelBuilder();
        var y = builder.Parameter(new KernelParameter(new Variable("y", KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Read | BufferAccess.Write, 8));
        var n = builder.Parameter(new KernelParameter(new Variable("n", KernelType.I64)));
        var number = isInteger ? (Expression)n : builder.Let("x", new Load(y, Constant.Index(0)));
        builder.Add(new Store(y, Constant.Index(1), new Selection(new Comparison(function, number, number), Constant.Float(1), Constant.Float(0))));
        var kernel = Simplify.Run(builder.Build("K", ""));
        var store = Assert.IsType<Store>(kernel.Body.Statements[^1]);
        if (result is null)
            Assert.IsType<Selection>(store.Value);
        else
            Assert.Equal(result, ((Constant)store.Value).Number.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void SimplifyComputesCostlyIndicesOnce()
    {
        var builder = new KernelBuilder();
        var y = builder.Parameter(new KernelParameter(new Variable("y", KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Write));
        var n = builder.Parameter(new KernelParameter(new Variable("n", KernelType.I64)));
        builder.Loop("i", 8, i => builder.Add(new Store(
            y, IndexArithmetic.Add(IndexArithmetic.Scale(IndexArithmetic.Divide(n, 3), 8), i), Constant.Float(1))));
        var kernel = Simplify.Run(builder.Build("K", ""));
        var let = Assert.IsType<Let>(kernel.Body.Statements[0]);
        Assert.Equal("n / 3", let.Value.ToString());
        Assert.Single(KernelWalk.AllExpressions(kernel.Body).OfType<Binary>(), b => b.Function == BinaryFunction.Divide);
    }

    private static Kernel Run(string pass, Kernel kernel) => pass switch
    {
        "Simplify" => Simplify.Run(kernel),
        "UnrollLoops" => UnrollLoops.Run(kernel),
        "StrengthReduce" => StrengthReduce.Run(kernel),
        _ => StrengthReduce.Run(Simplify.Run(kernel)),
    };

    private static int[] Interpret(Kernel kernel, int n)
    {
        var y = KernelMemory.Of("y", Input(3));
        KernelInterpreter.Run(kernel, KernelMemory.Of("a", Input(1)), KernelMemory.Of("b", Input(2)), y, n);
        return Bits(y.ToSingles()).ToArray();
    }

    private static float[] Input(int seed) => [.. new Random(seed).Numbers(RandomKernel.Extent).Select(x => (float)(x * 2 - 1))];

    private static Span<int> Bits(float[] values) => System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(values.AsSpan());
}
