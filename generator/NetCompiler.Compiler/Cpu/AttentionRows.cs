using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Attention and its gradients in blocks of steps: the scores of one head and of as many steps as two vectors have lanes stay in the cache,
/// and are the only ones that there are (as in FlashAttention, Dao et al., 2022, but that all keys fit, so that softmax needs no second pass).
/// Lanes are steps: the largest score and the sum of a row are those of a lane. Keys that no step of a block sees are not looked at.
/// </summary>
internal sealed class AttentionRows(CpuTarget target) : IImplementation
{
    // Cycles of a vector of exponentials, of the largest one and of their sum.
    private const double SoftmaxCycles = 24;

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Kind != StageKind.Attention
            || stage.Inputs.Concat(stage.Outputs).Any(v => v.Type.Rank == 3 && environment.Layouts[v].Strides[2] != 1))
        {
            yield break;
        }

        var shape = new AttentionShape(target, stage.Anchor);
        var scores = (double)shape.Heads * shape.Steps * shape.Keys;
        yield return new Candidate(this, "attention", StageFacts.MultiplyAdds(stage) / (CpuTarget.MultiplyAddsPerCycle * target.Lanes)
            + scores / target.Lanes * SoftmaxCycles);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment) =>
        new Lowering(target, stage, environment, new AttentionShape(target, stage.Anchor)).Run();

    // The extents, and the steps in blocks.
    private sealed class AttentionShape
    {
        private const int LargestVectors = 2;

        public AttentionShape(CpuTarget target, Node node)
        {
            IsGradient = node.Operator is ScaledDotProductAttentionGradient;
            var first = IsGradient ? 1 : 0;
            (Query, Key, Value) = (node.Inputs[first], node.Inputs[first + 1], node.Inputs[first + 2]);
            Lengths = node.Inputs.Length > first + 3 ? node.Inputs[first + 3] : null;
            Gradient = IsGradient ? node.Inputs[0] : null;
            (Steps, Keys) = (Query.Type.Shape[1].Size, Key.Type.Shape[1].Size);
            Heads = node.Attributes.Int("heads");
            Features = Query.Type.Shape[2].Size / Heads;
            Scale = node.Attributes.Double("scale");
            IsCausal = node.Attributes.Bool("causal", false);
            var pieces = target.Cover(Steps);
            Blocks = new VectorBlocks(pieces, Math.Min(LargestVectors, pieces.Length), target.Lanes);
        }

        public bool IsGradient { get; }

        public bool IsCausal { get; }

        public Value Query { get; }

        public Value Key { get; }

        public Value Value { get; }

        public Value? Lengths { get; }

        public Value? Gradient { get; }

        public int Steps { get; }

        public int Keys { get; }

        public int Heads { get; }

        public int Features { get; }

        public double Scale { get; }

        public VectorBlocks Blocks { get; }
    }

    private sealed class Lowering(CpuTarget target, Stage stage, StageEnvironment environment, AttentionShape shape)
    {
        private readonly List<PlanBuffer> _buffers = [];
        private readonly StageKernel _driver = new(target.Lanes);
        private readonly int _width = shape.Blocks.Width;

        private KernelBuilder Builder => _driver.Builder;

        private ImmutableArray<VectorPiece> Features => target.Fill(shape.Features);

        public KernelPlan Run()
        {
            var queries = Scratch("queries", shape.Features);
            var scores = Scratch("scores", shape.Keys);
            var inverse = Scratch("inverse", 1);
            var (gradients, products) = shape.IsGradient ? (Scratch("gradients", shape.Features), Scratch("products", shape.Keys)) : (-1, -1);
            Builder.Loop("n", Constant.Index(0), _driver.Number(LaunchNumber.Count), 1, n =>
            {
                var keys = Keys(n);
                Builder.Loop("h", shape.Heads, h =>
                {
                    var feature = Index.Scale(h, shape.Features);
                    if (shape.IsGradient)
                        Clear(n, feature);
                    for (var first = 0; first < shape.Blocks.Count;)
                    {
                        var (pieces, rows, last) = (shape.Blocks[first], RowsOf(first), first);
                        while (last + 1 < shape.Blocks.Count && shape.Blocks[last + 1].SequenceEqual(pieces) && RowsOf(last + 1) == rows)
                            last++;
                        var block = new Block(this, pieces, rows, queries, scores, inverse, gradients, products, first);
                        Builder.Loop("block", Constant.Index(first), Constant.Index(last + 1), 1,
                            number => block.Write(n, feature, Builder.Let("start", Index.Scale(number, _width)), keys));
                        first = last + 1;
                    }
                });
            });
            var how = $"{shape.Heads.ToString(CultureInfo.InvariantCulture)} heads, {_width.ToString(CultureInfo.InvariantCulture)} steps at a time, scores in the cache";
            return new KernelPlan([.. _buffers], [], [_driver.ToLaunch(stage.Name, Summaries.Of(stage, how))]);
        }

        private int RowsOf(int block) => Math.Min(_width, shape.Steps - block * _width);

        // The keys of a sample.
        private Expression Keys(Expression n) => shape.Lengths is not { } lengths
            ? Constant.Index(shape.Keys)
            : Builder.Let("keys", new Conversion(
                new Load(_driver.Pointer(lengths), Index.Scale(n, environment.Layouts[lengths].Length)), ScalarKind.I64));

        private int Scratch(string name, int rows)
        {
            _buffers.Add(new PlanBuffer($"{stage.Name}.{name}", ScalarKind.F32, (long)rows * _width, BufferLifetime.Scratch));
            return _buffers.Count - 1;
        }

        private Variable Buffer(StageKernel kernel, int buffer) => kernel.Pointer(buffer, _buffers[buffer]);

        private MatrixOperand Rows(Value value) => new(k => k.Pointer(value), environment.Layouts[value].Strides[1]);

        // A buffer of which a column belongs to each step.
        private MatrixOperand Columns(int buffer) => new(k => Buffer(k, buffer), _width);

        // The same with the steps as rows.
        private MatrixOperand Transposed(int buffer) => new(k => Buffer(k, buffer), 1, _width);

        private Expression At(Value value, Expression n, Expression feature, Expression step) => Index.Add(
            Index.Add(Index.Scale(n, environment.Layouts[value].Length), feature), Index.Scale(step, environment.Layouts[value].Strides[1]));

        private void Call(KernelLaunch launch, params ImmutableArray<Expression> indices) =>
            Builder.Add(new Call(launch.Kernel, [.. indices, .. launch.Arguments.Select(a => _driver.Parameter(a, _buffers))]));

        // What blocks add to begins at zero.
        private void Clear(Expression n, Expression feature)
        {
            foreach (var value in stage.Anchor.Results.Skip(1).Where(stage.Outputs.Contains))
            {
                var start = Builder.Let("clear", At(value, n, feature, Constant.Index(0)));
                Builder.Loop("k", shape.Keys, k => _driver.OverPieces("c", Features, (c, lanes) => Builder.Add(new Store(
                    _driver.Pointer(value), Index.Add(Index.Add(start, Index.Scale(k, environment.Layouts[value].Strides[1])), c),
                    Constant.Float(0, lanes)))));
            }
        }

        // One kind of block: its kernels, which calls for different heads and steps share.
        private sealed class Block
        {
            private readonly Lowering _all;
            private readonly ImmutableArray<VectorPiece> _pieces;
            private readonly int _rows;
            private readonly (int Queries, int Scores, int Inverse, int Gradients, int Products) _buffers;
            private readonly KernelLaunch _packQueries;
            private readonly KernelLaunch _softmax;
            private readonly MatrixProduct _scoring;
            private readonly string _suffix;

            public Block(
                Lowering all, ImmutableArray<VectorPiece> pieces, int rows, int queries, int scores, int inverse, int gradients, int products,
                int number)
            {
                (_all, _pieces, _rows) = (all, pieces, rows);
                _buffers = (queries, scores, inverse, gradients, products);
                _suffix = number == 0 ? "" : (number + 1).ToString(CultureInfo.InvariantCulture);
                _packQueries = Pack("queries", Shape.Query, queries, Shape.Scale);
                _softmax = Softmax();
                _scoring = Product("scores", "scores of keys", all.Rows(Shape.Key), all.Columns(queries), all.Columns(scores), pieces, Shape.Keys);
            }

            private AttentionShape Shape => _all.Shape;

            private StageKernel Driver => _all._driver;

            /// <summary>Writes the block whose first step is <paramref name="start"/>.</summary>
            public void Write(Expression n, Expression feature, Expression start, Expression keys)
            {
                // Later keys than the last step are seen by none.
                var end = Shape.IsCausal
                    ? Driver.Builder.Let("end", Index.Min(keys, Index.Add(start, Constant.Index(_rows)))) : keys;
                var zero = Constant.Index(0);
                var (features, rows) = (Constant.Index(Shape.Features), Constant.Index(_rows));
                var query = Driver.Builder.Let("query", _all.At(Shape.Query, n, feature, start));
                var key = Driver.Builder.Let("key", _all.At(Shape.Key, n, feature, zero));
                var value = Driver.Builder.Let("value", _all.At(Shape.Value, n, feature, zero));
                _all.Call(_packQueries, query);
                _scoring.Write(Driver, _all._buffers, end, features, key, zero, zero);
                _all.Call(_softmax, start, end);
                if (!Shape.IsGradient)
                {
                    var result = _all.Stage.Outputs[0];
                    var sum = Product("context", "weights times values", _all.Transposed(_buffers.Scores), _all.Rows(Shape.Value),
                        _all.Rows(result), _all.Features, _rows, factors: _all.Columns(_buffers.Inverse));
                    sum.Write(Driver, _all._buffers, rows, end, zero, value, _all.At(result, n, feature, start));
                    return;
                }

                var gradient = Driver.Builder.Let("gradient", _all.At(Shape.Gradient!, n, feature, start));
                _all.Call(Pack("gradients", Shape.Gradient!, _buffers.Gradients, 1), gradient);
                Product("products", "gradients of weights", _all.Rows(Shape.Value), _all.Columns(_buffers.Gradients),
                    _all.Columns(_buffers.Products), _pieces, Shape.Keys)
                    .Write(Driver, _all._buffers, end, features, value, zero, zero);
                var ofValues = Sum("values", 2, _buffers.Scores, Shape.Gradient!);
                var ofKeys = Sum("keys", 1, _buffers.Products, Shape.Query);
                _all.Call(Differences(), end, Driver.Builder.Let("reach", ofValues.Product.Reach(end)));
                Write(ofValues, gradient);
                Write(ofKeys, query);
                if (_all.Stage.Outputs.Contains(_all.Stage.Anchor.Results[0]))
                {
                    var result = _all.Stage.Anchor.Results[0];
                    Product("queries_gradient", "gradients of queries", _all.Transposed(_buffers.Products), _all.Rows(Shape.Key),
                        _all.Rows(result), _all.Features, _rows)
                        .Write(Driver, _all._buffers, rows, end, zero, key, _all.At(result, n, feature, start));
                }

                (Value Result, MatrixProduct Product) Sum(string name, int index, int left, Value right)
                {
                    var result = _all.Stage.Anchor.Results[index];
                    return (result, Product($"{name}_gradient", $"gradients of {name}", _all.Columns(left), _all.Rows(right), _all.Rows(result),
                        _all.Features, Shape.Keys, adds: true));
                }

                void Write((Value Result, MatrixProduct Product) sum, Expression right)
                {
                    if (_all.Stage.Outputs.Contains(sum.Result))
                        sum.Product.Write(Driver, _all._buffers, end, rows, zero, right, _all.At(sum.Result, n, feature, zero));
                }
            }

            private string Name(string part) => $"{_all.Stage.Name}.{part}{_suffix}";

            private MatrixProduct Product(
                string name, string what, MatrixOperand left, MatrixOperand right, MatrixOperand result, ImmutableArray<VectorPiece> columns,
                int rows, bool adds = false, MatrixOperand? factors = null) =>
                new(_all.Target, Name(name), $"{_all.Stage.Name}, {what}", left, right, result, columns, rows) { Adds = adds, Factors = factors };

            // The block's rows of one head as columns.
            private KernelLaunch Pack(string name, Value value, int buffer, double scale)
            {
                var kernel = new StageKernel(_all.Target.Lanes);
                var from = kernel.Index("from", 0, int.MaxValue);
                kernel.Builder.Loop("r", _rows, r => kernel.Builder.Loop("c", Shape.Features, c =>
                {
                    var at = Index.Add(Index.Add(from, Index.Scale(r, _all.Environment.Layouts[value].Strides[1])), c);
                    Expression element = new Load(kernel.Pointer(value), at);
                    if (scale != 1)
                        element = new Binary(BinaryFunction.Multiply, element, Constant.Float(scale));
                    kernel.Builder.Add(new Store(_all.Buffer(kernel, buffer), Index.Add(Index.Scale(c, _all._width), r), element));
                }));
                return kernel.ToLaunch(Name($"pack_{name}"), $"{_all.Stage.Name}: {_rows} steps of {value} of one head as columns");
            }

            // exp(s − max) in the place of the scores, and 1 / Σ of them.
            private KernelLaunch Softmax()
            {
                var kernel = new StageKernel(_all.Target.Lanes);
                var b = kernel.Builder;
                var start = kernel.Index("start", 0, Shape.Steps);
                var end = kernel.Index("end", 0, Shape.Keys);
                var scores = _all.Buffer(kernel, _buffers.Scores);
                var steps = Shape.IsCausal ? _pieces.Select(p => b.Let("step", StepsOf(start, p))).ToArray() : [];
                var max = _pieces.Select(p => b.Declare("max", Constant.Float(double.NegativeInfinity, p.Lanes))).ToArray();
                Each((at, isSeen) =>
                {
                    for (var v = 0; v < _pieces.Length; v++)
                    {
                        var score = IfSeen(new Load(scores, Place(at, v), _pieces[v].Lanes), double.NegativeInfinity, isSeen, v);
                        b.Add(new Assign(max[v], new Binary(BinaryFunction.Max, max[v], score)));
                    }
                });
                var sum = _pieces.Select(p => b.Declare("sum", Constant.Float(0, p.Lanes))).ToArray();
                Each((at, isSeen) =>
                {
                    for (var v = 0; v < _pieces.Length; v++)
                    {
                        var difference = new Binary(BinaryFunction.Subtract, new Load(scores, Place(at, v), _pieces[v].Lanes), max[v]);
                        var weight = b.Let("weight", IfSeen(new Unary(UnaryFunction.Exp, difference), 0, isSeen, v));
                        b.Add(new Store(scores, Place(at, v), weight));
                        b.Add(new Assign(sum[v], new Binary(BinaryFunction.Add, sum[v], weight)));
                    }
                });
                for (var v = 0; v < _pieces.Length; v++)
                {
                    var one = Constant.Float(1, _pieces[v].Lanes);
                    b.Add(new Store(_all.Buffer(kernel, _buffers.Inverse), Constant.Index(_pieces[v].Offset),
                        new Binary(BinaryFunction.Divide, one, new Binary(BinaryFunction.Max, sum[v], one))));
                }

                return kernel.ToLaunch(Name("softmax"), $"{_all.Stage.Name}: e to the scores of {_rows} steps, lanes, and what their sums divide by");

                // Keys up to the first step are seen by all.
                void Each(Action<Expression, Func<int, Expression>?> body)
                {
                    if (!Shape.IsCausal)
                    {
                        b.Loop("k", Constant.Index(0), end, 1, k => body(k, null));
                        return;
                    }

                    var all = b.Let("all", Index.Min(end, start));
                    b.Loop("k", Constant.Index(0), all, 1, k => body(k, null));
                    b.Loop("k", all, end, 1, k =>
                    {
                        var number = b.Let("key", new Conversion(k, ScalarKind.F32));
                        body(k, v => new Comparison(ComparisonFunction.LessOrEqual,
                            _pieces[v].Lanes > 1 ? new Broadcast(number, _pieces[v].Lanes) : number, steps[v]));
                    });
                }

                Expression IfSeen(Expression seen, double otherwise, Func<int, Expression>? isSeen, int v) => isSeen is null
                    ? seen : new Selection(isSeen(v), seen, Constant.Float(otherwise, _pieces[v].Lanes));
            }

            // p and scale · p · (dp − Σ p · dp) in the places of e to the scores and of dp; behind the end zeros, where sums over whole tiles run.
            private KernelLaunch Differences()
            {
                var kernel = new StageKernel(_all.Target.Lanes);
                var b = kernel.Builder;
                var end = kernel.Index("end", 0, Shape.Keys);
                var reach = kernel.Index("reach", 0, Shape.Keys);
                var (scores, products) = (_all.Buffer(kernel, _buffers.Scores), _all.Buffer(kernel, _buffers.Products));
                var inverse = _pieces.Select(p => b.Let("inverse",
                    new Load(_all.Buffer(kernel, _buffers.Inverse), Constant.Index(p.Offset), p.Lanes))).ToArray();
                var sum = _pieces.Select(p => b.Declare("sum", Constant.Float(0, p.Lanes))).ToArray();
                b.Loop("k", Constant.Index(0), end, 1, k => Each(v =>
                {
                    var weight = b.Let("p", new Binary(BinaryFunction.Multiply, new Load(scores, Place(k, v), _pieces[v].Lanes), inverse[v]));
                    b.Add(new Store(scores, Place(k, v), weight));
                    b.Add(new Assign(sum[v], new FusedMultiplyAdd(weight, new Load(products, Place(k, v), _pieces[v].Lanes), sum[v])));
                }));
                b.Loop("k", Constant.Index(0), end, 1, k => Each(v =>
                {
                    var lanes = _pieces[v].Lanes;
                    var difference = new Binary(BinaryFunction.Subtract, new Load(products, Place(k, v), lanes), sum[v]);
                    var scaled = new Binary(
                        BinaryFunction.Multiply, new Load(scores, Place(k, v), lanes), Constant.Float(Shape.Scale, lanes));
                    b.Add(new Store(products, Place(k, v), new Binary(BinaryFunction.Multiply, scaled, difference)));
                }));
                b.Loop("k", end, reach, 1, k => Each(v =>
                {
                    b.Add(new Store(scores, Place(k, v), Constant.Float(0, _pieces[v].Lanes)));
                    b.Add(new Store(products, Place(k, v), Constant.Float(0, _pieces[v].Lanes)));
                }));
                return kernel.ToLaunch(Name("differences"), $"{_all.Stage.Name}: weights of {_rows} steps, lanes, and the gradients of their scores");

                void Each(Action<int> body)
                {
                    for (var v = 0; v < _pieces.Length; v++)
                        body(v);
                }
            }

            private Expression Place(Expression key, int vector) =>
                Index.Add(Index.Scale(key, _all._width), Constant.Index(_pieces[vector].Offset));

            private static Expression StepsOf(Expression start, VectorPiece piece)
            {
                var first = new Conversion(Index.Add(start, Constant.Index(piece.Offset)), ScalarKind.F32);
                return piece.Lanes == 1 ? first : new Binary(BinaryFunction.Add,
                    new Broadcast(first, piece.Lanes), new Conversion(new LaneIndices(piece.Lanes), ScalarKind.F32));
            }
        }

        private CpuTarget Target => target;

        private Stage Stage => stage;

        private StageEnvironment Environment => environment;

        private AttentionShape Shape => shape;
    }
}
