using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Tests.Ilgpu;

namespace NetCompiler.Compiler.Tests.Kernels;

/// <summary>Printed SIMT kernels run on what the tests have of ILGPU: real threads and barriers, no device.</summary>
public class IlgpuPrinterTests
{
    // Functions of MathF, and those of ILGPU.Algorithms where there are any.
    public static TheoryData<bool> Algorithms => TestAccelerator.HasAlgorithms ? [false, true] : [false];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void EveryScalarExpressionComputesWhatTheInterpreterComputes(bool hasAlgorithms)
    {
        var nodes = new NodeCases(1, isSimt: true);
        Assert.Empty(KernelVerifier.Verify(nodes.Kernel));
        var (a, b, c) = (NodeCases.Floats(1), NodeCases.Floats(2), NodeCases.Floats(3));
        var (i, j) = (NodeCases.Integers(4, false), NodeCases.Integers(5, true));
        var (u, v) = (NodeCases.Bytes(6), NodeCases.Bytes(7));
        var length = nodes.Cases.Count * NodeCases.Stride;
        var (floats, integers, bytes) = (
            new KernelMemory("floats", ScalarKind.F32, length),
            new KernelMemory("integers", ScalarKind.I32, length),
            new KernelMemory("bytes", ScalarKind.U8, length));
        KernelInterpreter.Run(
            nodes.Kernel,
            KernelMemory.Of("a", a),
            KernelMemory.Of("b", b),
            KernelMemory.Of("c", c),
            KernelMemory.Of("i", i),
            KernelMemory.Of("j", j),
            KernelMemory.Of("u", u),
            KernelMemory.Of("v", v),
            2,
            floats,
            integers,
            bytes);

        var (actualFloats, actualIntegers, actualBytes) = (new float[length], new int[length], new byte[length]);
        Launch(hasAlgorithms, nodes.Kernel, 1, View(a), View(b), View(c), View(i), View(j), View(u), View(v), 2,
            View(actualFloats), View(actualIntegers), View(actualBytes));
        var (expectedFloats, expectedIntegers, expectedBytes) = (floats.ToSingles(), integers.ToIntegers(), bytes.ToBytes());
        for (var k = 0; k < nodes.Cases.Count; k++)
        {
            var (name, value, isExact) = nodes.Cases[k];
            var place = k * NodeCases.Stride;
            switch (value.Type.Scalar)
            {
                case ScalarKind.F32:
                    var difference = Math.Abs(expectedFloats[place] - actualFloats[place]);
                    Assert.True(
                        difference <= (isExact ? 0 : 1e-6f * (1 + Math.Abs(expectedFloats[place]))),
                        $"{name} is {actualFloats[place]:R}, not {expectedFloats[place]:R}: {value}");
                    break;
                case ScalarKind.I32:
                    Assert.True(expectedIntegers[place] == actualIntegers[place], $"{name}: {value}");
                    break;
                default:
                    Assert.True(expectedBytes[place] == actualBytes[place], $"{name}: {value}");
                    break;
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(19)]
    public void SharedMemoryAndBarriersWork(int n)
    {
        var kernel = SampleKernels.Neighbours();
        var x = NodeCases.Floats(n)[..n];
        var expected = new KernelMemory("y", ScalarKind.F32, n);
        KernelInterpreter.Run(kernel, KernelMemory.Of("x", x), expected, n);
        var y = new float[n];
        Launch(kernel, (n + 7) / 8, View(x), View(y), n);
        Assert.Equal(expected.ToSingles(), y);
    }

    [Fact]
    public void DividendsThatAreNeverNegativeAreDividedUnsigned()
    {
        var text = IlgpuPrinter.Print(new NodeCases(1, isSimt: true).Kernel);
        Assert.Contains("(int)((uint)(n * 13 + 29) / 4u)", text, StringComparison.Ordinal);
        Assert.Contains("(n * 13 - 29) % 7", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsPassedTogetherKeepsItsNames()
    {
        var builder = new KernelBuilder();
        var names = Enumerable.Range(0, 14).Select(i => FormattableString.Invariant($"x{i}")).Append("rest").ToList();
        var parameters = names.Select(name => builder.Parameter(new KernelParameter(
            new Variable(name, KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Read | BufferAccess.Write, 1))).ToList();
        var sum = parameters.Select(p => (Expression)new Load(p, Constant.Int(0))).Aggregate((a, b) => new Binary(BinaryFunction.Add, a, b));
        builder.Add(new Store(parameters[^1], Constant.Int(0), builder.Let("rest_", sum)));
        var kernel = builder.Build("Many", "", new LaunchShape((1, 1, 1), (Constant.Int(1), Constant.Int(1), Constant.Int(1))));
        var memories = names.Select((_, i) => new float[] { i }).ToArray();
        Launch(kernel, 1, [.. memories.Select(View)]);
        Assert.Equal(14 * 15 / 2, memories[^1][0]);
    }

    [Fact]
    public void NeighboursPrinted() => Snapshot.Verify(IlgpuPrinter.Print(Simplify.Run(UnrollLoops.Run(SampleKernels.Neighbours()))));

    private static (Array Elements, long First) View(Array elements) => (elements, 0);

    private static void Launch(Kernel kernel, int groups, params object[] arguments) =>
        Launch(TestAccelerator.HasAlgorithms, kernel, groups, arguments);

    private static void Launch(bool hasAlgorithms, Kernel kernel, int groups, params object[] arguments) => TestAccelerator.Launch(
        KernelSource.CompileIlgpu(hasAlgorithms, kernel).Method("Kernels", kernel.Name), (groups, 1, 1), kernel.Launch!.GroupSize, arguments);
}
