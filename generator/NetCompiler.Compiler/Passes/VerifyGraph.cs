using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Checks that a graph is one: order, names, types, outputs, and every tensor expression: reads within their extents, axes bound,
/// every element of a result defined once. A violation is a mistake in the compiler, never in a declaration.
/// </summary>
public static class VerifyGraph
{
    /// <summary>Returns the graph, or throws <see cref="InvalidOperationException"/> that says which node is wrong, and how.</summary>
    public static Graph Run(Graph graph)
    {
        var names = new HashSet<string>();
        var defined = new HashSet<Value>();
        foreach (var value in graph.Inputs.Concat(graph.Parameters))
            Define(value, value.Name);
        foreach (var node in graph.Nodes)
        {
            var text = GraphText.Write(node);
            foreach (var input in node.Inputs)
                Check(defined.Contains(input), text, $"'{input}' is read before it is defined");
            var types = node.Operator.Infer(node.Context);
            Check(types.Length == node.Results.Length, text, $"has {node.Results.Length} results, expected {types.Length}");
            for (var i = 0; i < types.Length; i++)
            {
                Check(node.Results[i].Type.Equals(types[i]), text, $"'{node.Results[i]}' is {node.Results[i].Type}, expected {types[i]}");
                Check(types[i].Shape.All(d => d.IsBatch || d.Size > 0), text, $"'{node.Results[i]}' has an extent below 1");
                Define(node.Results[i], text);
            }

            if (node.Operator is Scan scan)
            {
                Run(scan.Body.Graph);
                continue;
            }

            try
            {
                VerifyExpression(node.Definition, node.Context.Inputs, types);
            }
            catch (InvalidOperationException exception)
            {
                throw new InvalidOperationException($"{text}: {exception.Message}", exception);
            }
        }

        foreach (var output in graph.Outputs)
        {
            Check(defined.Contains(output.Value), output.Name, $"'{output.Value}' leaves the graph but is not in it");
            if (output.Role == OutputRole.Result)
                continue;
            var parameter = graph.Parameters.FirstOrDefault(p => p.Name == output.Name);
            Check(parameter is not null, output.Name, "is no parameter");
            Check(parameter!.Type.Equals(output.Value.Type), output.Name,
                $"is {parameter.Type}, but its {output.Role} is {output.Value.Type}");
        }

        return graph;

        void Define(Value value, string text)
        {
            Check(names.Add(value.Name), text, $"two values are called '{value.Name}'");
            defined.Add(value);
        }
    }

    /// <summary>Checks a tensor expression by itself.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="inputs">What its node reads.</param>
    /// <param name="results">What it has to define.</param>
    public static void VerifyExpression(TensorExpression expression, ImmutableArray<TensorType> inputs, ImmutableArray<TensorType> results)
    {
        var sources = inputs.ToBuilder();
        var intermediate = expression.Definitions.Length - expression.ResultCount;
        Check(expression.ResultCount == results.Length && intermediate >= 0, "expression",
            $"{expression.Definitions.Length} definitions give {expression.ResultCount} results, expected {results.Length}");
        for (var i = 0; i < expression.Definitions.Length; i++)
        {
            var definition = expression.Definitions[i];
            var place = $"definition {i}";
            Check(definition.IsDirect || i >= intermediate, place, "is intermediate, so its axes must be its indices");
            var type = i >= intermediate
                ? results[i - intermediate]
                : new TensorType(definition.Element, [.. definition.Axes.Select(a => a.Extent)]);
            Check(definition.Element == type.Element, place, $"has elements {definition.Element}, expected {type.Element}");
            VerifyTarget(definition, type, place);
            new ScalarVerifier(sources.ToImmutable(), place).Verify(definition.Body, [.. definition.Axes]);
            sources.Add(type);
        }
    }

    // Every element once: each index is a mixed-radix number whose digits are axes, and each axis is a digit of one index.
    private static void VerifyTarget(TensorDefinition definition, TensorType type, string place)
    {
        var target = definition.Target;
        Check(target.Length == type.Rank, place, $"has {target.Length} indices for {type}");
        Check(definition.Axes.Distinct().Count() == definition.Axes.Length, place, "has an axis twice");
        var seen = new HashSet<Axis>();
        for (var i = 0; i < target.Length; i++)
        {
            var place2 = $"{place}, index {target[i]}";
            Check(target[i].Constant == 0 && target[i].Divisor == 1, place2, "is not a plain combination of axes");
            foreach (var term in target[i].Terms)
                Check(definition.Axes.Contains(term.Axis) && seen.Add(term.Axis), place2, $"'{term.Axis}' is unbound or occurs twice");
            if (type.Shape[i].IsBatch)
            {
                Check(IsBatchAxis(target[i]), place2, "must be the batch axis");
                continue;
            }

            var radix = 1;
            foreach (var term in target[i].Terms.Where(t => t.Axis.Extent.Size != 1).OrderBy(t => t.Coefficient))
            {
                Check(term.Coefficient == radix && term.Axis.Extent.IsConstant, place2, $"skips or repeats elements at '{term.Axis}'");
                radix *= term.Axis.Extent.Size;
            }

            Check(radix == type.Shape[i].Size, place2, $"runs over {radix} elements, expected {type.Shape[i]}");
        }

        Check(seen.Count == definition.Axes.Length, place, "has an axis that no index contains");
    }

    private static bool IsBatchAxis(IndexExpression index) =>
        index is { Terms.Length: 1, Constant: 0, Divisor: 1 } && index.Terms[0] is { Axis.Extent.IsBatch: true, Coefficient: 1 };

    private static void Check(bool condition, string place, string message)
    {
        if (!condition)
            throw new InvalidOperationException($"{place}: {message}.");
    }

    private sealed class ScalarVerifier(ImmutableArray<TensorType> sources, string place)
    {
        public void Verify(ScalarExpression expression, ImmutableHashSet<Axis> bound)
        {
            switch (expression)
            {
                case ScalarLiteral literal:
                    Check(!double.IsNaN(literal.Number), place, "a literal is NaN");
                    break;
                case ScalarPassConstant:
                    break;
                case ScalarRead read:
                    VerifyRead(read, bound);
                    break;
                case ScalarGather gather:
                    VerifyRead(gather.Read, bound);
                    foreach (var (dimension, position) in gather.Positions.Select(p => (p.Dimension, p.Read)))
                    {
                        VerifyPosition(position, bound);
                        Check(!sources[gather.Source].Shape[dimension].IsBatch, place, "gathers along the batch");
                    }

                    Check(gather.Positions.Select(p => p.Dimension).Distinct().Count() == gather.Positions.Length, place, "gathers twice along a dimension");
                    break;
                case ScalarIndex index:
                    VerifyBound(index.Index, bound);
                    Check(index.Index.Divisor == 1, place, $"{index.Index} as a number may not exist");
                    break;
                case ScalarRandom random:
                    VerifyBound(random.Counter, bound);
                    break;
                case ScalarUnary unary:
                    Verify(unary.Operand, bound);
                    break;
                case ScalarBinary binary:
                    Verify(binary.Left, bound);
                    Verify(binary.Right, bound);
                    break;
                case ScalarSelection selection:
                    Verify(selection.Left, bound);
                    Verify(selection.Right, bound);
                    Verify(selection.Then, bound);
                    Verify(selection.Otherwise, bound);
                    break;
                case ScalarReduction reduction:
                    Check(!reduction.Axes.IsDefaultOrEmpty, place, "a reduction has no axes");
                    Check(reduction.Axes.Distinct().Count() == reduction.Axes.Length && !reduction.Axes.Any(bound.Contains), place,
                        "a reduction binds an axis twice");
                    Verify(reduction.Body, bound.Union(reduction.Axes));
                    foreach (var range in reduction.Ranges)
                    {
                        VerifyPosition(range.From, bound);
                        VerifyPosition(range.To, bound);
                        Check(reduction.Axes.Contains(range.Axis) && range.Axis.Extent.IsConstant, place, "a range is not of an axis of its reduction");
                    }

                    break;
                default:
                    throw new InvalidOperationException($"{place}: {expression.GetType().Name} is unknown.");
            }
        }

        private void VerifyPosition(ScalarRead read, ImmutableHashSet<Axis> bound)
        {
            VerifyRead(read, bound);
            Check(sources[read.Source].Element is ScalarKind.I32 or ScalarKind.U8, place, "a position is no integer");
        }

        private void VerifyRead(ScalarRead read, ImmutableHashSet<Axis> bound)
        {
            Check(read.Source >= 0 && read.Source < sources.Length, place, $"reads tensor {read.Source} of {sources.Length}");
            var type = sources[read.Source];
            Check(read.Indices.Length == type.Rank, place, $"reads {type} with {read.Indices.Length} indices");
            for (var i = 0; i < read.Indices.Length; i++)
            {
                var index = read.Indices[i];
                VerifyBound(index, bound);
                if (type.Shape[i].IsBatch)
                {
                    Check(IsBatchAxis(index), place, $"reads the batch of tensor {read.Source} at {index}");
                    continue;
                }

                Check(index.Terms.All(t => t.Axis.Extent.IsConstant), place, $"{index} depends on the batch");
                var low = index.Constant + index.Terms.Sum(t => Math.Min(0, t.Coefficient * (t.Axis.Extent.Size - 1)));
                var high = index.Constant + index.Terms.Sum(t => Math.Max(0, t.Coefficient * (t.Axis.Extent.Size - 1)));
                Check(read.Outside is not null || (low >= 0 && high < type.Shape[i].Size && index.Divisor == 1), place,
                    $"{index} runs from {low} to {high}, which may leave extent {type.Shape[i]} of tensor {read.Source}");
            }
        }

        private void VerifyBound(IndexExpression index, ImmutableHashSet<Axis> bound)
        {
            foreach (var term in index.Terms)
                Check(bound.Contains(term.Axis), place, $"axis '{term.Axis}' of {index} is not bound");
            Check(index.Divisor >= 1, place, $"{index} has a divisor below 1");
        }
    }
}
