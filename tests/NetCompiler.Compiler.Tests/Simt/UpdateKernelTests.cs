using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Tests.Ilgpu;
using NetCompiler.Compiler.Tests.Kernels;
using NetCompiler.Compiler.Tests.Simt.Ptx;
using NetCompiler.Compiler.Tests.Support;
using NetCompiler.Compiler.Updates;
using NetCompiler.Runtime;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// The kernels by which parameters change between two passes, in all three ways in which kernels are run here: each does the same, and
/// touches nothing outside of its block.
/// </summary>
public class UpdateKernelTests
{
    // A block that begins and ends anywhere, some threads of which have one element more than others.
    private const int Length = 700;
    private const int First = 13;
    private const int End = 641;
    private const int Row = 1;

    private static readonly CompiledSource s_printed = KernelSource.CompileIlgpu([.. UpdateKernels.All]);
    private static readonly PtxModule s_module = PtxModule.Parse(PtxPrinter.Print(UpdateKernels.All));

    public static TheoryData<string> Names => [.. UpdateKernels.All.Select(k => k.Name)];

    [Fact]
    public void MovePrinted() => Snapshot.Verify(
        PtxPrinter.Print(UpdateKernels.All.Where(k => k.Name == "MoveMomentum")) + IlgpuPrinter.Print(UpdateKernels.All.Single(k => k.Name == "MoveMomentum")));

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryFormDoesTheSame(string name)
    {
        var kernel = UpdateKernels.All.Single(k => k.Name == name);
        Assert.Empty(KernelVerifier.Verify(kernel));
        var expected = Interpret(kernel);
        Assert.Contains(kernel.Parameters.Zip(expected), p => p.First.Access.HasFlag(BufferAccess.Write) && p.Second is float[] values
            && !values.SequenceEqual((float[])Argument(p.First)));
        Equal(expected, Print(kernel));
        Equal(expected, Assemble(kernel));
        for (var i = 0; i < expected.Length; i++)
        {
            // A block's sum is at its number.
            if (expected[i] is not float[] { Length: Length } values || kernel.Parameters[i].Variable.Name == "sums")
                continue;
            var before = (float[])Argument(kernel.Parameters[i]);
            Assert.Equal(before[..First], values[..First]);
            Assert.Equal(before[End..], values[End..]);
        }
    }

    private static void Equal(object[] expected, object[] actual)
    {
        foreach (var (one, other) in expected.Zip(actual).Where(p => p.First is float[]))
            Assert.Equal((float[])one, (float[])other, (x, y) => x.Equals(y) || Math.Abs(x - y) <= 1e-6 * Math.Max(1, Math.Abs(x)));
    }

    // The same for a name, whatever the kernel.
    private static object Argument(KernelParameter parameter)
    {
        if (!parameter.Variable.Type.IsPointer)
            return Length;
        if (parameter.Variable.Type.Scalar == ScalarKind.I32)
            return new[] { First, End, Row };
        var random = new Random(parameter.Variable.Name.Length);
        return parameter.Variable.Name switch
        {
            "total" => new float[1],
            // Factors, rates and means between 0 and 1.
            _ => Enumerable.Range(0, Length).Select(_ => 0.05f + 0.9f * (float)random.NextDouble()).ToArray(),
        };
    }

    private static object[] Arguments(Kernel kernel) => [.. kernel.Parameters.Select(Argument)];

    private static object[] Interpret(Kernel kernel)
    {
        var arguments = Arguments(kernel).Zip(kernel.Parameters, (value, p) => value switch
        {
            float[] floats => (KernelArgument)KernelMemory.Of(p.Variable.Name, floats),
            int[] integers => KernelMemory.Of(p.Variable.Name, integers),
            _ => (int)value,
        }).ToArray();
        var memories = Arguments(kernel).Zip(kernel.Parameters).Select(p => p.First is float[] floats
            ? KernelMemory.Of(p.Second.Variable.Name, floats) : null).ToArray();
        KernelInterpreter.Run(kernel, [.. arguments.Select((a, i) => memories[i] is { } memory ? memory : a)]);
        return [.. memories.Select(m => m is null ? (object)0 : m.ToSingles())];
    }

    private static object[] Print(Kernel kernel)
    {
        var arguments = Arguments(kernel);
        TestAccelerator.Launch(s_printed.Method("Kernels", kernel.Name), (1, 1, 1), (UpdateLayout.Threads, 1, 1),
            [.. arguments.Select(a => a is Array array ? (array, 0L) : a)]);
        return arguments;
    }

    private static object[] Assemble(Kernel kernel)
    {
        var memory = new PtxMemory();
        var arguments = Arguments(kernel);
        var data = arguments.Select(a =>
        {
            if (a is not Array array)
                return null;
            var bytes = new byte[System.Buffer.ByteLength(array)];
            System.Buffer.BlockCopy(array, 0, bytes, 0, bytes.Length);
            return bytes;
        }).ToArray();
        var passed = arguments.Select((a, i) => data[i] is { } bytes ? memory.Add(bytes) : (int)a).ToArray();
        PtxInterpreter.Run(s_module.Functions[kernel.Name], (1, 1, 1), memory, passed);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (data[i] is { } bytes)
                System.Buffer.BlockCopy(bytes, 0, (Array)arguments[i], 0, bytes.Length);
        }

        return arguments;
    }
}
