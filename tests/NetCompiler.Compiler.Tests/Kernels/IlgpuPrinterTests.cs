using ILGPU;
using ILGPU.StandIn;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Printers;

namespace NetCompiler.Compiler.Tests.Kernels;

/// <summary>Printed SIMT kernels run against the stand-in of ILGPU: real threads and barriers, no device.</summary>
public class IlgpuPrinterTests
{
    [Fact]
    public void EveryScalarExpressionComputesWhatTheInterpreterComputes()
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
        Launch(nodes.Kernel, new KernelConfig(1, 1), View(a), View(b), View(c), View(i), View(j), View(u), View(v), 2,
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
        Launch(kernel, new KernelConfig((n + 7) / 8, 8), View(x), View(y), n);
        Assert.Equal(expected.ToSingles(), y);
    }

    [Fact]
    public void IndicesOutsideAreCaughtByTheStandIn()
    {
        var error = Assert.ThrowsAny<Exception>(
            () => Launch(SampleKernels.Neighbours(shift: 1), new KernelConfig(1, 8), View(new float[8]), View(new float[8]), 8));
        Assert.Contains("Element 8 of a view of 8", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void BarriersThatThreadsMissAreCaughtByTheStandIn()
    {
        var error = Assert.Throws<InvalidOperationException>(() => KernelLauncher.Launch(new KernelConfig(1, 4), () =>
        {
            if (Group.IdxX < 2)
                Group.Barrier();
        }));
        Assert.Contains("2 threads wait at a barrier", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DividendsThatAreNeverNegativeAreDividedUnsigned()
    {
        var text = IlgpuPrinter.Print(new NodeCases(1, isSimt: true).Kernel);
        Assert.Contains("(int)((uint)(n * 13 + 29) / 4u)", text, StringComparison.Ordinal);
        Assert.Contains("(n * 13 - 29) % 7", text, StringComparison.Ordinal);
    }

    [Fact]
    public void NeighboursPrinted() => Snapshot.Verify(IlgpuPrinter.Print(Simplify.Run(UnrollLoops.Run(SampleKernels.Neighbours()))));

    private static ArrayView<T> View<T>(T[] elements)
        where T : unmanaged => new(elements);

    private static void Launch(Kernel kernel, KernelConfig config, params object[] arguments)
    {
        var method = KernelSource.CompileIlgpu(kernel).Method("Kernels", kernel.Name);
        KernelLauncher.Launch(config, () => method.Invoke(null, arguments));
    }
}
