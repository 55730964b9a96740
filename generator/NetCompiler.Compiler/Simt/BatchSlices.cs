using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// A sum over the batch in slices of samples: each slice has sums of its own, and no two groups write the same element, so that the
/// bits of the result depend on the shapes alone.
/// </summary>
internal sealed class BatchSlices
{
    private const int Threads = 128;
    private readonly Stage _stage;
    private readonly StageEnvironment _environment;
    private readonly int _slices;
    private readonly int _samples;

    /// <summary>The slices of a stage whose only output is the sum.</summary>
    public BatchSlices(Stage stage, StageEnvironment environment, int slices)
    {
        _stage = stage;
        _environment = environment;
        _slices = slices;
        _samples = (environment.ChunkSize + slices - 1) / slices;
        Buffer = new PlanBuffer($"{stage.Name}.sums", ScalarKind.F32, slices * Length, BufferLifetime.Accumulator);
    }

    /// <summary>The sums of all slices, one after the other, each as the result lies in memory.</summary>
    public PlanBuffer Buffer { get; }

    private Value Output => _stage.Outputs[0];

    private long Length => _environment.Layouts[Output].Length;

    /// <summary>The first sample of a slice, and the one behind its last.</summary>
    public (Expression First, Expression End) Samples(SimtKernel kernel, Expression slice)
    {
        var first = Index.Scale(slice, _samples);
        return _slices == 1 ? (first, kernel.Count) : (first, Index.Min(Index.Add(first, kernel.Index(_samples)), kernel.Count));
    }

    /// <summary>Adds to an element of a slice's sums.</summary>
    public void Add(SimtKernel kernel, Expression slice, ImmutableArray<Expression> index, Expression value)
    {
        var sums = kernel.Pointer(0, Buffer);
        var at = kernel.Builder.Let("at", Index.Add(Index.Scale(slice, Length), _environment.Layouts[Output].Offset(index)));
        kernel.Builder.Add(new Store(sums, at, new Binary(BinaryFunction.Add, new Load(sums, at), value)));
    }

    /// <summary>The launch that adds up the slices of all lanes, in order, and writes the result.</summary>
    public KernelLaunch Combine()
    {
        var kernel = new SimtKernel(_stage, _environment, []);
        var (sums, result) = (kernel.Pointer(0, Buffer), kernel.Pointer(Output));
        var (lanes, stride) = (kernel.Number(LaunchNumber.Lanes), kernel.Number(LaunchNumber.LaneStride));
        var element = kernel.Builder.Let("element", Index.Add(Index.Scale(SimtKernel.Group(0), Threads), SimtKernel.Thread(0)));
        kernel.If(Length % Threads == 0 ? null : new Comparison(ComparisonFunction.Less, element, kernel.Index(Length)), () =>
        {
            var sum = kernel.Builder.Declare("sum", Constant.Float(0));
            kernel.Builder.Loop("lane", kernel.Index(0), lanes, 1, lane =>
                kernel.Builder.Loop("slice", kernel.Index(0), kernel.Index(_slices), 1, slice =>
                    kernel.Builder.Add(new Assign(sum, new Binary(BinaryFunction.Add, sum, new Load(sums,
                        Index.Add(Index.Add(new Binary(BinaryFunction.Multiply, lane, stride), Index.Scale(slice, Length)), element)))))));
            kernel.Builder.Add(new Store(result, element, sum));
        });
        return kernel.ToLaunch($"{_stage.Name}.combine",
            $"{_stage.Name}: the sums of all lanes and slices added up in order, written as {Output} {Output.Type}",
            (Threads, 1, 1), (kernel.Index((Length + Threads - 1) / Threads), kernel.Index(1), kernel.Index(1)));
    }
}
