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
        if (!ScatterPattern.TryRead(stage, out var pattern))
            yield break;
        var added = pattern.Summed.Concat(pattern.Leading).Concat(pattern.Features)
            .Where(a => a.Extent.IsConstant).Aggregate(1.0, (p, a) => p * a.Extent.Size);
        yield return new Candidate(this, "scatter-sum", (added + stage.Outputs[0].Type.SampleLength) / target.Lanes);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        ScatterPattern.TryRead(stage, out var pattern);
        return stage.Scope == StageScope.Sample ? LowerSamples(stage, environment, pattern!) : LowerBatch(stage, environment, pattern!);
    }

    // Each sample's rows are cleared, then added to.
    private KernelPlan LowerSamples(Stage stage, StageEnvironment environment, ScatterPattern pattern)
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
                Add(stage, environment, evaluator, kernel, pattern, point, pointer,
                    bound => layout.Offset([.. pattern.Definition.Axes.Select(a => bound[a])]),
                    f => layout.Strides[pattern.Definition.Axes.IndexOf(f)] == 1);
            });
        });
        return new KernelPlan([], [], [kernel.ToLaunch(stage.Name, Summaries.Of(stage))]);
    }

    // Each lane has rows of its own.
    private KernelPlan LowerBatch(Stage stage, StageEnvironment environment, ScatterPattern pattern)
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
        evaluator.Nest([.. pattern.Summed, .. pattern.Leading], point => Add(stage, environment, evaluator, kernel, pattern, point, sums,
            bound => strides.Aggregate((Expression)Constant.Index(0), (at, s) => Index.Add(at, Index.Scale(bound[s.Axis], s.Stride))),
            f => f == axes[axes.Length - 1]));
        var combine = AccumulatorSum.Lower(target, stage, accumulator, pattern.Definition.Target);
        return new KernelPlan([memory], [], [kernel.ToLaunch(stage.Name, Summaries.Of(stage))], combine);
    }

    // Adds what there is at a point to its place, unless there is none.
    private void Add(
        Stage stage, StageEnvironment environment, StageEvaluator evaluator, StageKernel kernel, ScatterPattern pattern,
        Dictionary<Axis, Expression> point, Expression pointer, Func<Dictionary<Axis, Expression>, Expression> offset,
        Func<Axis, bool> isUnit)
    {
        var exists = pattern.Exists(kernel, evaluator, stage.Anchor, point);
        kernel.Builder.Add(new If(exists, kernel.Builder.Nested(() => evaluator.Scope(() =>
        {
            pattern.Bind(evaluator, stage.Anchor, point);
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
}
