using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// The prediction of a small network in one launch: a group computes a sample, stage after stage, with a barrier between them. What stages
/// hand to each other never leaves the group's shared memory, and only weights are read from outside.
/// </summary>
internal sealed class SimtNetwork : IImplementation
{
    private const int Threads = 256;

    // More are done sooner by all multiprocessors together, launch after launch, than by one for each sample.
    private const long LargestWork = 4_000_000;

    // Besides them a kernel gets the number of samples, and a seed or the size of the batch.
    private const int LargestValues = SimtTarget.LargestParameters - 2;

    // Sums of a thread at once.
    private static readonly int[] s_columns = [1, 2, 4, 8];

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Kind != StageKind.Network)
            return [];
        var between = SimtNetworkKernel.Between(stage).ToList();
        return stage.Inputs.Length + stage.Outputs.Length <= LargestValues
            && between.All(v => v.Type.Element == ScalarKind.F32)
            && between.Sum(v => 4 * v.Type.SampleLength) <= SimtTarget.SharedBytes - 4 * Threads
            && stage.Parts.All(p => ShapeOf(p) is not null || (p.Kind != StageKind.Contraction && SimtElements.IsOffered(p)))
            && stage.Parts.Sum(StageFacts.MultiplyAdds) <= LargestWork
            // Nobody else offers anything: the cost is not compared.
            ? [new Candidate(this, "whole", SimtCost.Launch)]
            : [];
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        var kernel = new SimtNetworkKernel(stage, environment);
        var layouts = environment.Layouts.ToDictionary(p => p.Key, p => p.Value);
        // The group's memory holds one sample.
        foreach (var value in SimtNetworkKernel.Between(stage))
            layouts[value] = layouts[value] with { Strides = layouts[value].Strides.SetItem(0, 0) };
        var inside = environment with { Layouts = layouts };
        var (sample, thread) = (kernel.Builder.Let("sample", SimtKernel.Group(0)), kernel.Builder.Let("thread", SimtKernel.Thread(0)));
        kernel.Ranges[sample] = (0, environment.ChunkSize - 1);
        Variable? partial = null;
        // What has been written since all threads met.
        var written = new HashSet<Value>();
        var usesPartial = false;
        foreach (var part in stage.Parts)
        {
            var shape = ShapeOf(part);
            var isLong = shape is not null && IsLong(shape);
            if (part.Inputs.Any(written.Contains) || (isLong && usesPartial))
            {
                kernel.Builder.Add(new Kernels.Barrier(BarrierScope.Group));
                written.Clear();
                usesPartial = false;
            }

            kernel.Builder.Add(new Remark($"{part.Name}: {string.Join(", ", part.Nodes.Select(n => n.Operator.Name))}"));
            var evaluator = new StageEvaluator(part, inside, kernel);
            if (shape is null)
            {
                SimtElements.WriteResults(kernel, evaluator, part, (linear, body) =>
                    ForEach(kernel, thread, linear.Steps, element => evaluator.Scope(() => body(element))), sample);
            }
            else if (isLong)
            {
                partial ??= kernel.Shared("partial", Threads);
                usesPartial = !WriteLongSums(kernel, evaluator, part, shape!, sample, thread, partial);
                if (!usesPartial)
                {
                    written.Clear();
                    continue;
                }
            }
            else
            {
                WriteSums(kernel, evaluator, part, shape, sample, thread);
            }

            written.UnionWith(part.Outputs);
        }

        var summary = Summaries.Of(stage, FormattableString.Invariant($"one group of {Threads} threads for each sample"));
        return new KernelPlan([], [],
            [kernel.ToLaunch(stage.Name, summary, (Threads, 1, 1), (kernel.Count, kernel.Index(1), kernel.Index(1)))]);
    }

    // Few sums of many terms, as a dense layer has: neighbouring threads read neighbouring weights.
    private static bool IsLong(ContractionShape shape) =>
        shape.Rows.Window == 1 && shape.Rows.Steps * shape.Columns.Steps <= Threads && shape.Sums.Steps >= 2 * SimtTarget.WarpSize;

    private static ContractionShape? ShapeOf(Stage part) =>
        ContractionShape.Of(part) is { } shape && !shape.Planes.Axes.Any() ? shape : null;

    // A warp for each sum. True where all threads meet at the end.
    private static bool WriteLongSums(
        SimtKernel kernel, StageEvaluator evaluator, Stage part, ContractionShape shape, Expression sample, Expression thread, Variable partial)
    {
        const int Warps = Threads / SimtTarget.WarpSize;
        var count = shape.Rows.Steps * shape.Columns.Steps;
        var isRepeated = count > Warps;
        var b = kernel.Builder;
        var lane = Named(kernel, "lane", Index.Remainder(thread, SimtTarget.WarpSize), SimtTarget.WarpSize);
        var warp = Named(kernel, "warp", Index.Divide(thread, SimtTarget.WarpSize), Warps);
        b.Loop("first", kernel.Index(0), kernel.Index(count), Warps, first => evaluator.Scope(() =>
        {
            // Whoever has no sum left computes the last one, and keeps it for itself: all meet at the barriers.
            var number = Index.Add(first, warp);
            var isWhole = count % Warps == 0;
            if (!isWhole)
                number = Index.Min(b.Let("number", number), kernel.Index(count - 1));
            number = Named(kernel, "result", number, count);
            var row = shape.Rows.FirstOf(kernel, Index.Divide(number, shape.Columns.Steps), sample);
            var point = new Dictionary<Axis, Expression>();
            shape.Columns.Bind(kernel, Index.Remainder(number, shape.Columns.Steps), point, sample: sample);
            var sum = b.Declare("sum", Constant.Float(0));
            b.Loop("term", lane, kernel.Index(shape.Sums.Steps), SimtTarget.WarpSize, term => evaluator.Scope(() =>
            {
                kernel.Ranges[term] = (0, shape.Sums.Steps - 1);
                var terms = new Dictionary<Axis, Expression>();
                shape.Sums.Bind(kernel, term, terms);
                b.Add(new Assign(sum, new FusedMultiplyAdd(
                    Factor(evaluator, part, shape.RowFactor, shape.Rows.AtElement(kernel, row, null), terms),
                    Factor(evaluator, part, shape.ColumnFactor, point, terms), sum)));
            }));
            b.Add(new Store(partial, thread, sum));
            GroupReduction.WriteTree(kernel.Builder, partial, thread, lane, SimtTarget.WarpSize, BinaryFunction.Add);
            Expression isFirst = new Comparison(ComparisonFunction.Equal, lane, kernel.Index(0));
            if (!isWhole)
            {
                isFirst = new Binary(BinaryFunction.And, isFirst,
                    new Comparison(ComparisonFunction.Less, Index.Add(first, warp), kernel.Index(count)));
            }

            kernel.If(isFirst, () => evaluator.Scope(() =>
            {
                var total = b.Let("total", new Load(partial, thread));
                SimtContractionLowering.StoreResults(kernel, evaluator, part, shape, row, point, [total]);
            }));
            // Nobody takes a place in which somebody still reads.
            if (isRepeated)
                b.Add(new Kernels.Barrier(BarrierScope.Group));
        }));
        return isRepeated;
    }

    // Rows are dealt out to threads, neighbours to neighbours, and some columns go with each.
    private static void WriteSums(
        SimtKernel kernel, StageEvaluator evaluator, Stage part, ContractionShape shape, Expression sample, Expression thread)
    {
        var columns = s_columns.Where(c => c <= shape.Columns.Steps).OrderBy(c => Cycles(shape, c)).First();
        var blocks = (shape.Columns.Steps + columns - 1) / columns;
        ForEach(kernel, thread, shape.Rows.Steps * blocks, item => evaluator.Scope(() =>
        {
            var row = blocks == 1 ? item : Named(kernel, "rows", Index.Remainder(item, shape.Rows.Steps), shape.Rows.Steps);
            var first = shape.Rows.FirstOf(kernel, row, sample);
            var block = Named(kernel, "block", Index.Divide(item, shape.Rows.Steps), blocks);
            var places = Enumerable.Range(0, columns).Select(c => Column(block, c)).ToList();
            var sums = places.Select((_, c) => Enumerable.Range(0, shape.Rows.Window)
                .Select(w => kernel.Builder.Declare(FormattableString.Invariant($"sum{w}_{c}"), Constant.Float(0)))
                .ToArray()).ToArray();
            evaluator.Nest([.. shape.Sums.Axes], terms =>
            {
                var right = places.Select(place => Factor(evaluator, part, shape.ColumnFactor, place.Point, terms)).ToList();
                for (var w = 0; w < shape.Rows.Window; w++)
                {
                    var left = Factor(evaluator, part, shape.RowFactor, shape.Rows.AtElement(kernel, first, kernel.Index(w)), terms);
                    for (var c = 0; c < columns; c++)
                        kernel.Builder.Add(new Assign(sums[c][w], new FusedMultiplyAdd(left, right[c], sums[c][w])));
                }
            });
            for (var c = 0; c < columns; c++)
            {
                var column = c;
                kernel.If(places[c].Exists, () => evaluator.Scope(() =>
                    SimtContractionLowering.StoreResults(kernel, evaluator, part, shape, first, places[column].Point, sums[column])));
            }
        }));

        // A column beyond the last one computes that once more, and keeps it for itself.
        (Dictionary<Axis, Expression> Point, Expression? Exists) Column(Expression block, int column)
        {
            var place = Index.Add(Index.Scale(block, columns), kernel.Index(column));
            var last = shape.Columns.Steps - 1;
            Expression? exists = null;
            if ((blocks - 1) * columns + column > last)
            {
                place = kernel.Builder.Let("place", place);
                exists = new Comparison(ComparisonFunction.LessOrEqual, place, kernel.Index(last));
                place = kernel.Builder.Let("column", Index.Min(place, kernel.Index(last)));
            }

            if (place is Variable)
                kernel.Ranges[place] = (0, last);
            var point = new Dictionary<Axis, Expression>();
            shape.Columns.Bind(kernel, place, point, sample: sample);
            return (point, exists);
        }
    }

    private static Expression Named(SimtKernel kernel, string name, Expression number, int count)
    {
        if (number is Constant)
            return number;
        var variable = kernel.Builder.Let(name, number);
        kernel.Ranges[variable] = (0, count - 1);
        return variable;
    }

    private static Expression Factor(
        StageEvaluator evaluator, Stage part, ScalarRead read, Dictionary<Axis, Expression> place, Dictionary<Axis, Expression> terms)
    {
        var point = new Dictionary<Axis, Expression>(place);
        foreach (var term in terms)
            point[term.Key] = term.Value;
        return evaluator.EvaluateBody(part.Anchor, read, point, null, 1);
    }

    // Loads of both factors' elements and multiply-adds for each term, rounds of all threads.
    private static double Cycles(ContractionShape shape, int columns)
    {
        const double Term = 6;
        var items = (double)shape.Rows.Steps * ((shape.Columns.Steps + columns - 1) / columns);
        var window = shape.Rows.Window;
        return Math.Ceiling(items / Threads) * shape.Sums.Steps * (Term + 2 * (window + columns) + window * columns);
    }

    private static void ForEach(SimtKernel kernel, Expression thread, int count, Action<Expression> body)
    {
        if (count <= Threads)
        {
            kernel.If(count == Threads ? null : new Comparison(ComparisonFunction.Less, thread, kernel.Index(count)), () => body(thread));
            return;
        }

        kernel.Builder.Loop("item", thread, kernel.Index(count), Threads, item =>
        {
            kernel.Ranges[item] = (0, count - 1);
            body(item);
        });
    }
}
