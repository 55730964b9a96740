using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// Sums and maxima, a group for each: over the samples of a batch (gradients of biases, means and variances), where it has one for each
/// slice of them, and over axes of a sample where there are more of these than one thread should go through.
/// </summary>
internal sealed class SimtReduction : IImplementation
{
    private const int LargestGroup = 128;
    private const int LeastTerms = 32;

    /// <summary>Threads that share a reduction over the axes of one sample: as many as have some terms each.</summary>
    public static int Threads(long terms)
    {
        var threads = SimtTarget.WarpSize;
        while (threads < LargestGroup && threads * 4 <= terms)
            threads *= 2;
        return threads;
    }

    /// <summary>Cycles of the groups of a reduction.</summary>
    public static double Cycles(double groups, double terms, double instructions, int threads)
    {
        // A group is as busy with its tree as with a few terms.
        const double Tree = 120;
        var group = (Math.Ceiling(terms / threads) * instructions + Tree) * Math.Max(threads, SimtTarget.WarpSize) / SimtTarget.LanesPerCycle;
        return Math.Ceiling(groups / SimtTarget.Multiprocessors) * group;
    }

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Kind == StageKind.Scan || stage.Nodes.Length != 1 || stage.Anchor.Definition.Definitions.Length != 1)
            yield break;
        var definition = stage.Anchor.Definition.Result();
        if (GroupReduction.Find(definition.Body) is not { } reduction)
            yield break;
        var isSum = stage.Scope == StageScope.BatchSum;
        var terms = (double)new LinearAxes(reduction.Axes).Largest(environment.ChunkSize);
        if (isSum ? definition.Body is not ScalarReduction { Kind: ReductionKind.Sum } : terms < LeastTerms)
            yield break;
        var elements = new LinearAxes(definition.Axes).Largest(environment.ChunkSize);
        var slices = isSum ? Slices(elements, environment) : 1;
        var cycles = Cycles(elements * slices, terms / slices, SimtCost.Instructions(stage.Anchor, reduction.Body, environment.ChunkSize) + 4,
            isSum ? LargestGroup : Threads((long)terms));
        yield return new Candidate(this, "tree", (SimtCost.Launch + cycles) / environment.ChunkSize);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment) =>
        stage.Scope == StageScope.BatchSum ? LowerBatch(stage, environment) : LowerSamples(stage, environment);

    private static KernelPlan LowerBatch(Stage stage, StageEnvironment environment)
    {
        var definition = stage.Anchor.Definition.Result();
        var reduction = (ScalarReduction)definition.Body;
        var (elements, terms) = (new LinearAxes(definition.Axes), new LinearAxes(reduction.Axes));
        var count = Slices(elements.Steps, environment);
        var slices = new BatchSlices(stage, environment, count);
        var kernel = new SimtKernel(stage, environment, [slices.Buffer]).Declare(stage.Inputs);
        var evaluator = new StageEvaluator(stage, environment, kernel);
        var thread = kernel.Builder.Let("thread", SimtKernel.Thread(0));
        var point = new Dictionary<Axis, Expression>();
        elements.Bind(kernel, SimtKernel.Group(0), point);
        Expression slice = count == 1 ? kernel.Index(0) : SimtKernel.Group(1);
        var (first, end) = slices.Samples(kernel, slice);
        var sum = GroupReduction.Write(kernel, evaluator, stage.Anchor, reduction, point, thread, LargestGroup,
            Index.Scale(first, terms.Steps), kernel.Builder.Let("endTerm", Index.Scale(end, terms.Steps)));
        kernel.If(new Comparison(ComparisonFunction.Equal, thread, kernel.Index(0)), () =>
            slices.Add(kernel, slice, [.. definition.Target.Select(t => evaluator.Bind(t, point))], sum));
        var split = count > 1 ? FormattableString.Invariant($", the batch in {count} slices") : "";
        var how = FormattableString.Invariant($"tile: one group of {LargestGroup} threads for each element{split}");
        var launch = kernel.ToLaunch(stage.Name, Summaries.Of(stage, how), (LargestGroup, 1, 1),
            (kernel.Index(elements.Steps), kernel.Index(count), kernel.Index(1)));
        return new KernelPlan([slices.Buffer], [], [launch], slices.Combine());
    }

    private static KernelPlan LowerSamples(Stage stage, StageEnvironment environment)
    {
        var definition = stage.Anchor.Definition.Result();
        var reduction = GroupReduction.Find(definition.Body)!;
        var (elements, terms) = (new LinearAxes(definition.Axes), new LinearAxes(reduction.Axes));
        var threads = Threads(terms.Steps);
        var kernel = new SimtKernel(stage, environment, []).Declare(stage.Inputs.Concat(stage.Outputs));
        var evaluator = new StageEvaluator(stage, environment, kernel);
        var thread = kernel.Builder.Let("thread", SimtKernel.Thread(0));
        var point = new Dictionary<Axis, Expression>();
        elements.Bind(kernel, SimtKernel.Group(0), point);
        var result = GroupReduction.Write(kernel, evaluator, stage.Anchor, reduction, point, thread, threads,
            kernel.Index(0), kernel.Index(terms.Steps));
        kernel.If(new Comparison(ComparisonFunction.Equal, thread, kernel.Index(0)), () => evaluator.Scope(() =>
        {
            evaluator.Reduced = (reduction, result);
            evaluator.Store(stage.Outputs[0], [.. definition.Target.Select(t => evaluator.Bind(t, point))],
                evaluator.EvaluateBody(stage.Anchor, definition.Body, point, null, 1));
            evaluator.Reduced = null;
        }));
        var how = FormattableString.Invariant($"tile: one group of {threads} threads for each element");
        return new KernelPlan([], [], [kernel.ToLaunch(stage.Name, Summaries.Of(stage, how), (threads, 1, 1),
            (elements.Count(kernel), kernel.Index(1), kernel.Index(1)))]);
    }

    // Slices are part of what a sum's bits are: they follow from the shape alone.
    private static int Slices(long elements, StageEnvironment environment) =>
        (int)Math.Max(1, Math.Min(environment.ChunkSize, SimtTarget.Multiprocessors / elements));
}
