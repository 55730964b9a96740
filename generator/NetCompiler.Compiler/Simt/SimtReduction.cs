using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// Sums over the samples of a batch that are no contractions: gradients of biases, means and variances. One group for each element
/// and slice; its threads add up every n-th term, then their sums as a tree in shared memory.
/// </summary>
internal sealed class SimtReduction : IImplementation
{
    private const int Threads = 128;

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Scope == StageScope.BatchSum && stage.Nodes.Length == 1 && stage.Anchor.Definition.Definitions.Length == 1
            && stage.Anchor.Definition.Result().Body is ScalarReduction { Kind: ReductionKind.Sum } sum)
        {
            const double Instructions = 32;
            var terms = (double)new LinearAxes(sum.Axes).Largest(environment.ChunkSize);
            var elements = new LinearAxes(stage.Anchor.Definition.Result().Axes).Steps;
            var slices = Slices(elements, environment);
            var waves = Math.Ceiling((double)elements * slices / SimtTarget.Multiprocessors);
            var group = (Math.Ceiling(terms / slices / Threads) * Instructions + 400) * Threads / SimtTarget.LanesPerCycle;
            yield return new Candidate(this, "tree", waves * group / environment.ChunkSize);
        }
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        var definition = stage.Anchor.Definition.Result();
        var reduction = (ScalarReduction)definition.Body;
        var (elements, terms) = (new LinearAxes(definition.Axes), new LinearAxes(reduction.Axes));
        var count = Slices(elements.Steps, environment);
        var slices = new BatchSlices(stage, environment, count);

        var kernel = new SimtKernel(stage, environment, [slices.Buffer]).Declare(stage.Inputs);
        var evaluator = new StageEvaluator(stage, environment, kernel);
        var builder = kernel.Builder;
        var thread = builder.Let("thread", SimtKernel.Thread(0));
        var point = new Dictionary<Axis, Expression>();
        elements.Bind(kernel, SimtKernel.Group(0), point);
        Expression slice = count == 1 ? kernel.Index(0) : SimtKernel.Group(1);
        var (first, end) = slices.Samples(kernel, slice);
        var partial = kernel.Shared("partial", Threads);
        var sum = builder.Declare("sum", Constant.Float(0));
        var start = builder.Let("firstTerm", Index.Add(Index.Scale(first, terms.Steps), thread));
        var last = builder.Let("endTerm", Index.Scale(end, terms.Steps));
        builder.Loop("term", start, last, Threads, term => evaluator.Scope(() =>
        {
            var bound = new Dictionary<Axis, Expression>(point);
            terms.Bind(kernel, term, bound);
            var body = evaluator.EvaluateBody(stage.Anchor, reduction.Body, bound, null, 1);
            builder.Add(new Assign(sum, body is Binary { Function: BinaryFunction.Multiply } product
                ? new FusedMultiplyAdd(product.Left, product.Right, sum)
                : new Binary(BinaryFunction.Add, sum, body)));
        }));
        builder.Add(new Store(partial, thread, sum));
        builder.Add(new Remark("The threads' sums as a tree: each round adds the upper half to the lower one."));
        for (var half = Threads / 2; half >= 1; half /= 2)
        {
            var distance = half;
            builder.Add(new Kernels.Barrier(BarrierScope.Group));
            kernel.If(new Comparison(ComparisonFunction.Less, thread, kernel.Index(half)), () => builder.Add(new Store(partial, thread,
                new Binary(BinaryFunction.Add, new Load(partial, thread), new Load(partial, Index.Add(thread, kernel.Index(distance)))))));
        }

        kernel.If(new Comparison(ComparisonFunction.Equal, thread, kernel.Index(0)), () =>
            slices.Add(kernel, slice, [.. definition.Target.Select(t => evaluator.Bind(t, point))], new Load(partial, kernel.Index(0))));
        var split = count > 1 ? FormattableString.Invariant($", the batch in {count} slices") : "";
        var how = FormattableString.Invariant($"tile: one group of {Threads} threads for each element{split}");
        var launch = kernel.ToLaunch(stage.Name, Summaries.Of(stage, how), (Threads, 1, 1),
            (kernel.Index(elements.Steps), kernel.Index(count), kernel.Index(1)));
        return new KernelPlan([slices.Buffer], [], [launch], slices.Combine());
    }

    // Slices are part of what a sum's bits are: they follow from the shape alone.
    private static int Slices(int elements, StageEnvironment environment) =>
        Math.Max(1, Math.Min(environment.ChunkSize, SimtTarget.Multiprocessors / elements));
}
