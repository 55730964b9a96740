using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Sums of all that data send to a row, y[…, v, f…] = Σ{e} [index[e] = v] · x[e, f…], or to a place of several indices: each x is added
/// where its index says, instead of being looked at for every row. Each sample's sums, and each lane's over a batch, are taken in the order of e, so that bits do not
/// depend on threads.
/// </summary>
internal sealed class ScatterSum(CpuTarget target) : IImplementation
{
    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Kind == StageKind.Scan || stage.Nodes.Length != 1 || !Pattern.TryRead(stage, out var pattern))
            yield break;
        var added = pattern.Summed.Concat(pattern.Leading).Concat(pattern.Features).Where(a => a.Extent.IsConstant).Aggregate(1.0, (p, a) => p * a.Extent.Size);
        yield return new Candidate(this, "scatter-sum", (added + stage.Outputs[0].Type.SampleLength) / target.Lanes);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        Pattern.TryRead(stage, out var pattern);
        return stage.Scope == StageScope.Sample ? LowerSamples(stage, environment, pattern!) : LowerBatch(stage, environment, pattern!);
    }

    // Each sample's rows are cleared, then added to.
    private KernelPlan LowerSamples(Stage stage, StageEnvironment environment, Pattern pattern)
    {
        var kernel = new StageKernel(target.Lanes);
        var evaluator = new StageEvaluator(stage, environment, kernel);
        var result = stage.Outputs[0];
        var layout = environment.Layouts[result];
        evaluator.Nest([pattern.Definition.Axes[0]], sample =>
        {
            var pointer = kernel.Pointer(result);
            var start = Index.Scale(sample[pattern.Definition.Axes[0]], layout.Strides[0]);
            kernel.OverPieces("i", target.Fill((int)layout.Length), (i, lanes) =>
                kernel.Builder.Add(new Store(pointer, Index.Add(start, i), Constant.Float(0, lanes))));
            evaluator.Nest([.. pattern.Summed, .. pattern.Leading], point =>
            {
                foreach (var pair in sample)
                    point[pair.Key] = pair.Value;
                Add(target, stage, environment, evaluator, kernel, pattern, point, pointer,
                    bound => layout.Offset([.. pattern.Definition.Axes.Select(a => bound[a])]),
                    f => layout.Strides[pattern.Definition.Axes.IndexOf(f)] == 1);
            });
        });
        return new KernelPlan([], [], [kernel.ToLaunch(stage.Name, Summaries.Of(stage))]);
    }

    // Each lane has rows of its own.
    private KernelPlan LowerBatch(Stage stage, StageEnvironment environment, Pattern pattern)
    {
        var axes = pattern.Definition.Axes;
        var strides = new List<(Axis Axis, long Stride)>();
        var length = 1L;
        foreach (var axis in axes.Reverse())
        {
            strides.Insert(0, (axis, length));
            length *= axis.Extent.Size;
        }

        var memory = new PlanBuffer($"{stage.Name}.sums", ScalarKind.F32, length, BufferLifetime.Accumulator);
        var accumulator = new Accumulator(0, memory, [.. strides]);
        var kernel = new StageKernel(target.Lanes);
        var evaluator = new StageEvaluator(stage, environment, kernel);
        var sums = accumulator.Pointer(kernel);
        evaluator.Nest([.. pattern.Summed, .. pattern.Leading], point => Add(target, stage, environment, evaluator, kernel, pattern, point, sums,
            bound => strides.Aggregate((Expression)Constant.Index(0), (at, s) => Index.Add(at, Index.Scale(bound[s.Axis], s.Stride))),
            f => f == axes[axes.Length - 1]));
        var combine = AccumulatorSum.Lower(target, stage, accumulator, pattern.Definition.Target);
        return new KernelPlan([memory], [], [kernel.ToLaunch(stage.Name, Summaries.Of(stage))], combine);
    }

    // Adds what there is at a point to its row, unless its indices name none.
    private static void Add(
        CpuTarget target, Stage stage, StageEnvironment environment, StageEvaluator evaluator, StageKernel kernel, Pattern pattern,
        Dictionary<Axis, Expression> point, Expression pointer, Func<Dictionary<Axis, Expression>, Expression> offset,
        Func<Axis, bool> isUnit)
    {
        var indices = pattern.Rows.Select(row => evaluator.LoadInteger(stage.Anchor.Inputs[row.Position.Source],
            [.. row.Position.Indices.Select(i => evaluator.Bind(i, point))])).ToList();
        var isRow = indices.Zip(pattern.Rows, (index, row) => (Expression)new Binary(BinaryFunction.And,
                new Comparison(ComparisonFunction.GreaterOrEqual, index, kernel.Index(0)),
                new Comparison(ComparisonFunction.Less, index, kernel.Index(row.Axis.Extent.Size))))
            .Aggregate((a, b) => new Binary(BinaryFunction.And, a, b));
        kernel.Builder.Add(new If(isRow, kernel.Builder.Nested(() => evaluator.Scope(() =>
        {
            // The same indices, in bounds for whoever does not look at conditions.
            foreach (var (index, axis) in indices.Zip(pattern.Rows, (index, row) => (index, row.Axis)))
            {
                point[axis] = kernel.Builder.Let("row",
                    Index.Max(Index.Min(index, kernel.Index(axis.Extent.Size - 1)), kernel.Index(0)));
            }

            var vector = pattern.Features.LastOrDefault(f => isUnit(f) && VectorAccess.IsPossible(stage, environment, stage.Anchor, pattern.Added, f));
            evaluator.Nest(vector is null ? pattern.Features : pattern.Features.Remove(vector), place =>
            {
                foreach (var pair in point)
                    place[pair.Key] = pair.Value;
                if (vector is null)
                {
                    AddLanes(place, 1);
                    return;
                }

                kernel.OverPieces(vector.Name, target.Fill(vector.Extent.Size), (i, lanes) => evaluator.Scope(() =>
                    AddLanes(new Dictionary<Axis, Expression>(place) { [vector] = i }, lanes)), largestUnrolled: 4);
            });

            void AddLanes(Dictionary<Axis, Expression> place, int lanes)
            {
                var at = offset(place);
                var added = evaluator.EvaluateBody(stage.Anchor, pattern.Added, place, lanes == 1 ? null : vector, lanes);
                kernel.Builder.Add(new Store(pointer, at, new Binary(BinaryFunction.Add, new Load(pointer, at, lanes), added)));
            }
        }))));
    }

    /// <summary>An axis of the result whose place data say.</summary>
    private sealed record Row(Axis Axis, ScalarRead Position);

    /// <summary>What a stage adds, and where.</summary>
    /// <param name="Definition">The sums.</param>
    /// <param name="Summed">What is summed over.</param>
    /// <param name="Rows">The axes whose place data say.</param>
    /// <param name="Leading">Other axes that this place depends on.</param>
    /// <param name="Features">Axes all along which it is the same.</param>
    /// <param name="Added">What is added.</param>
    private sealed record Pattern(
        TensorDefinition Definition, ImmutableArray<Axis> Summed, ImmutableArray<Row> Rows, ImmutableArray<Axis> Leading,
        ImmutableArray<Axis> Features, ScalarExpression Added)
    {
        public static bool TryRead(Stage stage, [NotNullWhen(true)] out Pattern? pattern)
        {
            pattern = null;
            var node = stage.Anchor;
            if (node.Definition.Definitions.Length != 1 || stage.Scope == StageScope.Shared
                || node.Definition.Definitions[0] is not
                {
                    IsDirect: true, Body: ScalarReduction { Kind: ReductionKind.Sum, Ranges.IsEmpty: true } sum,
                } definition)
            {
                return false;
            }

            var (added, rows) = (sum.Body, ImmutableArray.CreateBuilder<Row>());
            while (added is ScalarSelection
                {
                    Function: ComparisonFunction.Equal, Left: ScalarRead { Outside: null } position, Right: ScalarIndex { Index: var index },
                    Otherwise: ScalarLiteral { Number: 0 }, Then: var then,
                }
                && index is { Terms.Length: 1, Constant: 0, Divisor: 1 } && index.Terms[0] is { Coefficient: 1, Axis: var axis }
                && definition.Axes.Contains(axis) && position.Source < node.Inputs.Length
                && node.Inputs[position.Source].Type.Element == ScalarKind.I32)
            {
                rows.Add(new Row(axis, position));
                added = then;
            }

            var sample = stage.Scope == StageScope.Sample ? definition.Axes[0] : null;
            var rest = definition.Axes.Where(a => a != sample && rows.All(r => r.Axis != a)).ToList();
            if (rows.Count == 0 || rows.Any(r => added.Reads().Concat(rows.Select(other => other.Position)).Any(read => DependsOn(read, r.Axis))))
                return false;
            pattern = new Pattern(definition, sum.Axes, rows.ToImmutable(), [.. rest.Where(IsLeading)], [.. rest.Where(a => !IsLeading(a))], added);
            return true;

            bool IsLeading(Axis axis) => rows.Any(row => DependsOn(row.Position, axis));
        }

        private static bool DependsOn(ScalarRead read, Axis axis) => read.Indices.Any(i => i.CoefficientOf(axis) != 0);
    }
}
