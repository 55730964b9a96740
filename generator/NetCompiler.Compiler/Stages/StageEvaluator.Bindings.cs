using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Stages;

internal sealed partial class StageEvaluator
{
    /// <summary>A node's definition with its axes bound to indices.</summary>
    private sealed class Bindings(
        StageEvaluator evaluator, Node node, IReadOnlyDictionary<Axis, Expression> axes, Axis? vectorAxis, int lanes, int step = 1)
    {
        private KernelBuilder Builder => evaluator.Builder;

        public Expression Evaluate(ScalarExpression expression) => expression switch
        {
            ScalarLiteral literal => Constant.Float(literal.Number, lanes),
            ScalarRead read => Read(read),
            ScalarGather gather => Gather(gather),
            ScalarIndex index => IndexAsFloat(index.Index),
            ScalarPassConstant { Constant: PassConstant.BatchSize } =>
                ToLanes(new Conversion(evaluator.Kernel.Number(LaunchNumber.BatchSize), ScalarKind.F32), lanes),
            ScalarRandom random => Random(random),
            ScalarUnary unary => new Unary(unary.Function, Evaluate(unary.Operand)),
            ScalarBinary { Function: BinaryFunction.Add, Left: ScalarBinary { Function: BinaryFunction.Multiply } product } sum =>
                new FusedMultiplyAdd(Evaluate(product.Left), Evaluate(product.Right), Evaluate(sum.Right)),
            ScalarBinary binary => new Binary(binary.Function, Evaluate(binary.Left), Evaluate(binary.Right)),
            ScalarSelection selection => new Selection(
                new Comparison(selection.Function, Evaluate(selection.Left), Evaluate(selection.Right)),
                Evaluate(selection.Then), Evaluate(selection.Otherwise)),
            ScalarReduction reduction => Reduce(reduction),
            _ => throw new InvalidOperationException($"No kernel expression for {expression.GetType().Name}."),
        };

        private Expression Read(ScalarRead read)
        {
            var (vectorDimension, readStep) = (-1, 1);
            for (var d = 0; d < read.Indices.Length; d++)
            {
                var coefficient = vectorAxis is null ? 0 : read.Indices[d].CoefficientOf(vectorAxis);
                if (coefficient != 0)
                    (vectorDimension, readStep) = (d, step * coefficient);
            }

            Expression? inside = null;
            if (Place(read, ref inside) is not { } index)
                return Constant.Float(read.Outside!.Value, lanes);
            var readLanes = vectorDimension < 0 ? 1 : lanes;
            var local = read.Source - node.Inputs.Length;
            if (inside is not null && evaluator.Kernel.IsSimt)
                return ReadInBranch(read, index, inside);
            var value = local >= 0
                ? evaluator.EvaluateDefinition(node, local, index, vectorDimension, readLanes, readStep)
                : evaluator.Evaluate(node.Inputs[read.Source], index, vectorDimension, readLanes, readStep);
            if (inside is not null)
                value = new Selection(InLanes(inside, readLanes), value, Constant.Float(read.Outside!.Value, readLanes));
            return ToLanes(value, lanes);
        }

        /// <summary>The index of an element, and the condition that it exists; null where it never does.</summary>
        public ImmutableArray<Expression>? Place(ScalarRead read, ref Expression? inside)
        {
            var index = ImmutableArray.CreateBuilder<Expression>(read.Indices.Length);
            for (var d = 0; d < read.Indices.Length; d++)
            {
                var bound = evaluator.Bind(read.Indices[d], axes);
                var extent = Extent(read.Source, d);
                if (!read.Indices[d].StaysInside(extent) && !evaluator.Guard(ref bound, read.Indices[d].Divisor, extent, ref inside))
                    return null;
                index.Add(bound);
            }

            return index.MoveToImmutable();
        }

        // Callers are held to positions that exist. A kernel keeps inside of memory whatever they say.
        private Expression Gather(ScalarGather gather)
        {
            var vectorDimension = -1;
            Expression? inside = null;
            var index = gather.Indices.Select(i => evaluator.Bind(i, axes)).ToArray();
            for (var d = 0; d < index.Length; d++)
            {
                if (vectorAxis is not null && gather.Indices[d].CoefficientOf(vectorAxis) != 0)
                    vectorDimension = d;
            }

            foreach (var (dimension, read) in gather.Positions.Select(p => (p.Dimension, p.Read)))
            {
                var extent = node.Inputs[gather.Source].Type.Shape[dimension].Size;
                var position = Builder.Let("place", Index.Add(LoadInteger(read), index[dimension]));
                if (gather.Outside is not null)
                {
                    var isHere = Builder.Let("inside", new Binary(BinaryFunction.And,
                        new Comparison(ComparisonFunction.GreaterOrEqual, position, evaluator.Kernel.Index(0)),
                        new Comparison(ComparisonFunction.Less, position, evaluator.Kernel.Index(extent))));
                    inside = inside is null ? isHere : Builder.Let("inside", new Binary(BinaryFunction.And, inside, isHere));
                }

                index[dimension] =
                    Builder.Let("place", Index.Max(Index.Min(position, evaluator.Kernel.Index(extent - 1)), evaluator.Kernel.Index(0)));
            }

            var readLanes = vectorDimension < 0 ? 1 : lanes;
            var value = evaluator.Evaluate(node.Inputs[gather.Source], [.. index], vectorDimension, readLanes, step);
            if (inside is not null)
                value = new Selection(InLanes(inside, readLanes), value, Constant.Float(gather.Outside!.Value, readLanes));
            return ToLanes(value, lanes);
        }

        private Expression LoadInteger(ScalarRead read) =>
            evaluator.LoadInteger(node.Inputs[read.Source], [.. read.Indices.Select(i => evaluator.Bind(i, axes))]);

        // The part of an axis that data say, inside of its extent; null where they say nothing.
        private (Expression Start, Expression End)? Part(ScalarReduction reduction, Axis axis)
        {
            return reduction.Ranges.FirstOrDefault(r => r.Axis == axis) is { } range
                ? (Bounded("from", range.From), Bounded("to", range.To))
                : null;

            Expression Bounded(string name, ScalarRead read) => Builder.Let(name, Index.Max(
                Index.Min(LoadInteger(read), evaluator.Kernel.Index(axis.Extent.Size)), evaluator.Kernel.Index(0)));
        }

        // A thread reads only what is inside.
        private Expression ReadInBranch(ScalarRead read, ImmutableArray<Expression> index, Expression inside)
        {
            var local = read.Source - node.Inputs.Length;
            object source = local >= 0 ? node : node.Inputs[read.Source];
            var outside = Constant.Float(read.Outside!.Value);
            return evaluator.Remember(new MemoKey(source, read.Source, [.. index, inside, outside], -1, 1), () =>
            {
                var value = Builder.Declare("value", outside);
                Builder.Add(new If(inside, Builder.Nested(() => evaluator.Scope(() => Builder.Add(new Assign(value, local >= 0
                    ? evaluator.EvaluateDefinition(node, local, index, -1, 1)
                    : evaluator.Evaluate(node.Inputs[read.Source], index, -1, 1)))))));
                return value;
            });
        }

        private Dimension Extent(int source, int dimension)
        {
            var local = source - node.Inputs.Length;
            return local >= 0
                ? node.Definition.Definitions[local].Axes[dimension].Extent
                : node.Inputs[source].Type.Shape[dimension];
        }

        private Expression IndexAsFloat(IndexExpression index)
        {
            var start = evaluator.Bind(index, axes);
            if (index.Divisor != 1)
            {
                start = LinearForm.Of(start).DivideBy(index.Divisor, evaluator.Kernel.IndexType, out _)
                    ?? Index.Divide(start, index.Divisor);
            }

            Expression number = start is Constant constant ? Constant.Float(constant.Number) : new Conversion(start, ScalarKind.F32);
            if (lanes == 1)
                return number;
            var coefficient = vectorAxis is null ? 0 : index.CoefficientOf(vectorAxis) * step;
            Expression all = number is Constant known ? Constant.Float(known.Number, lanes) : new Broadcast(number, lanes);
            if (coefficient == 0)
                return all;
            return new FusedMultiplyAdd(
                new Conversion(new LaneIndices(lanes), ScalarKind.F32), Constant.Float((double)coefficient / index.Divisor, lanes), all);
        }

        // The counter-based generator that ScalarRandom documents, in wrapping 32-bit arithmetic.
        private Expression Random(ScalarRandom random)
        {
            var start = evaluator.Bind(random.Counter, axes);
            foreach (var term in random.Counter.Terms)
            {
                if (term.Axis.Extent.IsBatch)
                    start = Index.Add(start, Index.Scale(evaluator.Kernel.Number(LaunchNumber.First), term.Coefficient));
            }

            var type = KernelType.I32.WithLanes(lanes);
            Expression counter = ToLanes(new Conversion(start, ScalarKind.I32), lanes);
            var coefficient = vectorAxis is null || lanes == 1 ? 0 : random.Counter.CoefficientOf(vectorAxis) * step;
            if (coefficient != 0)
            {
                counter = new Binary(BinaryFunction.Add, counter,
                    new Binary(BinaryFunction.Multiply, new LaneIndices(lanes), new Constant(type, coefficient)));
            }

            var stream = Constant.Int(unchecked(random.Stream * (int)0x85EBCA6B));
            var key = ToLanes(new Binary(BinaryFunction.Add, evaluator.Kernel.Number(LaunchNumber.Seed), stream), lanes);
            var product = new Binary(BinaryFunction.Multiply, counter, new Constant(type, unchecked((int)0x9E3779B9)));
            var hash = Builder.Let("hash", new Binary(BinaryFunction.Xor, product, key));
            hash = Mix(hash, 16, 0x7FEB352D);
            hash = Mix(hash, 15, unchecked((int)0x846CA68B));
            hash = Builder.Let("hash", new Binary(BinaryFunction.Xor, hash, Shift(hash, 16)));
            var number = new Conversion(Shift(hash, 8), ScalarKind.F32);
            return new Binary(BinaryFunction.Multiply, number, Constant.Float(1.0 / (1 << 24), lanes));

            Expression Mix(Expression x, int shift, int factor) => Builder.Let("hash",
                new Binary(BinaryFunction.Multiply, new Binary(BinaryFunction.Xor, x, Shift(x, shift)), new Constant(type, factor)));

            Expression Shift(Expression x, int bits) => new Binary(BinaryFunction.ShiftRightLogical, x, new Constant(type, bits));
        }

        private Expression Reduce(ScalarReduction reduction)
        {
            if (!reduction.Ranges.IsEmpty)
                return ReduceInLoops(reduction);
            if (evaluator.Reduced is var (known, result) && ReferenceEquals(known, reduction))
                return result;
            var constant = reduction.Axes.All(a => a.Extent.IsConstant);
            var rounds = constant ? reduction.Axes.Aggregate(1L, (product, a) => product * a.Extent.Size) : long.MaxValue;
            if (rounds <= evaluator.LargestUnrolled && !(lanes == 1 && rounds >= 8 && evaluator.AlongLanes(node, reduction) is not null))
                return ReduceUnrolled(reduction);
            return ReduceInLoops(reduction);
        }

        private Expression ReduceUnrolled(ScalarReduction reduction)
        {
            Expression? best = null;
            Expression? position = null;
            var tap = 0;
            foreach (var point in Points(reduction.Axes))
            {
                var value = With(point).Evaluate(reduction.Body);
                if (reduction.Kind == ReductionKind.ArgMax)
                {
                    value = Builder.Let("tap", value);
                    if (best is null)
                    {
                        (best, position) = (value, Constant.Float(0, lanes));
                    }
                    else
                    {
                        var wins = Builder.Let("wins", new Comparison(ComparisonFunction.Greater, value, best));
                        position = Builder.Let("position", new Selection(wins, Constant.Float(tap, lanes), position!));
                        best = Builder.Let("best", new Selection(wins, value, best));
                    }
                }
                else
                {
                    best = best is null ? value : Combine(reduction.Kind, best, value);
                }

                tap++;
            }

            return position ?? best!;
        }

        private Expression ReduceInLoops(ScalarReduction reduction)
        {
            var type = KernelType.F32.WithLanes(lanes);
            var start = reduction.Kind == ReductionKind.Sum ? 0 : double.NegativeInfinity;
            if (reduction.Kind != ReductionKind.ArgMax && reduction.Ranges.IsEmpty && lanes == 1 && evaluator.AlongLanes(node, reduction) is { } inLanes)
                return ReduceInLanes(inLanes, start);

            var best = Builder.Declare(Identifiers.Local(reduction.Kind.ToString()), new Constant(type, start));
            var position = reduction.Kind == ReductionKind.ArgMax ? Builder.Declare("position", new Constant(type, 0)) : null;
            evaluator.Nest(reduction.Axes, point =>
            {
                var value = With(point).Evaluate(reduction.Body);
                if (position is null)
                {
                    Builder.Add(new Assign(best, Combine(reduction.Kind, best, value)));
                    return;
                }

                value = Builder.Let("tap", value);
                Expression linear = evaluator.Kernel.Index(0);
                foreach (var axis in reduction.Axes)
                    linear = Index.Add(Index.Scale(linear, axis.Extent.Size), point[axis]);
                var number = ToLanes(new Conversion(linear, ScalarKind.F32), lanes);
                var wins = Builder.Let("wins", new Comparison(ComparisonFunction.Greater, value, best));
                Builder.Add(new Assign(position, new Selection(wins, number, position)));
                Builder.Add(new Assign(best, new Selection(wins, value, best)));
            }, axis => Part(reduction, axis));
            return position ?? best;
        }

        // A scalar that is combined along an axis on which elements are neighbours: whole vectors, then their lanes, then the rest.
        private Expression ReduceInLanes(ScalarReduction reduction, double start)
        {
            var axis = reduction.Axes[reduction.Axes.Length - 1];
            var outer = reduction.Axes.RemoveAt(reduction.Axes.Length - 1);
            var width = evaluator.Kernel.Lanes;
            while (width > axis.Extent.Size)
                width /= 2;
            var whole = axis.Extent.Size / width * width;
            var sums = Builder.Declare(Identifiers.Local(reduction.Kind.ToString()), new Constant(KernelType.F32.WithLanes(width), start));
            var rest = Builder.Declare(Identifiers.Local(reduction.Kind.ToString()), new Constant(KernelType.F32, start));
            evaluator.Nest(outer, point =>
            {
                Builder.Loop(axis.Name, evaluator.Kernel.Index(0), evaluator.Kernel.Index(whole), width, i => evaluator.Scope(() =>
                {
                    var bound = With(new Dictionary<Axis, Expression>(point) { [axis] = i }, axis, width);
                    Builder.Add(new Assign(sums, Combine(reduction.Kind, sums, bound.Evaluate(reduction.Body))));
                }));
                for (var i = whole; i < axis.Extent.Size; i++)
                {
                    var bound = With(new Dictionary<Axis, Expression>(point) { [axis] = evaluator.Kernel.Index(i) });
                    Builder.Add(new Assign(rest, Combine(reduction.Kind, rest, bound.Evaluate(reduction.Body))));
                }
            });
            var folded = new HorizontalReduction(reduction.Kind == ReductionKind.Sum ? BinaryFunction.Add : BinaryFunction.Max, sums);
            return whole == axis.Extent.Size ? folded : Combine(reduction.Kind, folded, rest);
        }

        private static Expression Combine(ReductionKind kind, Expression a, Expression b) =>
            kind == ReductionKind.Sum && b is Binary { Function: BinaryFunction.Multiply } product
                ? new FusedMultiplyAdd(product.Left, product.Right, a)
                : new Binary(kind == ReductionKind.Sum ? BinaryFunction.Add : BinaryFunction.Max, a, b);

        private IEnumerable<Dictionary<Axis, Expression>> Points(ImmutableArray<Axis> axes)
        {
            IEnumerable<Dictionary<Axis, Expression>> points = [[]];
            foreach (var axis in axes)
            {
                points = points.SelectMany(p => Enumerable.Range(0, axis.Extent.Size)
                    .Select(i => new Dictionary<Axis, Expression>(p) { [axis] = evaluator.Kernel.Index(i) }));
            }

            return points;
        }

        private Bindings With(Dictionary<Axis, Expression> point) => With(point, vectorAxis, lanes, step);

        private Bindings With(Dictionary<Axis, Expression> point, Axis? axis, int width, int laneStep = 1)
        {
            var all = axes.ToDictionary(p => p.Key, p => p.Value);
            foreach (var pair in point)
                all[pair.Key] = pair.Value;
            return new Bindings(evaluator, node, all, axis, width, laneStep);
        }
    }
}
