using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Kernels.Interpretation;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Reference;
using NetCompiler.Compiler.Tests.Simt.Ptx;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// Contractions on tensor cores, by the interpreters of kernels and of PTX: against the reference in double precision with factors rounded as
/// the format says, which leaves the rounding of single precision, and against the reference as it is, which shows what the format does.
/// </summary>
public class TensorCoreTests
{
    private const int Seed = 20252;

    // What sums of products in single precision err, of the largest result.
    private const double SinglePrecision = 4e-6;

    private static readonly List<SliceGraph> s_slices = [.. SliceGraph.Given, .. SliceGraph.Random(Seed, 20)];

    public static TheoryData<int, MatrixFormat> Slices => Cases(s_slices.Count);

    public static TheoryData<int, MatrixFormat> DenseShapes => Cases(20);

    [Theory]
    [MemberData(nameof(Slices))]
    public void StagesComputeWhatRoundedFactorsGive(int index, MatrixFormat format)
    {
        var slice = s_slices[index];
        var program = Compile(slice.Build(), slice.Batch, format);
        // All elements of a window are in a thread's registers: of one of 8 × 8 there are too many.
        Assert.Equal(slice.PoolStride == 8 ? 2 : 3, program.Sm80Kernels.Length);
        Check(program, slice.Batch, format, $"seed {Seed}, case {index}, {slice}");
    }

    [Theory]
    [MemberData(nameof(DenseShapes))]
    public void DenseLayersComputeWhatRoundedFactorsGive(int index, MatrixFormat format)
    {
        var random = new Random(Seed + index);
        var (batch, inputs, units) = (index % 2 == 0 ? 1 : 7, random.Next(1, 70), random.Next(1, 40));
        var program = SimtPassCompiler.Compile(
            Chains.Build([
                Chains.Image(1, 1, inputs), Chains.Layer("Flatten"), Chains.Layer("Dense", ("Units", units)), Chains.Layer("Tanh"),
                Chains.Layer("Dense", ("Units", 5)), Chains.Layer("Loss", ("Kind", "MeanSquaredError"))]),
            PassKind.Train, Options(format, batch));
        // Two layers, forward and the gradients of weights, and that of one input.
        Assert.Equal(5, program.Steps.SelectMany(s => s.Launches).Count(l => l.Launch.Sm80Kernel is not null));
        Check(program, batch, format, $"{batch} × {inputs} to {units}");
    }

    [Theory]
    [InlineData(MatrixFormat.Tf32, 2e-3)]
    [InlineData(MatrixFormat.BFloat16, 2e-2)]
    public void RecurrentLayersAreRoundedInEveryStep(MatrixFormat format, double tolerance)
    {
        var model = Chains.Build([
            Chains.Layer("Input", ("Rows", 4), ("Columns", 3)), Chains.Layer("Lstm", ("Units", 6)), Chains.Layer("Dense", ("Units", 4)),
            Chains.Layer("Loss", ("Kind", "CrossEntropy"))]);
        var program = SimtPassCompiler.Compile(model, PassKind.Train, Options(format, chunk: 2));
        Assert.Contains(program.Steps.SelectMany(s => s.Launches), l => l.Launch is { Loop: not null, Sm80Kernel: not null });
        var values = Values(program, batch: 3);
        var reference = ReferenceEvaluator.Run(program.Graph, 3, values);
        var run = new SimtRun.Assembled(program.OnSm80(), 3, values);
        run.Run();
        foreach (var output in program.Graph.Outputs)
            Near.Assert(run[output.Value], reference[output.Value].Data, tolerance, $"{output.Name} ({format})");
    }

    [Theory]
    [MemberData(nameof(Slices))]
    public void RoundedFactorsErrNoMoreThanTheirFormatDoes(int index, MatrixFormat format)
    {
        // Sums of products without anything behind them, so that no decision depends on rounding.
        var slice = s_slices[index];
        var graph = Products(slice);
        var program = Compile(graph, slice.Batch, format);
        var values = Values(program, slice.Batch);
        var reference = ReferenceEvaluator.Run(program.Graph, slice.Batch, values);
        var sizes = ReferenceEvaluator.Run(program.Graph, slice.Batch, values.ToDictionary(v => v.Key, v => v.Value.Select(Math.Abs).ToArray()));
        var run = new SimtRun.Interpreted(program.OnSm80(), slice.Batch, values);
        run.Run();
        // Both factors of each product are rounded.
        var unit = format == MatrixFormat.Tf32 ? Math.Pow(2, -11) : Math.Pow(2, -8);
        var differences = 0;
        foreach (var output in program.Graph.Outputs)
        {
            var (actual, expected, size) = (run[output.Value], reference[output.Value].Data, sizes[output.Value].Data);
            for (var i = 0; i < actual.Length; i++)
            {
                var error = Math.Abs(actual[i] - expected[i]);
                Assert.True(error <= (2 * unit + unit * unit + SinglePrecision) * size[i], FormattableString.Invariant(
                    $"{output.Name}[{i}] = {actual[i]}, not {expected[i]}, of products of {size[i]} (case {index}, {slice})"));
                differences += error > SinglePrecision * size[i] ? 1 : 0;
            }
        }

        Assert.True(differences > 0, "Nothing was rounded.");
    }

    [Theory]
    [InlineData("tensor-1x1")]
    [InlineData("tensor-2x1")]
    [InlineData("tensor-1x2")]
    [InlineData("tensor-2x2")]
    [InlineData("tensor-4x1")]
    [InlineData("tensor-1x4")]
    [InlineData("tensor-4x2")]
    [InlineData("tensor-2x4")]
    public void EveryCandidateComputesTheSame(string candidate)
    {
        foreach (var slice in new[] { s_slices[1] with { Batch = 3 }, s_slices[5], s_slices[6] with { Batch = 2 } })
        {
            foreach (var format in Enum.GetValues<MatrixFormat>())
            {
                var program = Compile(slice.Build(), slice.Batch, format, candidate);
                Assert.Contains(program.Stages, s => s.Candidate.Name == candidate);
                Check(program, slice.Batch, format, $"{candidate}, {slice}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ChunksAndLanesAddUp(int chunk)
    {
        var slice = new SliceGraph(7, 2, 6, 5, 5, 1, new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1), 2, 2);
        Check(Compile(slice.Build(), chunk, MatrixFormat.Tf32), slice.Batch, MatrixFormat.Tf32, $"chunks of {chunk}");
    }

    [Theory]
    // Proofs of bounds take seconds where indices have many parts: some shapes of each kind.
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(22)]
    [InlineData(24)]
    [InlineData(27)]
    public void KernelsAreVerified(int index)
    {
        var format = index % 2 == 0 ? MatrixFormat.Tf32 : MatrixFormat.BFloat16;
        foreach (var kernel in Compile(s_slices[index].Build(), s_slices[index].Batch, format).Sm80Kernels)
        {
            var problems = KernelVerifier.Verify(kernel);
            Assert.True(problems.IsEmpty, $"{s_slices[index]}\n{string.Join("\n", problems)}\n{kernel}");
        }
    }

    [Theory]
    [InlineData(3, MatrixFormat.Tf32)]
    [InlineData(5, MatrixFormat.BFloat16)]
    [InlineData(8, MatrixFormat.Tf32)]
    [InlineData(14, MatrixFormat.BFloat16)]
    public void OtherDevicesHaveTheSameLaunchesInSinglePrecision(int index, MatrixFormat format)
    {
        var slice = s_slices[index];
        var program = Compile(slice.Build(), slice.Batch, format);
        foreach (var tensor in program.Sm80Kernels)
        {
            var plain = Assert.Single(program.Kernels, k => k.Name == tensor.Name);
            Assert.Equal(plain.Launch, tensor.Launch);
            Assert.Equal(string.Join("\n", plain.Parameters), string.Join("\n", tensor.Parameters));
            Assert.DoesNotContain(KernelWalk.All(plain.Body), s => s is MatrixMultiplyAdd);
            Assert.Contains(KernelWalk.All(tensor.Body), s => s is MatrixMultiplyAdd);
        }

        var values = Values(program, slice.Batch);
        var reference = ReferenceEvaluator.Run(program.Graph, slice.Batch, values);
        var run = new SimtRun.Interpreted(program, slice.Batch, values);
        run.Run();
        foreach (var output in program.Graph.Outputs)
            Near.Assert(run[output.Value], reference[output.Value].Data, 1e-4, $"{output.Name} ({slice})");
    }

    [Fact]
    public void OnlyNetworksThatSaySoAreRounded()
    {
        var slice = s_slices[1];
        Assert.False(slice.Compile(force: "tensor").RoundsFactors);
        var model = Chains.Build(Chains.Course);
        Assert.False(SimtPassCompiler.Compile(model, PassKind.Train, PassOptions.Default).RoundsFactors);
        Assert.True(SimtPassCompiler.Compile(
            model with { Spec = model.Spec with { FactorFormat = MatrixFormat.BFloat16 } }, PassKind.Train, PassOptions.Default).RoundsFactors);
    }

    [Theory]
    [InlineData(MatrixFormat.Tf32)]
    [InlineData(MatrixFormat.BFloat16)]
    public void EveryWaitForCopiesIsNeeded(MatrixFormat format)
    {
        // Sums of more terms than are in shared memory at a time, and of few.
        foreach (var channels in new[] { 1, 4 })
        {
            var slice = new SliceGraph(3, channels, 6, 5, 4, 1, new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1));
            var program = Compile(Products(slice), slice.Batch, format, "tensor-2x1").OnSm80();
            var statements = program.Kernels
                .SelectMany(k => KernelWalk.All(k.Body).OfType<WaitForCopies>().Select((_, i) => (Kernel: k, Index: i))).ToList();
            Assert.Equal(3, statements.Count);
            foreach (var (kernel, index) in statements)
            {
                Assert.True(KernelWalk.All(kernel.Body).OfType<AsyncCopy>().Count() >= 2, $"{kernel}");
                foreach (var without in new KernelRewriter[]
                    { new SimtFaultTests.Without<WaitForCopies>(index), new SimtFaultTests.Without<CommitCopies>(index) })
                {
                    var fault = Assert.Throws<KernelFaultException>(() => SimtFaultTests.Run(program, kernel, without, slice.Batch));
                    Assert.True(fault.Fault is KernelFault.Race or KernelFault.UndefinedRead, fault.Message);
                }
            }

            // The text alone shows it too.
            var module = PtxPrinter.Print([program.Kernels[0]]);
            foreach (var text in new[] { "cp.async.wait_group 0;", "cp.async.commit_group;" })
            {
                Assert.Contains(text, module, StringComparison.Ordinal);
                var values = Values(program, slice.Batch);
                Assert.Contains("was written", Assert.Throws<PtxException>(() => new SimtRun.Assembled(
                    program, slice.Batch, values, edit: m => m.Replace(text, "mov.u32 %R0, 0;", StringComparison.Ordinal)).Run()).Message,
                    StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void AProductThatNotAllOfAWarpComeToIsFound()
    {
        var kernel = WithProduct(lanes: 31, groupSize: 64);
        Assert.Contains(KernelVerifier.Verify(kernel), p => p.Message.Contains("Not all threads of a warp", StringComparison.Ordinal));
        var fault = Assert.Throws<KernelFaultException>(() => KernelInterpreter.Run(kernel, new KernelMemory("y", ScalarKind.F32, 64)));
        Assert.Equal(KernelFault.Divergence, fault.Fault);
        var memory = new PtxMemory();
        var module = PtxModule.Parse(PtxPrinter.Print([kernel]));
        var message = Assert.Throws<PtxException>(() =>
            PtxInterpreter.Run(module.Functions["Product"], (1, 1, 1), memory, [memory.Add(new byte[256])])).Message;
        Assert.Contains("all of a warp", message, StringComparison.Ordinal);
        Assert.Contains(KernelVerifier.Verify(WithProduct(lanes: 32, groupSize: 48)), p => p.Message.Contains("whole warps", StringComparison.Ordinal));
    }

    [Fact]
    public void DevicesWithoutTensorCoresRefuseAProduct()
    {
        var module = PtxPrinter.Print([WithProduct(lanes: 32, groupSize: 32)]);
        PtxModule.Parse(module);
        Assert.Contains("tensor cores", Assert.Throws<PtxException>(() => PtxModule.Parse(
            module.Replace(".version 7.0\n.target sm_80", ".version 6.0\n.target sm_70", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ProductsAndCopiesAreRenamedAndWritten()
    {
        var kernel = WithProduct(lanes: 32, groupSize: 32);
        var (shared, copied) = (new Variable("tile", KernelType.PointerTo(ScalarKind.F32, AddressSpace.Shared)),
            new Comparison(ComparisonFunction.Less, Constant.Int(1), Constant.Int(2)));
        var copy = new AsyncCopy(shared, Constant.Int(3), kernel.Parameters[0].Variable, Constant.Int(4), copied);
        var body = new Block([.. kernel.Body.Statements, new Allocate(shared, 8), copy, new CommitCopies(), new WaitForCopies(0)]);
        var renaming = new Renaming(KernelWalk.Names(kernel.WithBody(body)).ToDictionary(
            n => n, n => KernelWalk.AllExpressions(body).OfType<Variable>().First(v => v.Name == n) is var v ? v with { Name = n + "0" } : v));
        var text = KernelText.Write(renaming.Rewrite(body));
        Assert.Contains("(sum00, sum10, sum20, sum30) += tf32(one0, one0, one0, one0) * (one0, one0)", text, StringComparison.Ordinal);
        Assert.Contains("let one0: i32 = tf32(1.0)", text, StringComparison.Ordinal);
        Assert.Contains("copy y0[4] to tile0[3] where 1 < 2", text, StringComparison.Ordinal);
        Assert.Contains("commit copies\n", text, StringComparison.Ordinal);
        Assert.Contains("wait for copies but 0", text, StringComparison.Ordinal);
    }

    [Fact]
    public void NumbersAreRoundedToTheNearest()
    {
        var random = new Random(Seed);
        float[] numbers =
        [
            0, 1, -1, 1 + MathF.Pow(2, -11), -1 - MathF.Pow(2, -11), 1 + MathF.Pow(2, -8), 1 + 3 * MathF.Pow(2, -8), -1 - MathF.Pow(2, -8),
            float.MaxValue, -float.MaxValue, float.Epsilon, 1e-40f, -3e-39f, float.PositiveInfinity, float.NegativeInfinity,
            .. Enumerable.Range(0, 2000).Select(_ => (float)(random.NextDouble() * 2 - 1) * MathF.Pow(2, random.Next(-140, 120))),
        ];
        foreach (var number in numbers)
        {
            var (tf32, bfloat16) = (Round(MatrixFormat.Tf32, number), Round(MatrixFormat.BFloat16, number));
            Assert.Equal(PtxProduct.ToTf32(number), tf32);
            Assert.Equal(BitConverter.Int32BitsToSingle(PtxProduct.ToBFloat16(number) << 16), bfloat16);
            Assert.Equal(bfloat16, MatrixArithmetic.Unpack(MatrixFormat.BFloat16, MatrixArithmetic.Pack(MatrixFormat.BFloat16, 1, number), 1));
            Assert.Equal(bfloat16, MatrixArithmetic.Unpack(MatrixFormat.BFloat16, MatrixArithmetic.Pack(MatrixFormat.BFloat16, number, 1), 0));
        }

        // Halves: away from zero, and to even.
        Assert.Equal(1 + MathF.Pow(2, -10), Round(MatrixFormat.Tf32, 1 + MathF.Pow(2, -11)));
        Assert.Equal(1, Round(MatrixFormat.BFloat16, 1 + MathF.Pow(2, -8)));
        Assert.All(Enum.GetValues<MatrixFormat>(), format => Assert.Equal(float.NaN, Round(format, float.NaN)));

        static float Round(MatrixFormat format, float number) => BitConverter.UInt32BitsToSingle(MatrixArithmetic.Round(format, number));
    }

    [Fact]
    public void StagePrintedAsPtx()
    {
        var slice = new SliceGraph(32, 3, 12, 12, 10, 1, new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1), 2, 2);
        var program = Compile(slice.Build(), slice.Batch, MatrixFormat.Tf32, "tensor-2x1");
        Snapshot.Verify(PtxPrinter.Print(program.Sm80Kernels.Take(1)));
    }

    private static TheoryData<int, MatrixFormat> Cases(int count)
    {
        var cases = new TheoryData<int, MatrixFormat>();
        foreach (var format in Enum.GetValues<MatrixFormat>())
        {
            for (var i = 0; i < count; i++)
                cases.Add(i, format);
        }

        return cases;
    }

    private static PassOptions Options(MatrixFormat format, int chunk, string force = "tensor") => PassOptions.Default with
    {
        FactorFormat = format,
        ForcedCandidate = force,
        ChunkSize = chunk,
    };

    private static SimtProgram Compile(Graph graph, int chunk, MatrixFormat format, string force = "tensor") =>
        SimtPassCompiler.Lower(graph, PassKind.Train, Options(format, chunk, force));

    // The convolution of a slice and its gradients, and nothing else.
    private static Graph Products(SliceGraph slice)
    {
        var graph = new Graph();
        var x = graph.AddInput("x", TensorType.Float(Dimension.Batch, slice.Channels, slice.Height, slice.Width));
        var w = graph.AddParameter("w", TensorType.Float(slice.Outputs, slice.Channels / slice.Groups, slice.Y.Kernel, slice.X.Kernel));
        var attributes = new Window(slice.Y, slice.X).ToAttributes().With("groups", slice.Groups);
        var y = graph.Add(Conv.Instance, "y", [x, w], attributes).Result;
        var dy = graph.AddInput("dy", y.Type);
        graph.AddOutput("y", y);
        graph.AddOutput("dx", graph.Add(ConvInputGradient.Instance, "dx", [dy, w],
            attributes.With("size", ImmutableArray.Create(slice.Height, slice.Width))).Result);
        graph.AddOutput("dw", graph.Add(ConvWeightGradient.Instance, "dw", [x, dy], attributes).Result, OutputRole.Gradient);
        return graph;
    }

    // With all digits of single precision, so that rounding shows.
    private static Dictionary<string, double[]> Values(SimtProgram program, int batch)
    {
        var (values, random) = (Chains.Values(program.Graph, batch, new Random(Seed)), new Random(Seed));
        foreach (var value in program.Graph.Inputs.Concat(program.Graph.Parameters).Where(v => v.Type.Element == ScalarKind.F32))
            values[value.Name] = [.. values[value.Name].Select(x => (double)(float)(x * (1 + 1e-2 * random.NextDouble())))];
        return values;
    }

    private static void Check(SimtProgram program, int batch, MatrixFormat format, string what)
    {
        var values = Values(program, batch);
        var rounded = program.Stages.Where(s => s.Candidate.Name.StartsWith("tensor", StringComparison.Ordinal)).ToDictionary(
            s => s.Stage.Anchor,
            s => Contraction.TryRead(s.Stage.Anchor, out var contraction)
                ? new[] { contraction.Left.Source, contraction.Right.Source } : throw new InvalidOperationException());
        var reference = ReferenceEvaluator.Run(program.Graph, batch, values, read: (node, input, tensor) =>
            rounded.TryGetValue(node, out var factors) && factors.Contains(input)
                ? new ReferenceTensor(tensor.Shape, [.. tensor.Data.Select(x => Round(format, (float)x))]) : tensor);
        // What sums to next to nothing is held against what it is made of.
        var sizes = ReferenceEvaluator.Run(program.Graph, batch, values.ToDictionary(v => v.Key, v => v.Value.Select(Math.Abs).ToArray()));
        var tensor = program.OnSm80();
        foreach (var run in new SimtRun[] { new SimtRun.Interpreted(tensor, batch, values), new SimtRun.Assembled(tensor, batch, values) })
        {
            run.Run();
            foreach (var output in program.Graph.Outputs)
            {
                Near.Assert(run[output.Value], reference[output.Value].Data, SinglePrecision,
                    $"{output.Name} ({run.GetType().Name}, {format}, {what})", sizes[output.Value].Data.Max() / 16);
            }
        }
    }

    private static double Round(MatrixFormat format, float x) =>
        format == MatrixFormat.Tf32 ? PtxProduct.ToTf32(x) : BitConverter.Int32BitsToSingle(PtxProduct.ToBFloat16(x) << 16);

    // A product of which the first lanes store a sum.
    private static Kernel WithProduct(int lanes, int groupSize)
    {
        var builder = new KernelBuilder();
        var y = builder.Parameter(new KernelParameter(new Variable("y", KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Write, groupSize));
        var thread = builder.Let("thread", new ThreadIndex(ThreadIdentifier.ThreadInGroup, 0));
        ImmutableArray<Variable> sums = [.. Enumerable.Range(0, 4).Select(i => builder.Declare($"sum{i}", Constant.Float(0)))];
        var register = builder.Let("one", new FragmentRegister(MatrixFormat.Tf32, [Constant.Float(1)]));
        var product = new MatrixMultiplyAdd(MatrixFormat.Tf32, sums, [register, register, register, register], [register, register]);
        builder.Add(lanes == 32 ? product
            : new If(new Comparison(ComparisonFunction.Less, thread, Constant.Int(lanes)), builder.Nested(() => builder.Add(product))));
        builder.Add(new Store(y, thread, sums[0]));
        return builder.Build("Product", "", new LaunchShape((groupSize, 1, 1), (Constant.Int(1), Constant.Int(1), Constant.Int(1))));
    }
}
