using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// Sums of all that data send to a row: a thread for each feature, and whatever else a row depends on, goes through what is sent and adds
/// it where its index says, so that no two threads write the same element and each adds in the order of the data. A sum over the batch has
/// slices besides.
/// </summary>
internal sealed class SimtScatter : IImplementation
{
    private const int Threads = 128;
    private const int ThreadsInAll = 8192;
    private const long LargestSums = 1 << 22;

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (!ScatterPattern.TryRead(stage, out var pattern))
            yield break;
        var features = Columns(pattern).Steps;
        var columns = (double)features * (stage.Scope == StageScope.Sample ? environment.ChunkSize : Slices(pattern, environment));
        var terms = new LinearAxes(pattern.Summed).Largest(environment.ChunkSize) * features / columns
            * (stage.Scope == StageScope.Sample ? environment.ChunkSize : 1);
        var cleared = stage.Scope == StageScope.Sample ? pattern.Places * 4.0 : 0;
        var instructions = terms * (30 + SimtCost.Instructions(stage.Anchor, pattern.Added, environment.ChunkSize)) + cleared;
        yield return new Candidate(this, "scatter-sum", (SimtCost.Launch + SimtCost.Elements(columns, instructions, Threads)) / environment.ChunkSize);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        ScatterPattern.TryRead(stage, out var pattern);
        return stage.Scope == StageScope.Sample ? LowerSamples(stage, environment, pattern!) : LowerBatch(stage, environment, pattern!);
    }

    // Each thread clears its column of a sample's rows, then adds to it.
    private static KernelPlan LowerSamples(Stage stage, StageEnvironment environment, ScatterPattern pattern)
    {
        var kernel = new SimtKernel(stage, environment, []) { AddsToResults = true }.Declare(stage.Inputs.Concat(stage.Outputs));
        var evaluator = new StageEvaluator(stage, environment, kernel);
        var columns = new LinearAxes([pattern.Definition.Axes[0], .. pattern.Leading, .. pattern.Features]);
        var number = Number(kernel);
        kernel.If(new Comparison(ComparisonFunction.Less, number, columns.Count(kernel)), () => evaluator.Scope(() =>
        {
            var point = new Dictionary<Axis, Expression>();
            columns.Bind(kernel, number, point);
            evaluator.Nest([.. pattern.Rows.Select(row => row.Axis)], place =>
            {
                foreach (var pair in point)
                    place[pair.Key] = pair.Value;
                Write(place, _ => Constant.Float(0));
            });
            evaluator.Nest(pattern.Summed, terms =>
            {
                foreach (var pair in point)
                    terms[pair.Key] = pair.Value;
                Add(stage, kernel, evaluator, pattern, terms, (at, value) => Write(at, old => new Binary(BinaryFunction.Add, old, value)));
            });
        }));
        return new KernelPlan([], [], [kernel.ToLaunch(stage.Name, Summaries.Of(stage, "tile: a thread for each sample and feature"),
            (Threads, 1, 1), (columns.Blocks(kernel, Threads), kernel.Index(1), kernel.Index(1)))]);

        void Write(Dictionary<Axis, Expression> at, Func<Expression, Expression> value)
        {
            var pointer = kernel.Pointer(stage.Outputs[0]);
            var offset = kernel.Builder.Let("at", environment.Layouts[stage.Outputs[0]].Offset([.. pattern.Definition.Axes.Select(a => at[a])]));
            kernel.Builder.Add(new Store(pointer, offset, value(new Load(pointer, offset))));
        }
    }

    private static KernelPlan LowerBatch(Stage stage, StageEnvironment environment, ScatterPattern pattern)
    {
        var count = Slices(pattern, environment);
        var slices = new BatchSlices(stage, environment, count);
        var kernel = new SimtKernel(stage, environment, [slices.Buffer]).Declare(stage.Inputs);
        var evaluator = new StageEvaluator(stage, environment, kernel);
        var (columns, terms) = (Columns(pattern), new LinearAxes(pattern.Summed));
        var number = Number(kernel);
        var threads = columns.Steps * count;
        kernel.If(threads % Threads == 0 ? null : new Comparison(ComparisonFunction.Less, number, kernel.Index(threads)), () => evaluator.Scope(() =>
        {
            var point = new Dictionary<Axis, Expression>();
            columns.Bind(kernel, count == 1 ? number : kernel.Builder.Let("column", Index.Remainder(number, columns.Steps)), point);
            var slice = count == 1 ? kernel.Index(0) : kernel.Builder.Let("slice", Index.Divide(number, columns.Steps));
            var (first, end) = slices.Samples(kernel, slice);
            kernel.Builder.Loop("term", kernel.Builder.Let("firstTerm", Index.Scale(first, terms.Steps)),
                kernel.Builder.Let("endTerm", Index.Scale(end, terms.Steps)), 1, term => evaluator.Scope(() =>
            {
                var at = new Dictionary<Axis, Expression>(point);
                terms.Bind(kernel, term, at);
                Add(stage, kernel, evaluator, pattern, at, (place, value) =>
                    slices.Add(kernel, slice, [.. pattern.Definition.Target.Select(t => evaluator.Bind(t, place))], value));
            }));
        }));
        var split = count > 1 ? FormattableString.Invariant($", the batch in {count} slices") : "";
        var launch = kernel.ToLaunch(stage.Name, Summaries.Of(stage, $"tile: a thread for each feature{split}"),
            (Threads, 1, 1), (kernel.Index((threads + Threads - 1) / Threads), kernel.Index(1), kernel.Index(1)));
        return new KernelPlan([slices.Buffer], [], [launch], slices.Combine());
    }

    private static Expression Number(SimtKernel kernel) =>
        kernel.Builder.Let("element", Index.Add(Index.Scale(SimtKernel.Group(0), Threads), SimtKernel.Thread(0)));

    // What there is at a point, unless its index names no row.
    private static void Add(
        Stage stage, SimtKernel kernel, StageEvaluator evaluator, ScatterPattern pattern, Dictionary<Axis, Expression> point,
        Action<Dictionary<Axis, Expression>, Expression> add)
    {
        kernel.If(pattern.Exists(kernel, evaluator, stage.Anchor, point), () => evaluator.Scope(() =>
        {
            pattern.Bind(evaluator, stage.Anchor, point);
            add(point, evaluator.EvaluateBody(stage.Anchor, pattern.Added, point, null, 1));
        }));
    }

    private static LinearAxes Columns(ScatterPattern pattern) => new([.. pattern.Leading, .. pattern.Features]);

    // Slices are part of what a sum's bits are: they follow from the shape alone.
    private static int Slices(ScatterPattern pattern, StageEnvironment environment)
    {
        var features = Columns(pattern).Steps;
        return (int)Math.Max(1, Math.Min(Math.Min(environment.ChunkSize, ThreadsInAll / features),
            LargestSums / ((long)features * pattern.Places)));
    }
}
