using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// A thread for each element of a stage's results: elementwise chains, pooling and its gradients, softmax, losses, reorders, and
/// whatever else has no schedule of its own. Where an index is divided by a stride, a thread computes as many neighbours as the
/// stride counts, so that every division is exact at build time and what they share is read once. What elements have in common, as the
/// sum of a softmax, is computed by each of them, or by launches of its own before.
/// </summary>
internal sealed class SimtElements : IImplementation
{
    private const int Threads = 128;
    private const int LeastTermsOfGroup = 128;

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (!IsOffered(stage))
            yield break;

        var chunk = environment.ChunkSize;
        // What belongs to no sample is computed once.
        var samples = stage.Scope == StageScope.Sample ? chunk : 1;
        yield return new Candidate(this, "elements", (SimtCost.Launch + Results(null)) / samples, Array.Empty<int>());
        var shared = SharedDefinitions(stage);
        if (shared.Length == 0)
            yield break;
        var cycles = SimtCost.Launch + Results(shared.Contains);
        foreach (var number in shared)
            cycles += SimtCost.Launch + DefinitionCost(stage.Anchor, number, chunk, shared);
        yield return new Candidate(this, "definitions", cycles / samples, shared);

        double Results(Func<int, bool>? isWritten) => SimtCost.Elements((double)stage.Outputs[0].Type.SampleLength * samples,
            stage.Nodes.Sum(n => n.Definition.Definitions.Skip(n.Definition.Definitions.Length - n.Definition.ResultCount)
                .Sum(d => SimtCost.Instructions(n, d.Body, chunk, isWritten))), Threads);
    }

    /// <summary>True for stages that threads can compute element by element.</summary>
    public static bool IsOffered(Stage stage) =>
        stage.Kind is not (StageKind.Scan or StageKind.Network) && stage.Scope != StageScope.BatchSum
        && (stage.Anchor.Definition.Result().IsDirect || stage.Nodes.Length == 1);

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        var written = new WrittenDefinitions(stage, environment, (int[])candidate.Schedule!);
        var launches = written.Numbers.Select(number => LowerDefinition(stage, environment, written, number)).ToList();
        launches.Add(LowerResults(stage, environment, written));
        return new KernelPlan(written.Buffers, [], [.. launches]);
    }

    private static KernelLaunch LowerResults(Stage stage, StageEnvironment environment, WrittenDefinitions written)
    {
        var kernel = new SimtKernel(stage, environment, written.Buffers).Declare(stage.Inputs.Concat(stage.Outputs));
        var evaluator = written.Evaluator(kernel);
        KernelLaunch? launch = null;
        WriteResults(kernel, evaluator, stage, (linear, body) =>
            launch = ForEach(kernel, evaluator, linear, stage.Name, Summaries.Of(stage), body));
        return launch!;
    }

    /// <summary>Writes what a thread does for an element, or for as many neighbours as a stride counts.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="forEach">Gets what the elements are counted by, and what is done for one number.</param>
    /// <param name="sample">The sample, where elements of one are counted; null where those of all are.</param>
    public static void WriteResults(
        SimtKernel kernel, StageEvaluator evaluator, Stage stage, Action<LinearAxes, Action<Expression>> forEach, Expression? sample = null)
    {
        var definition = stage.Anchor.Definition.Result();
        // A definition that writes to combinations of axes runs over these.
        var axes = definition.IsDirect ? Elementwise.AxesOf(stage.Outputs[0].Type) : definition.Axes;
        var blocks = axes.Select((axis, d) => (axis, d)).ToDictionary(p => p.axis, p => definition.IsDirect ? Stride(definition, p.d) : 1);
        var linear = new LinearAxes(axes, a => blocks[a], a => (a.Extent.Size + blocks[a] - 1) / blocks[a]);
        forEach(linear, number =>
        {
            var first = linear.FirstOf(kernel, number, sample);
            for (var i = 0; i < linear.Window; i++)
            {
                var point = linear.AtElement(kernel, first, kernel.Index(i));
                var inside = Inside(point);
                if (inside is null)
                    Compute(point);
                else
                    kernel.If(inside, () => evaluator.Scope(() => Compute(point)));
            }
        });

        // Where the extent is no multiple of the block, the last thread has less to do.
        Expression? Inside(Dictionary<Axis, Expression> point) => axes
            .Where(a => a.Extent.IsConstant && a.Extent.Size % blocks[a] != 0 && Offset(point[a]) >= a.Extent.Size % blocks[a])
            .Select(a => (Expression)new Comparison(ComparisonFunction.Less, point[a], kernel.Index(a.Extent.Size)))
            .Aggregate((Expression?)null, (both, c) => both is null ? c : new Binary(BinaryFunction.And, both, c));

        void Compute(Dictionary<Axis, Expression> point)
        {
            if (!definition.IsDirect)
            {
                evaluator.Store(stage.Outputs[0], [.. definition.Target.Select(t => evaluator.Bind(t, point))],
                    evaluator.EvaluateBody(stage.Anchor, definition.Body, point, null, 1));
                return;
            }

            var index = axes.Select(a => point[a]).ToImmutableArray();
            foreach (var output in stage.Outputs)
                evaluator.Store(output, index, evaluator.Evaluate(output, index, -1, 1));
        }
    }

    // An intermediate definition, for all to read: by a thread for each element, or by a group where there is much to add up.
    private static KernelLaunch LowerDefinition(Stage stage, StageEnvironment environment, WrittenDefinitions written, int number)
    {
        var definition = stage.Anchor.Definition.Definitions[number];
        var name = FormattableString.Invariant($"{stage.Name}.part{number}");
        var summary = $"{stage.Name}: {ScalarText.Write(definition.Body, stage.Anchor)}, for each [{string.Join(", ", definition.Axes)}]";
        var kernel = new SimtKernel(stage, environment, written.Buffers).Declare(stage.Inputs);
        var evaluator = written.Evaluator(kernel);
        var linear = new LinearAxes(definition.Axes);
        if (GroupOf(definition) is not var (reduction, threads))
        {
            return ForEach(kernel, evaluator, linear, name, summary, element =>
            {
                var point = new Dictionary<Axis, Expression>();
                linear.Bind(kernel, element, point);
                written.Store(kernel, number, point, evaluator.EvaluateBody(stage.Anchor, definition.Body, point, null, 1));
            });
        }

        var thread = kernel.Builder.Let("thread", SimtKernel.Thread(0));
        var bound = new Dictionary<Axis, Expression>();
        linear.Bind(kernel, SimtKernel.Group(0), bound);
        var result = GroupReduction.Write(kernel, evaluator, stage.Anchor, reduction, bound, thread, threads,
            kernel.Index(0), kernel.Index(new LinearAxes(reduction.Axes).Steps));
        kernel.If(new Comparison(ComparisonFunction.Equal, thread, kernel.Index(0)), () => evaluator.Scope(() =>
        {
            evaluator.Reduced = (reduction, result);
            written.Store(kernel, number, bound, evaluator.EvaluateBody(stage.Anchor, definition.Body, bound, null, 1));
            evaluator.Reduced = null;
        }));
        return kernel.ToLaunch(name, summary, (threads, 1, 1), (linear.Count(kernel), kernel.Index(1), kernel.Index(1)));
    }

    private static KernelLaunch ForEach(
        SimtKernel kernel, StageEvaluator evaluator, LinearAxes linear, string name, string summary, Action<Expression> body)
    {
        var number = kernel.Builder.Let("element", Index.Add(Index.Scale(SimtKernel.Group(0), Threads), SimtKernel.Thread(0)));
        var exists = linear.IsFilledBy(Threads) ? null : new Comparison(ComparisonFunction.Less, number, linear.Count(kernel));
        kernel.If(exists, () => evaluator.Scope(() => body(number)));
        return kernel.ToLaunch(name, summary, (Threads, 1, 1), (linear.Blocks(kernel, Threads), kernel.Index(1), kernel.Index(1)));
    }

    private static (ScalarReduction Reduction, int Threads)? GroupOf(TensorDefinition definition) =>
        GroupReduction.Find(definition.Body) is { } reduction && reduction.Axes.All(a => a.Extent.IsConstant)
            && new LinearAxes(reduction.Axes).Steps is var terms and >= LeastTermsOfGroup
            ? (reduction, SimtReduction.Threads(terms)) : null;

    // The intermediate definitions that are worth it: those that combine values.
    private static int[] SharedDefinitions(Stage stage)
    {
        if (stage.Nodes.Length != 1)
            return [];
        var definitions = stage.Anchor.Definition;
        return [.. Enumerable.Range(0, definitions.Definitions.Length - definitions.ResultCount)
            .Where(i => definitions.Definitions[i] is { IsDirect: true } d && HasReduction(d.Body))];
    }

    private static bool HasReduction(ScalarExpression expression) => expression is ScalarReduction || expression.Children().Any(HasReduction);

    private static double DefinitionCost(Node node, int number, int chunk, int[] written)
    {
        var definition = node.Definition.Definitions[number];
        var elements = new LinearAxes(definition.Axes).Largest(chunk);
        return GroupOf(definition) is var (reduction, threads)
            ? SimtReduction.Cycles(elements, new LinearAxes(reduction.Axes).Steps,
                SimtCost.Instructions(node, reduction.Body, chunk, written.Contains), threads)
            : SimtCost.Elements(elements, SimtCost.Instructions(node, definition.Body, chunk, written.Contains), Threads);
    }

    // What is added to the first element of a block.
    private static long Offset(Expression index) => LinearForm.Of(index).Constant;

    // The largest divisor of an index that an axis takes part in; 1 for none.
    private static int Stride(TensorDefinition definition, int dimension) =>
        definition.Body.Reads().SelectMany(r => r.Indices).Where(i => i.CoefficientOf(definition.Axes[dimension]) != 0)
            .Select(i => i.Divisor).DefaultIfEmpty(1).Max();

    /// <summary>Intermediate definitions that launches write to memory and later ones read.</summary>
    private sealed class WrittenDefinitions
    {
        private readonly Stage _stage;
        private readonly StageEnvironment _environment;
        private readonly Layout[] _layouts;

        public WrittenDefinitions(Stage stage, StageEnvironment environment, int[] numbers)
        {
            (_stage, _environment, Numbers) = (stage, environment, numbers);
            var types = numbers.Select(n => new TensorType(ScalarKind.F32, [.. Definition(n).Axes.Select(a => a.Extent)])).ToList();
            _layouts = [.. types.Select(Layout.Canonical)];
            Buffers =
            [
                .. numbers.Select((number, i) => new PlanBuffer(FormattableString.Invariant($"{stage.Name}.part{number}"), ScalarKind.F32,
                    _layouts[i].Length * (types[i].IsPerSample ? environment.ChunkSize : 1), BufferLifetime.Scratch)),
            ];
        }

        public int[] Numbers { get; }

        public ImmutableArray<PlanBuffer> Buffers { get; }

        public StageEvaluator Evaluator(SimtKernel kernel) => new(_stage, _environment, kernel)
        {
            Written = (node, number, index) => node == _stage.Anchor && Array.IndexOf(Numbers, number) is var i and >= 0
                ? kernel.Builder.Let("part", new Load(kernel.Pointer(i, Buffers[i]), _layouts[i].Offset(index))) : null,
        };

        public void Store(SimtKernel kernel, int number, Dictionary<Axis, Expression> point, Expression value)
        {
            var i = Array.IndexOf(Numbers, number);
            kernel.Builder.Add(new Store(
                kernel.Pointer(i, Buffers[i]), _layouts[i].Offset([.. Definition(number).Axes.Select(a => point[a])]), value));
        }

        private TensorDefinition Definition(int number) => _stage.Anchor.Definition.Definitions[number];
    }
}
