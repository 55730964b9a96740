using System.Text.RegularExpressions;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Kernels.Interpretation;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Simt.Ptx;

/// <summary>Printed PTX: its structure, and what it computes, by an interpreter of its text.</summary>
public class PtxTests
{
    private const int Seed = 20251;
    private const int NetworksOfKind = 2;
    // Functions that are written out err ten times as much as a CPU's, which a normalisation of few samples makes more of.
    private const double FunctionTolerance = 3 * CaseRunner.Tolerance;

    private static readonly SliceGraph s_slice = new(32, 3, 12, 12, 10, 1, new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1), 2, 2);
    private static readonly List<SliceGraph> s_slices = [.. SliceGraph.Given, .. SliceGraph.Random(Seed, 20)];

    public static TheoryData<int> Slices => [.. Enumerable.Range(0, s_slices.Count)];

    public static TheoryData<string> Kinds => [.. EmittedSweep.Kinds];

    [Theory]
    [MemberData(nameof(Slices))]
    public void SlicesComputeWhatTheReferenceComputes(int index)
    {
        var slice = s_slices[index];
        var program = slice.Compile(force: "gemm");
        var values = Chains.Values(program.Graph, slice.Batch, new Random(Seed));
        var reference = ReferenceEvaluator.Run(program.Graph, slice.Batch, values);
        var run = new SimtRun.Assembled(program, slice.Batch, values);
        run.Run();
        foreach (var output in program.Graph.Outputs)
            Near.Assert(run[output.Value], reference[output.Value].Data, 1e-4, $"{output.Name} (seed {Seed}, case {index}, {slice})");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void NetworksOfEveryKindOfLayerComputeWhatTheReferenceComputes(string kind)
    {
        for (var i = 0; i < NetworksOfKind; i++)
        {
            var @case = LayerCases.Around(kind, LayerCases.Name(kind, i), Seed + i, EmittedSweep.Widths, largestWork: 2_000);
            var failures = SimtSweep.Run(@case,
                (program, numbers, seed) => new SimtRun.Assembled(program, @case.Batch, numbers.Values, seed), tolerance: FunctionTolerance);
            Assert.True(failures.Count == 0, $"{@case}\n{string.Join("\n", failures)}");
        }
    }

    [Theory]
    [InlineData(UnaryFunction.Exp)]
    [InlineData(UnaryFunction.Log)]
    [InlineData(UnaryFunction.Sigmoid)]
    [InlineData(UnaryFunction.Tanh)]
    [InlineData(UnaryFunction.Erf)]
    public void FunctionsAreWithinAMillionth(UnaryFunction function)
    {
        var random = new Random(Seed);
        float[] x =
        [
            0, 1, -1, 0.5f, 1e-6f, -1e-6f, 1e-30f, 1e-40f, 88, 88.5f, 88.72f, -87, -102, 30, -30, 3.9f, -3.9f, 0.6249f, 0.6251f, 0.9999f, 1.0001f,
            .. Enumerable.Range(0, 400).Select(_ => (float)(random.NextDouble() * 2 - 1) * MathF.Pow(2, random.Next(-10, 7))),
        ];
        var y = Apply(function, x);
        for (var i = 0; i < x.Length; i++)
        {
            double expected = function switch
            {
                UnaryFunction.Exp => Math.Exp(x[i]),
                UnaryFunction.Log => Math.Log(x[i]),
                UnaryFunction.Sigmoid => 1 / (1 + Math.Exp(-(double)x[i])),
                UnaryFunction.Tanh => Math.Tanh(x[i]),
                _ => LaneArithmetic.Unary(function, x[i]),
            };
            if (double.IsNaN(expected) || double.IsInfinity(expected))
                Assert.Equal((float)expected, y[i]);
            else
                Assert.True(Math.Abs(y[i] - expected) <= 1e-6 * Math.Abs(expected) + 1e-44, FormattableString.Invariant($"{function}({x[i]}) = {y[i]}, not {expected}"));
        }

        // What leaves the range, and NaN, which has to be seen.
        var limits = Apply(function, [float.NaN, float.PositiveInfinity, float.NegativeInfinity]);
        float[] ends = function switch
        {
            UnaryFunction.Exp => [float.PositiveInfinity, 0],
            UnaryFunction.Log => [float.PositiveInfinity, float.NaN],
            UnaryFunction.Sigmoid => [1, 0],
            _ => [1, -1],
        };
        Assert.Equal([float.NaN, .. ends], limits);
    }

    [Theory]
    [InlineData("fma.rn.f32 %sum0_0, %left0_x", "fma.rn.f32 %sum0_0, %lost", "a declared register")]
    [InlineData("fma.rn.f32 %sum0_0, %left0_x", "fma.rn.f32 %sum0_0, %threadX", "a register of the type f32")]
    [InlineData(".reg .b64 ", ".reg .b64 %threadX, ", "declared once")]
    [InlineData("[Conv_0]", "[Conv_9]", "a parameter")]
    [InlineData("bra $Loop", "bra $Lost", "a label")]
    [InlineData("shared_rows[2160]", "shared_rows[65536]", "48 KB")]
    [InlineData(".reqntid 8, 8, 1", ".reqntid 64, 64, 1", "1024 threads")]
    [InlineData("mov.u32 %threadX, %tid.x", "mov.u32 %threadX, shared_lost", "")]
    [InlineData("\tret;\n}", "}", "ret at the end")]
    public void WhatIsWrongWithAModuleIsFound(string text, string broken, string message)
    {
        var module = PtxPrinter.Print(s_slice.Compile(force: "gemm-8x8").Kernels);
        PtxModule.Parse(module);
        Assert.Contains(text, module, StringComparison.Ordinal);
        var exception = Assert.Throws<PtxException>(() => PtxModule.Parse(module.Replace(text, broken, StringComparison.Ordinal)));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAThreadMustNotDoIsFound()
    {
        var kernel = s_slice.Compile(force: "gemm-8x8").Kernels[0];
        var module = PtxPrinter.Print([kernel]);
        Run(module);
        // A barrier that some threads do not come to, as they have ended.
        var diverging = new Regex("\tbar.sync 0;").Replace(module, "\tsetp.gt.s32 %P0, %threadX, 0;\n\t@%P0 bra $Out;\n\tbar.sync 0;", 1)
            .Replace("\tret;", "$Out:\n\tret;", StringComparison.Ordinal);
        Assert.Contains("all threads at a barrier", Assert.Throws<PtxException>(() => Run(diverging)).Message, StringComparison.Ordinal);
        // An address between elements.
        var unaligned = module.Replace(", 4, %relu;", ", 3, %relu;", StringComparison.Ordinal);
        Assert.Contains("aligned", Assert.Throws<PtxException>(() => Run(unaligned)).Message, StringComparison.Ordinal);
        // Shared memory that nothing has written.
        var unwritten = Regex.Replace(module, "\tst.shared.f32 .*;", "\tmov.u32 %R0, 0;");
        Assert.Contains("was written", Assert.Throws<PtxException>(() => Run(unwritten)).Message, StringComparison.Ordinal);

        void Run(string text)
        {
            var memory = new PtxMemory();
            var arguments = kernel.Parameters.Select(p => p.Variable.Type.IsPointer ? memory.Add(new byte[100_000]) : 1).ToArray();
            PtxInterpreter.Run(PtxModule.Parse(text).Functions[kernel.Name], (3, 1, 1), memory, arguments);
        }
    }

    [Fact]
    public void SlicePrintedAsPtx() => Snapshot.Verify(PtxPrinter.Print(s_slice.Compile(force: "gemm-8x8").Kernels));

    private static float[] Apply(UnaryFunction function, float[] x)
    {
        var builder = new KernelBuilder();
        var pointer = builder.Parameter(new KernelParameter(new Variable("x", KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Read | BufferAccess.Write));
        var group = new ThreadIndex(ThreadIdentifier.GroupInGrid, 0);
        builder.Add(new Store(pointer, group, new Unary(function, new Load(pointer, group))));
        var kernel = builder.Build("Apply", "", new LaunchShape((1, 1, 1), (Constant.Int(x.Length), Constant.Int(1), Constant.Int(1))));
        var data = new byte[x.Length * sizeof(float)];
        Buffer.BlockCopy(x, 0, data, 0, data.Length);
        var memory = new PtxMemory();
        PtxInterpreter.Run(PtxModule.Parse(PtxPrinter.Print([kernel])).Functions["Apply"], (x.Length, 1, 1), memory, [memory.Add(data)]);
        var y = new float[x.Length];
        Buffer.BlockCopy(data, 0, y, 0, data.Length);
        return y;
    }
}
