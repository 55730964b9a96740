using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;

namespace NetCompiler.Compiler.Tests.Reference;

/// <summary>
/// The reference for everything that is compiled: takes graphs and tensor expressions at their word, in double precision, element
/// by element. It knows no operator and no schedule, and is slow.
/// </summary>
public static class ReferenceEvaluator
{
    /// <summary>Runs a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="batch">Samples in the batch.</param>
    /// <param name="values">The inputs and parameters by name, row-major.</param>
    /// <param name="seed">The seed of everything random.</param>
    /// <param name="isRounded">True to round what every definition computes to single precision.</param>
    /// <param name="read">What a node reads as its input of a number, instead of the value as it is; null for the value.</param>
    public static ReferenceValues Run(
        Graph graph, int batch, IReadOnlyDictionary<string, double[]> values, uint seed = 0, bool isRounded = false,
        Func<Node, int, ReferenceTensor, ReferenceTensor>? read = null)
    {
        var known = new Dictionary<Value, ReferenceTensor>();
        foreach (var value in graph.Inputs.Concat(graph.Parameters))
        {
            if (!values.TryGetValue(value.Name, out var data))
                throw new ArgumentException($"No value for '{value}' : {value.Type}.", nameof(values));
            known[value] = new ReferenceTensor(ReferenceTensor.Extents(value.Type, batch), data);
        }

        foreach (var node in graph.Nodes)
        {
            ImmutableArray<ReferenceTensor> inputs = [.. node.Inputs.Select((v, i) => read is null ? known[v] : read(node, i, known[v]))];
            var results = node.Operator is Scan scan
                ? Evaluate(scan.Body, inputs, batch, seed)
                : Evaluate(node.Definition, inputs, [.. node.Results.Select(v => v.Type)], batch, seed, isRounded);
            for (var i = 0; i < results.Length; i++)
                known[node.Results[i]] = results[i];
        }

        return new ReferenceValues(graph, known);
    }

    /// <summary>Applies one operator.</summary>
    public static ImmutableArray<ReferenceTensor> Apply(
        Operator @operator, Attributes attributes, ImmutableArray<TensorType> types, ImmutableArray<ReferenceTensor> inputs, int batch,
        uint seed = 0)
    {
        var context = new OperatorContext(attributes, types);
        return Evaluate(@operator.Define(context), inputs, @operator.Infer(context), batch, seed);
    }

    /// <summary>Runs a scan, step by step.</summary>
    public static ImmutableArray<ReferenceTensor> Evaluate(ScanBody body, ImmutableArray<ReferenceTensor> inputs, int batch, uint seed = 0)
    {
        var states = inputs.Take(body.States.Length).ToList();
        var stacked = body.Stacked.Select(o => ReferenceTensor.Extents(o.Value.Type.Stacked(body.Steps), batch))
            .Select(shape => new ReferenceTensor(shape, new double[shape.Aggregate(1, (product, extent) => product * extent)])).ToList();
        for (var i = 0; i < body.Steps; i++)
        {
            var step = body.IsReverse ? body.Steps - 1 - i : i;
            var values = new Dictionary<string, double[]>();
            for (var input = 0; input < body.Graph.Inputs.Count; input++)
            {
                var element = input - body.States.Length;
                values[body.Graph.Inputs[input].Name] = element < 0 ? states[input].Data
                    : element < body.Elements.Length ? inputs[input].AtStep(step).Data
                    : inputs[input].Data;
            }

            var results = Run(body.Graph, batch, values, seed);
            if (body.HasLengths)
                RequireIdleBehindTheEnd(body, inputs[^1], step, states, results);
            for (var state = 0; state < states.Count; state++)
                states[state] = results[body.NextStates[state]];
            for (var result = 0; result < stacked.Count; result++)
                stacked[result].SetStep(step, results[body.Stacked[result].Value]);
        }

        return [.. states, .. stacked];
    }

    // What targets need not compute: behind the end of a sequence states stay, and what is stacked is 0.
    private static void RequireIdleBehindTheEnd(
        ScanBody body, ReferenceTensor lengths, int step, List<ReferenceTensor> states, ReferenceValues results)
    {
        for (var n = 0; n < lengths.Length; n++)
        {
            if (step < lengths.Data[n])
                continue;
            for (var state = 0; state < states.Count; state++)
            {
                if (!Of(results[body.NextStates[state]], n).SequenceEqual(Of(states[state], n)))
                    throw new InvalidOperationException($"'{body.NextStates[state]}' changes at step {step} of {lengths.Data[n]}.");
            }

            // What is kept for the gradient alone meets gradients that are 0.
            foreach (var output in body.Stacked.Where(o => !o.Name.EndsWith(".kept", StringComparison.Ordinal)))
            {
                if (Of(results[output.Value], n).Any(x => x != 0))
                    throw new InvalidOperationException($"'{output.Value}' is not 0 at step {step} of {lengths.Data[n]}.");
            }
        }

        static IEnumerable<double> Of(ReferenceTensor tensor, int sample) =>
            tensor.Data.Skip(sample * (tensor.Length / tensor.Shape[0])).Take(tensor.Length / tensor.Shape[0]);
    }

    /// <summary>Evaluates a tensor expression.</summary>
    public static ImmutableArray<ReferenceTensor> Evaluate(
        TensorExpression expression, ImmutableArray<ReferenceTensor> inputs, ImmutableArray<TensorType> results, int batch, uint seed = 0,
        bool isRounded = false)
    {
        var tensors = inputs.ToList();
        var intermediate = expression.Definitions.Length - expression.ResultCount;
        for (var i = 0; i < expression.Definitions.Length; i++)
        {
            var definition = expression.Definitions[i];
            ImmutableArray<int> shape = i >= intermediate
                ? ReferenceTensor.Extents(results[i - intermediate], batch)
                : [.. definition.Axes.Select(a => a.Extent.IsBatch ? batch : a.Extent.Size)];
            var tensor = new DefinitionEvaluator(tensors, batch, seed).Evaluate(definition, shape);
            tensors.Add(isRounded ? Rounded(tensor) : tensor);
        }

        return [.. tensors.Skip(inputs.Length + intermediate)];
    }

    /// <summary>The number in [0, 1) that <see cref="ScalarRandom"/> stands for.</summary>
    public static double Random(uint counter, uint stream, uint seed)
    {
        unchecked
        {
            var h = (counter * 0x9E3779B9u) ^ (seed + stream * 0x85EBCA6Bu);
            h ^= h >> 16;
            h *= 0x7FEB352Du;
            h ^= h >> 15;
            h *= 0x846CA68Bu;
            h ^= h >> 16;
            return (h >> 8) / 16777216.0;
        }
    }

    /// <summary>
    /// The error function: near zero by its Maclaurin series, far from it by the continued fraction of its complement (Abramowitz and
    /// Stegun, 7.1.5 and 7.1.14).
    /// </summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x))
            return x;
        var z = Math.Abs(x);
        if (z > 2.5)
        {
            var fraction = z;
            for (var k = 120; k > 0; k--)
                fraction = z + k / 2.0 / fraction;
            return Math.CopySign(1 - Math.Exp(-z * z) / (fraction * Math.Sqrt(Math.PI)), x);
        }

        var (power, sum) = (x, x);
        for (var n = 1; n < 60; n++)
        {
            power *= -x * x / n;
            sum += power / (2 * n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static ReferenceTensor Rounded(ReferenceTensor tensor) => new(tensor.Shape, [.. tensor.Data.Select(x => (double)(float)x)]);

    // Turns an expression into delegates over the current values of all axes.
    private sealed class DefinitionEvaluator(IReadOnlyList<ReferenceTensor> tensors, int batch, uint seed)
    {
        private readonly Dictionary<Axis, int> _slots = [];
        private readonly int[] _position = new int[64];

        public ReferenceTensor Evaluate(TensorDefinition definition, ImmutableArray<int> shape)
        {
            var data = new double[shape.Aggregate(1, (product, extent) => product * extent)];
            var isDefined = new bool[data.Length];
            var axes = Bind(definition.Axes);
            var body = Compile(definition.Body);
            var target = definition.Target.Select(CompileIndex).ToArray();
            ForEach(axes, 0, () =>
            {
                var offset = Offset(target, shape);
                if (offset < 0)
                    throw new InvalidOperationException("A definition writes outside of its tensor.");
                if (isDefined[offset])
                    throw new InvalidOperationException($"Element {offset} is defined twice.");
                isDefined[offset] = true;
                data[offset] = Convert(body(), definition.Element);
            });
            var missing = Array.IndexOf(isDefined, false);
            if (missing >= 0)
                throw new InvalidOperationException($"Element {missing} is not defined.");
            return new ReferenceTensor(shape, data);
        }

        private static double Convert(double value, ScalarKind element) => element switch
        {
            ScalarKind.F32 => value,
            ScalarKind.U8 when value == Math.Floor(value) && value is >= 0 and <= 255 => value,
            ScalarKind.I32 when value == Math.Floor(value) => value,
            _ => throw new InvalidOperationException($"{value} is no {element}."),
        };

        private (int Slot, int Extent)[] Bind(ImmutableArray<Axis> axes)
        {
            foreach (var axis in axes)
                _slots.TryAdd(axis, _slots.Count);
            return [.. axes.Select(a => (_slots[a], a.Extent.IsBatch ? batch : a.Extent.Size))];
        }

        private void ForEach((int Slot, int Extent)[] axes, int depth, Action action)
        {
            if (depth == axes.Length)
            {
                action();
                return;
            }

            var (slot, extent) = axes[depth];
            for (var i = 0; i < extent; i++)
            {
                _position[slot] = i;
                ForEach(axes, depth + 1, action);
            }
        }

        // Null where the index does not exist.
        private Func<int?> CompileIndex(IndexExpression index)
        {
            var terms = index.Terms.Select(t => (Slot: SlotOf(t.Axis), t.Coefficient)).ToArray();
            return () =>
            {
                var sum = index.Constant;
                foreach (var (slot, coefficient) in terms)
                    sum += coefficient * _position[slot];
                return sum % index.Divisor == 0 ? sum / index.Divisor : null;
            };
        }

        private int SlotOf(Axis axis) =>
            _slots.TryGetValue(axis, out var slot) ? slot : throw new InvalidOperationException($"Axis '{axis}' is not bound.");

        private static int Offset(Func<int?>[] indices, ImmutableArray<int> shape)
        {
            if (indices.Length != shape.Length)
                throw new InvalidOperationException($"{indices.Length} indices into {shape.Length} extents.");
            var offset = 0;
            for (var i = 0; i < indices.Length; i++)
            {
                if (indices[i]() is not { } index || index < 0 || index >= shape[i])
                    return -1;
                offset = offset * shape[i] + index;
            }

            return offset;
        }

        private Func<double> Compile(ScalarExpression expression)
        {
            switch (expression)
            {
                case ScalarLiteral { Number: var number }:
                    return () => number;
                case ScalarPassConstant { Constant: PassConstant.BatchSize }:
                    return () => batch;
                case ScalarRead read:
                    return CompileRead(read);
                case ScalarGather gather:
                    return CompileGather(gather);
                case ScalarIndex { Index: var indexExpression }:
                    var index = CompileIndex(indexExpression);
                    return () => index() ?? throw new InvalidOperationException($"{indexExpression} does not exist.");
                case ScalarRandom random:
                    var counter = CompileIndex(random.Counter);
                    return () => Random(unchecked((uint)counter()!.Value), unchecked((uint)random.Stream), seed);
                case ScalarUnary unary:
                    return CompileUnary(unary.Function, Compile(unary.Operand));
                case ScalarBinary binary:
                    return CompileBinary(binary.Function, Compile(binary.Left), Compile(binary.Right));
                case ScalarSelection selection:
                    return CompileSelection(selection);
                case ScalarReduction reduction:
                    return CompileReduction(reduction);
                default:
                    throw new InvalidOperationException($"{expression.GetType().Name} is unknown.");
            }
        }

        private Func<double> CompileRead(ScalarRead read)
        {
            var tensor = tensors[read.Source];
            var indices = read.Indices.Select(CompileIndex).ToArray();
            return () =>
            {
                var offset = Offset(indices, tensor.Shape);
                if (offset >= 0)
                    return tensor.Data[offset];
                return read.Outside ?? throw new InvalidOperationException(
                    $"Tensor {read.Source} of {string.Join("×", tensor.Shape)} is read outside at "
                    + $"[{string.Join(", ", indices.Select(i => i()))}].");
            };
        }

        private Func<double> CompileGather(ScalarGather gather)
        {
            var tensor = tensors[gather.Source];
            var positions = gather.Positions.ToDictionary(p => p.Dimension, p => CompileRead(p.Read));
            var indices = gather.Indices.Select((index, d) => CompileIndex(index) is var compiled && positions.TryGetValue(d, out var position)
                ? () => compiled() + (int)position() : compiled).ToArray();
            return () =>
            {
                var offset = Offset(indices, tensor.Shape);
                return offset >= 0 ? tensor.Data[offset] : gather.Outside
                    ?? throw new InvalidOperationException($"Tensor {gather.Source} is read outside at {string.Join(", ", positions.Values.Select(p => p()))}.");
            };
        }

        private static Func<double> CompileUnary(UnaryFunction function, Func<double> a) => function switch
        {
            UnaryFunction.Negate => () => -a(),
            UnaryFunction.Abs => () => Math.Abs(a()),
            UnaryFunction.Exp => () => Math.Exp(a()),
            UnaryFunction.Log => () => Math.Log(a()),
            UnaryFunction.Sqrt => () => Math.Sqrt(a()),
            UnaryFunction.Tanh => () => Math.Tanh(a()),
            UnaryFunction.Sigmoid => () => 1 / (1 + Math.Exp(-a())),
            UnaryFunction.Erf => () => Erf(a()),
            UnaryFunction.Floor => () => Math.Floor(a()),
            _ => throw new InvalidOperationException($"{function} is no function of real numbers."),
        };

        private static Func<double> CompileBinary(BinaryFunction function, Func<double> a, Func<double> b) => function switch
        {
            BinaryFunction.Add => () => a() + b(),
            BinaryFunction.Subtract => () => a() - b(),
            BinaryFunction.Multiply => () => a() * b(),
            BinaryFunction.Divide => () => a() / b(),
            BinaryFunction.Min => () => Math.Min(a(), b()),
            BinaryFunction.Max => () => Math.Max(a(), b()),
            _ => throw new InvalidOperationException($"{function} is no function of real numbers."),
        };

        private Func<double> CompileSelection(ScalarSelection selection)
        {
            var (a, b) = (Compile(selection.Left), Compile(selection.Right));
            var (then, otherwise) = (Compile(selection.Then), Compile(selection.Otherwise));
            Func<double, double, bool> compare = selection.Function switch
            {
                ComparisonFunction.Equal => (x, y) => x == y,
                ComparisonFunction.NotEqual => (x, y) => x != y,
                ComparisonFunction.Less => (x, y) => x < y,
                ComparisonFunction.LessOrEqual => (x, y) => x <= y,
                ComparisonFunction.Greater => (x, y) => x > y,
                ComparisonFunction.GreaterOrEqual => (x, y) => x >= y,
                _ => throw new InvalidOperationException($"{selection.Function} is unknown."),
            };
            return () => compare(a(), b()) ? then() : otherwise();
        }

        private Func<double> CompileReduction(ScalarReduction reduction)
        {
            var axes = Bind(reduction.Axes);
            var ranges = reduction.Ranges.Select(r => (Slot: SlotOf(r.Axis), From: CompileRead(r.From), To: CompileRead(r.To))).ToArray();
            var body = Compile(reduction.Body);
            switch (reduction.Kind)
            {
                case ReductionKind.Sum:
                    return () =>
                    {
                        var sum = 0.0;
                        ForEach(axes, 0, () => sum += IsInside() ? body() : 0);
                        return sum;
                    };
                case ReductionKind.Max:
                    return () => Largest(axes, IsInside, body).Value;
                case ReductionKind.ArgMax:
                    return () => Largest(axes, IsInside, body).Position;
                default:
                    throw new InvalidOperationException($"{reduction.Kind} is unknown.");
            }

            bool IsInside() => ranges.All(r => _position[r.Slot] >= r.From() && _position[r.Slot] < r.To());
        }

        private (double Value, int Position) Largest((int Slot, int Extent)[] axes, Func<bool> isInside, Func<double> body)
        {
            var (best, bestPosition, position) = (double.NegativeInfinity, 0, 0);
            ForEach(axes, 0, () =>
            {
                var value = isInside() ? body() : double.NegativeInfinity;
                if (value > best)
                    (best, bestPosition) = (value, position);
                position++;
            });
            return (best, bestPosition);
        }
    }
}

/// <summary>All values of a graph after it ran.</summary>
public sealed class ReferenceValues(Graph graph, IReadOnlyDictionary<Value, ReferenceTensor> values)
{
    /// <summary>A value.</summary>
    public ReferenceTensor this[Value value] => values[value];

    /// <summary>What leaves the graph under a name.</summary>
    public ReferenceTensor Output(string name, OutputRole role = OutputRole.Result) =>
        values[graph.Outputs.Single(o => o.Name == name && o.Role == role).Value];
}
