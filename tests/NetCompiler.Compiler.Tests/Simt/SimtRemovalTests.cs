using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Updates;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// Every barrier and every guard of kernels of all kinds, taken away singly: the interpreter finds a fault or another result, or the list
/// says why nobody misses it. Sizes are odd and batches end in a chunk that is not full, so that guards have something to do.
/// </summary>
public class SimtRemovalTests
{
    private const int Batch = 3;
    private const int Chunk = 2;

    private static readonly WindowAxis s_same = new(3, 1, 1, 1, 1);

    private static readonly Dictionary<string, Func<SimtProgram>> s_programs = new()
    {
        ["contraction"] = () => Slice("gemm", new(Batch, 2, 9, 7, 5, 1, s_same, s_same, 2, 2)),
        ["contraction copied ahead"] = () => NewerSlice("gemm-8x8", new(Batch, 2, 9, 7, 5, 1, s_same, s_same, 2, 2)),
        ["contraction, four terms at once"] = () => Slice("gemm-8x8", new(Batch, 4, 5, 4, 5, 1, s_same, s_same)),
        ["contraction along rows"] = () => Slice("gemm-128x1", new(Batch, 2, 5, 7, 3, 1, s_same, s_same)),
        ["contraction in groups"] = () => Slice("gemm-16x8", new(Batch, 6, 8, 9, 10, 2, new(3, 2, 1, 0, 0), new(2, 1, 2, 0, 1))),
        ["contraction on tensor cores"] = () => NewerSlice("tensor-2x2", new(Batch, 2, 9, 5, 5, 1, s_same, s_same, 2, 2)),
        ["contraction on tensor cores, in whole parts"] = () => NewerSlice(
            "tensor-2x2", new(Batch, 8, 4, 5, 8, 1, new(2, 1, 1, 0, 0), new(2, 1, 1, 1, 0)), MatrixFormat.BFloat16),
        ["dense"] = () => Train(null, Image(1, 5, 7), Layer("Flatten"), Layer("Dense", ("Units", 11)), Layer("Loss", ("Kind", "MeanSquaredError"))),
        ["elements"] = () => Slice("elements", new(Batch, 2, 8, 4, 3, 1, new(4, 2, 1, 0, 0), s_same, 2, 1)),
        ["definitions"] = () => Train("definitions", Image(1, 1, 133), Layer("Flatten"), Layer("Softmax"), Layer("Loss", ("Kind", "MeanSquaredError"))),
        ["reductions"] = () => Train("tree",
            Image(3, 9, 7), Layer("BatchNorm"), Layer("GlobalAveragePool"), Layer("Dense", ("Units", 3)), Layer("Loss", ("Kind", "MeanSquaredError"))),
        ["rows that data name"] = () => Train("scatter",
            Layer("Input", ("Length", 8), ("Type", "Int32")), Layer("Slice", ("Start", 0), ("Size", 3)),
            Layer("Embedding", ("Vocabulary", 3), ("Width", 5), ("PaddingIndex", 1)), Layer("Tanh"),
            Layer("Slice", ("Start", 3), ("Size", 5)) with { Inputs = [0] }, Layer("Gather") with { Inputs = [3, 4] },
            Layer("Loss", ("Kind", "MeanSquaredError"))),
        ["scan"] = () => Train(null,
            Layer("Input", ("Rows", 2), ("Columns", 3)), Layer("Lstm", ("Units", 2)), Layer("Dense", ("Units", 3)), Layer("Loss", ("Kind", "CrossEntropy"))),
        ["network"] = () => SimtPassCompiler.Compile(Build(SimtNetworkTests.Tiny), PassKind.Predict, PassOptions.Default with { ChunkSize = Chunk }),
    };

    // What can be taken away with nobody to notice, and why it is there all the same.
    private static readonly (string Program, string What, string Reason)[] s_redundant =
    [
        ("contraction copied ahead", "Conv: if part < 18", "zeros behind the last term are not copied: nothing would be added"),
        ("contraction copied ahead", "ConvInputGradient: if part < 45", "as of Conv"),
        ("contraction copied ahead", "ConvWeightGradient: if part < endTerm", "as of Conv"),
        ("contraction on tensor cores", "Conv: if part < 18", "zeros behind the last term are not copied: nothing would be added"),
        ("contraction on tensor cores", "ConvInputGradient: if part < 45", "as of Conv"),
        ("contraction on tensor cores", "ConvWeightGradient: if part < endTerm", "as of Conv"),
        ("contraction on tensor cores, in whole parts", "ConvWeightGradient: if part < endTerm", "as of Conv: its terms do not come in whole parts"),
        ("dense", "Dense1WeightGradient: barrier", "a slice of so few samples has no second part, which is known when it runs"),
        ("rows that data name", "Embedding1RowsGradient: if element < 10",
            "slices behind the last one have no samples; that indices stay inside is proven of the others"),
    ];

    public static TheoryData<string> Programs => [.. s_programs.Keys];

    public static TheoryData<string> Updates => [.. UpdateKernels.All.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void EveryBarrierAndGuardOfAProgramIsNeeded(string name)
    {
        var program = s_programs[name]();
        var values = Values(program.Graph, Batch, new Random(1));
        // Data may name what is not there.
        foreach (var input in program.Graph.Inputs.Where(i => i.Type.Element == ScalarKind.I32))
            values[input.Name] = [.. values[input.Name].Select((v, i) => i % 3 == 1 ? (i % 2 == 0 ? -7 : 1 << 20) : v % 3)];
        var run = new RemovalRun(program, Batch, values);
        Assert.True(run.Unnoticed.Count >= 20, $"{run.Unnoticed.Count} barriers and guards");
        run.Run();
        Assert.Equal(
            s_redundant.Where(r => r.Program == name).Select(r => r.What).Order(StringComparer.Ordinal),
            run.Unnoticed.Select(r => r.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Updates))]
    public void EveryBarrierAndGuardOfAnUpdateIsNeeded(string name)
    {
        var kernel = UpdateKernels.All.Single(k => k.Name == name);
        Assert.NotEmpty(Removal.All(kernel));
        Assert.Empty(RemovalRun.Find(kernel, UpdateKernelTests.InterpreterArguments(kernel)));
    }

    [Fact]
    public void EveryImplementationHasAProgram() => Assert.Empty(new SimtTarget().Implementations.Select(i => i.GetType())
        .Except(s_programs.Values.SelectMany(compile => compile().Stages).Select(s => s.Candidate.Implementation.GetType())));

    private static SimtProgram Slice(string force, SliceGraph slice) =>
        SimtPassCompiler.Lower(slice.Build(), PassKind.Train, PassOptions.Default with { ChunkSize = Chunk, ForcedCandidate = force });

    private static SimtProgram NewerSlice(string force, SliceGraph slice, MatrixFormat format = MatrixFormat.Tf32) => SimtPassCompiler.Lower(
        slice.Build(), PassKind.Train,
        PassOptions.Default with { ChunkSize = Chunk, ForcedCandidate = force, FactorFormat = format }).OnSm80();

    private static SimtProgram Train(string? force, params LayerSpec[] layers) =>
        SimtPassCompiler.Compile(Build(layers), PassKind.Train, PassOptions.Default with { ChunkSize = Chunk, ForcedCandidate = force });
}
