using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// A thread for each element of a stage's results: elementwise chains, pooling and its gradients, softmax, losses, reorders, and
/// whatever else has no schedule of its own. Where an index is divided by a stride, a thread computes as many neighbours as the
/// stride counts, so that every division is exact at build time and what they share is read once.
/// </summary>
internal sealed class SimtElementwise : IImplementation
{
    private const int Threads = 128;

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Scope == StageScope.BatchSum || (!stage.Anchor.Definition.Result().IsDirect && stage.Nodes.Length > 1))
            yield break;
        // A contraction without tiles reads both factors of every product, one after the other.
        var instructions = 32.0;
        if (Contraction.TryRead(stage.Anchor, out var contraction))
            instructions += 32.0 * contraction.MultiplyAdds / stage.Outputs[0].Type.SampleLength;
        var elements = (double)stage.Outputs[0].Type.SampleLength * environment.ChunkSize;
        var waves = Math.Ceiling(elements / Threads / SimtTarget.Multiprocessors);
        yield return new Candidate(this, "elements", waves * instructions * Threads / SimtTarget.LanesPerCycle / environment.ChunkSize);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment)
    {
        var kernel = new SimtKernel(stage, environment, []).Declare(stage.Inputs.Concat(stage.Outputs));
        var evaluator = new StageEvaluator(stage, environment, kernel);
        var definition = stage.Anchor.Definition.Result();
        // A definition that writes to combinations of axes runs over these.
        var axes = definition.IsDirect ? Elementwise.AxesOf(stage.Outputs[0].Type) : definition.Axes;
        var blocks = axes.Select((axis, d) => (axis, d)).ToDictionary(p => p.axis, p => definition.IsDirect ? Stride(definition, p.d) : 1);
        var linear = new LinearAxes(axes, a => blocks[a], a => (a.Extent.Size + blocks[a] - 1) / blocks[a]);

        var number = kernel.Builder.Let("element", Index.Add(Index.Scale(SimtKernel.Group(0), Threads), SimtKernel.Thread(0)));
        var exists = linear.IsFilledBy(Threads) ? null : new Comparison(ComparisonFunction.Less, number, linear.Count(kernel));
        kernel.If(exists, () => evaluator.Scope(() =>
        {
            var first = linear.FirstOf(kernel, number);
            for (var i = 0; i < linear.Window; i++)
            {
                var point = linear.AtElement(kernel, first, kernel.Index(i));
                var inside = Inside(point);
                if (inside is null)
                    Compute(point);
                else
                    kernel.If(inside, () => evaluator.Scope(() => Compute(point)));
            }
        }));
        return new KernelPlan([], [], [kernel.ToLaunch(stage.Name, Summaries.Of(stage), (Threads, 1, 1),
            (linear.Blocks(kernel, Threads), kernel.Index(1), kernel.Index(1)))]);

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

    // What is added to the first element of a block.
    private static long Offset(Expression index) => LinearForm.Of(index).Constant;

    // The largest divisor of an index that an axis takes part in; 1 for none.
    private static int Stride(TensorDefinition definition, int dimension) =>
        definition.Body.Reads().SelectMany(r => r.Indices).Where(i => i.CoefficientOf(definition.Axes[dimension]) != 0)
            .Select(i => i.Divisor).DefaultIfEmpty(1).Max();
}
