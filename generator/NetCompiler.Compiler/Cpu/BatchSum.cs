using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Sums over the samples of a batch that are no contractions: gradients of biases, means and variances; and contractions that nothing
/// else can compute.
/// </summary>
internal sealed class BatchSum(CpuTarget target) : IImplementation
{
    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Scope == StageScope.BatchSum && stage.Kind is StageKind.Reduction or StageKind.Contraction && stage.Nodes.Length == 1
            && stage.Anchor.Definition is { Definitions.Length: 1 } definition
            && definition.Result().Body is ScalarReduction { Kind: ReductionKind.Sum } sum)
        {
            var elements = sum.Axes.Concat(definition.Result().Axes).Where(a => a.Extent.IsConstant)
                .Aggregate(1.0, (p, a) => p * a.Extent.Size);
            // What a register tile can compute is left to it.
            yield return new Candidate(this, "batch-sum", stage.Kind == StageKind.Contraction ? elements * 4 : elements * 4 / target.Lanes);
        }
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        var definition = stage.Anchor.Definition.Result();
        var sum = (ScalarReduction)definition.Body;
        var (axis, inLanes) = VectorAxis(stage, environment, definition, sum);
        var others = axis is null ? definition.Axes : definition.Axes.Remove(axis);
        var extent = axis?.Extent.Size ?? 1;
        var pieces = inLanes ? target.Cover(extent) : [.. Enumerable.Range(0, extent).Select(i => new VectorPiece(i, 1))];
        // The sums of the vector's axis lie side by side, the other axes around them.
        long length = pieces.Sum(p => p.Lanes);
        var strides = new List<(Axis Axis, long Stride)>();
        if (axis is not null)
            strides.Add((axis, 1));
        foreach (var other in others.Reverse())
        {
            strides.Insert(0, (other, length));
            length *= other.Extent.Size;
        }

        var memory = new PlanBuffer($"{stage.Name}.sums", ScalarKind.F32, length, BufferLifetime.Accumulator);
        var accumulator = new Accumulator(0, memory, [.. strides]);

        var kernel = new StageKernel(target.Lanes);
        var evaluator = new StageEvaluator(stage, environment, kernel);
        var sums = accumulator.Pointer(kernel);
        evaluator.Nest(others, around =>
        {
            var row = strides.Where(s => s.Axis != axis)
                .Aggregate((Expression)Constant.Index(0), (at, s) => Index.Add(at, Index.Scale(around[s.Axis], s.Stride)));
            // As many pieces at once as there are registers; more go through the data again.
            for (var first = 0; first < pieces.Length; first += target.VectorBudget / 2)
                Add(row, around, [.. pieces.Skip(first).Take(target.VectorBudget / 2)]);
        });

        var combine = AccumulatorSum.Lower(target, stage, accumulator, definition.Target);
        return new KernelPlan([memory], [], [kernel.ToLaunch(stage.Name, Summaries.Of(stage))], combine);

        void Add(Expression row, Dictionary<Axis, Expression> around, VectorPiece[] group)
        {
            var registers = group.Select(p => kernel.Builder.Declare("sum", new Load(sums, At(p), p.Lanes))).ToArray();
            evaluator.Nest(sum.Axes, point =>
            {
                for (var i = 0; i < group.Length; i++)
                {
                    var bound = around.Concat(point).ToDictionary(p => p.Key, p => p.Value);
                    if (axis is not null)
                        bound[axis] = Constant.Index(group[i].Offset);
                    var body = evaluator.EvaluateBody(stage.Anchor, sum.Body, bound, group[i].Lanes == 1 ? null : axis, group[i].Lanes);
                    kernel.Builder.Add(new Assign(registers[i], body is Binary { Function: BinaryFunction.Multiply } product
                        ? new FusedMultiplyAdd(product.Left, product.Right, registers[i])
                        : new Binary(BinaryFunction.Add, registers[i], body)));
                }
            });
            for (var i = 0; i < group.Length; i++)
                kernel.Builder.Add(new Store(sums, At(group[i]), registers[i]));

            Expression At(VectorPiece piece) => Index.Add(row, Constant.Index(piece.Offset));
        }
    }

    // The axis of the result that vectors run along, and whether they can; of several axes one along which they can.
    private static (Axis? Axis, bool InLanes) VectorAxis(
        Stage stage, StageEnvironment environment, TensorDefinition definition, ScalarReduction sum)
    {
        if (definition.Axes.IsEmpty)
            return (null, false);
        var isPadded = stage.Inputs.Where(v => v.Type.IsPerSample).All(v => environment.Layouts[v].IsPadded);
        var possible = definition.Axes.FirstOrDefault(axis =>
            isPadded && VectorAccess.IsPossible(stage, environment, stage.Anchor, sum.Body, axis));
        return (possible ?? definition.Axes[definition.Axes.Length - 1], possible is not null);
    }
}
