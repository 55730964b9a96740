using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Sums over the samples of a batch that are no contractions: gradients of biases, means and variances.</summary>
internal sealed class BatchSum(CpuTarget target) : IImplementation
{
    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Scope == StageScope.BatchSum && stage.Kind == StageKind.Reduction && stage.Nodes.Length == 1
            && stage.Anchor.Definition is { Definitions.Length: 1 } definition
            && definition.Result().Body is ScalarReduction { Kind: ReductionKind.Sum } sum
            && definition.Result().Axes.Length <= 1)
        {
            var elements = sum.Axes.Concat(definition.Result().Axes).Where(a => a.Extent.IsConstant)
                .Aggregate(1.0, (p, a) => p * a.Extent.Size);
            yield return new Candidate(this, "batch-sum", elements * 4 / target.Lanes);
        }
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        var definition = stage.Anchor.Definition.Result();
        var sum = (ScalarReduction)definition.Body;
        var axis = definition.Axes.Length == 0 ? null : definition.Axes[0];
        var extent = axis?.Extent.Size ?? 1;
        var inLanes = axis is not null && stage.Inputs.Where(v => v.Type.IsPerSample).All(v => environment.Layouts[v].IsPadded)
            && VectorAccess.IsPossible(stage, environment, stage.Anchor, sum.Body, axis);
        var pieces = inLanes ? target.Cover(extent) : [.. Enumerable.Range(0, extent).Select(i => new VectorPiece(i, 1))];
        var memory = new PlanBuffer($"{stage.Name}.sums", ScalarKind.F32, pieces.Sum(p => p.Lanes), BufferLifetime.Accumulator);
        var accumulator = new Accumulator(0, memory, axis is null ? [] : [(axis, 1)]);

        var kernel = new StageKernel(target.Lanes);
        var evaluator = new StageEvaluator(stage, environment, kernel);
        var sums = accumulator.Pointer(kernel);
        // As many pieces at once as there are registers; more go through the data again.
        for (var first = 0; first < pieces.Length; first += target.VectorBudget / 2)
        {
            var group = pieces.Skip(first).Take(target.VectorBudget / 2).ToArray();
            var registers = group.Select(p => kernel.Builder.Declare("sum", new Load(sums, Constant.Index(p.Offset), p.Lanes))).ToArray();
            evaluator.Nest(sum.Axes, point =>
            {
                for (var i = 0; i < group.Length; i++)
                {
                    var bound = new Dictionary<Axis, Expression>(point);
                    if (axis is not null)
                        bound[axis] = Constant.Index(group[i].Offset);
                    var body = evaluator.EvaluateBody(stage.Anchor, sum.Body, bound, group[i].Lanes == 1 ? null : axis, group[i].Lanes);
                    kernel.Builder.Add(new Assign(registers[i], body is Binary { Function: BinaryFunction.Multiply } product
                        ? new FusedMultiplyAdd(product.Left, product.Right, registers[i])
                        : new Binary(BinaryFunction.Add, registers[i], body)));
                }
            });
            for (var i = 0; i < group.Length; i++)
                kernel.Builder.Add(new Store(sums, Constant.Index(group[i].Offset), registers[i]));
        }

        var combine = AccumulatorSum.Lower(target, stage, accumulator, definition.Target);
        return new KernelPlan([memory], [], [kernel.ToLaunch(stage.Name, Summaries.Of(stage))], combine);
    }
}
