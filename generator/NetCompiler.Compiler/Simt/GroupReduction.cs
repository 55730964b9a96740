using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// A sum or maximum that a group computes together: its threads combine every n-th term, then their results as a tree in shared
/// memory, in an order that the shapes fix.
/// </summary>
internal static class GroupReduction
{
    /// <summary>The reduction that an expression is built around, if there is just one, of sums or maxima of known length; else null.</summary>
    public static ScalarReduction? Find(ScalarExpression expression)
    {
        var outermost = Outermost(expression).ToList();
        return outermost.Count == 1 && outermost[0] is { Kind: not ReductionKind.ArgMax, Ranges.IsEmpty: true } ? outermost[0] : null;
    }

    /// <summary>Writes the reduction; thread 0 finds its result in what is returned.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="node">The node whose definition has the reduction.</param>
    /// <param name="reduction">The reduction.</param>
    /// <param name="point">The other axes.</param>
    /// <param name="thread">The thread's number in its group.</param>
    /// <param name="threads">Threads of the group, a power of two.</param>
    /// <param name="first">The first term.</param>
    /// <param name="end">The term behind the last one.</param>
    public static Expression Write(
        SimtKernel kernel, StageEvaluator evaluator, Node node, ScalarReduction reduction, IReadOnlyDictionary<Axis, Expression> point,
        Expression thread, int threads, Expression first, Expression end)
    {
        var builder = kernel.Builder;
        var terms = new LinearAxes(reduction.Axes);
        var function = reduction.Kind == ReductionKind.Sum ? BinaryFunction.Add : BinaryFunction.Max;
        var name = reduction.Kind == ReductionKind.Sum ? "sum" : "largest";
        var partial = kernel.Shared("partial", threads);
        var result = builder.Declare(name, Constant.Float(reduction.Kind == ReductionKind.Sum ? 0 : double.NegativeInfinity));
        builder.Loop("term", builder.Let("firstTerm", Index.Add(first, thread)), end, threads, term => evaluator.Scope(() =>
        {
            var bound = point.ToDictionary(p => p.Key, p => p.Value);
            terms.Bind(kernel, term, bound);
            var body = evaluator.EvaluateBody(node, reduction.Body, bound, null, 1);
            builder.Add(new Assign(result, function == BinaryFunction.Add && body is Binary { Function: BinaryFunction.Multiply } product
                ? new FusedMultiplyAdd(product.Left, product.Right, result)
                : new Binary(function, result, body)));
        }));
        builder.Add(new Store(partial, thread, result));
        WriteTree(builder, partial, thread, thread, threads, function);
        return new Load(partial, kernel.Index(0));
    }

    /// <summary>Combines what threads have stored; the first of them finds the result where it has stored its own.</summary>
    /// <param name="builder">Takes the statements.</param>
    /// <param name="partial">Shared memory with a place for each thread of the group.</param>
    /// <param name="thread">The thread's number in its group.</param>
    /// <param name="lane">Its number among those whose results are combined, which are neighbours.</param>
    /// <param name="lanes">How many these are, a power of two.</param>
    /// <param name="function">Combines two.</param>
    public static void WriteTree(
        KernelBuilder builder, Variable partial, Expression thread, Expression lane, int lanes, BinaryFunction function)
    {
        builder.Add(new Remark("What the threads have as a tree: each round takes the upper half to the lower one."));
        for (var half = lanes / 2; half >= 1; half /= 2)
        {
            builder.Add(new Kernels.Barrier(BarrierScope.Group));
            var sum = new Binary(function, new Load(partial, thread), new Load(partial, Index.Add(thread, Constant.Int(half))));
            builder.Add(new If(new Comparison(ComparisonFunction.Less, lane, Constant.Int(half)), new Block([new Store(partial, thread, sum)])));
        }
    }

    private static IEnumerable<ScalarReduction> Outermost(ScalarExpression expression) =>
        expression is ScalarReduction reduction ? [reduction] : expression.Children().SelectMany(Outermost);
}
