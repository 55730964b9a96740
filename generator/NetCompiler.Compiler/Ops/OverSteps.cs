using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// An operator at every step of sequences at once: where it reads and writes (N, …), this one reads and writes (N, T, …), and where it
/// sums over the batch, this one sums over batch and time. A matrix product with each step of a sequence becomes one with all of them.
/// </summary>
/// <param name="inner">The operator at one step. What it reads of samples are sequences here; anything else is the same at all steps.</param>
public sealed class OverSteps(Operator inner) : Operator
{
    /// <summary>The operator at one step.</summary>
    public Operator Inner { get; } = inner;

    /// <inheritdoc/>
    public override string Name => $"{Inner.Name}OverSteps";

    /// <inheritdoc/>
    public override bool IsElementwise => Inner.IsElementwise;

    /// <summary>
    /// Adds nodes that compute one step to a graph in which they compute all of them. Those that read no sample are the same at all steps.
    /// </summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="map">What the values that they read are in that graph; gets what they compute.</param>
    /// <param name="add">Adds an operator with these inputs in the place of a node.</param>
    public static void AddNodes(
        IEnumerable<Node> nodes, IDictionary<Value, Value> map, Func<Node, Operator, ImmutableArray<Value>, Node> add)
    {
        foreach (var node in nodes)
        {
            var @operator = node.Inputs.Any(v => v.Type.IsPerSample) ? new OverSteps(node.Operator) : node.Operator;
            var added = add(node, @operator, [.. node.Inputs.Select(v => map[v])]);
            for (var i = 0; i < node.Results.Length; i++)
                map[node.Results[i]] = added.Results[i];
        }
    }

    /// <inheritdoc/>
    public override string ResultName(int result) => Inner.ResultName(result);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var steps = context.Inputs.First(type => type.IsPerSample).Shape[1].Size;
        return [.. Inner.Infer(AtStep(context)).Select(type => type.IsPerSample ? type.Stacked(steps) : type)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var time = new Axis("t", context.Inputs.First(type => type.IsPerSample).Shape[1]);
        var definition = Inner.Define(AtStep(context));
        // What has a batch has steps behind it.
        var hasSteps = context.Inputs.Select(type => type.IsPerSample).Concat(definition.Definitions.Select(HasBatch)).ToList();
        return definition with { Definitions = [.. definition.Definitions.Select(Stack)] };

        TensorDefinition Stack(TensorDefinition one) => one with
        {
            Axes = WithTime(one.Axes),
            Body = Rewrite(one.Body),
            Indices = one.IsDirect || !HasBatch(one) ? one.Indices : one.Indices.Insert(1, time),
        };

        ScalarExpression Rewrite(ScalarExpression expression) => expression switch
        {
            ScalarRead read => hasSteps[read.Source] ? read with { Indices = read.Indices.Insert(1, time) } : read,
            ScalarGather gather => gather with
            {
                Indices = hasSteps[gather.Source] ? gather.Indices.Insert(1, time) : gather.Indices,
                Positions =
                [
                    .. gather.Positions.Select(p =>
                        new GatherPosition(hasSteps[gather.Source] ? p.Dimension + 1 : p.Dimension, (ScalarRead)Rewrite(p.Read))),
                ],
            },
            ScalarUnary unary => unary with { Operand = Rewrite(unary.Operand) },
            ScalarBinary binary => binary with { Left = Rewrite(binary.Left), Right = Rewrite(binary.Right) },
            ScalarSelection selection => selection with
            {
                Left = Rewrite(selection.Left),
                Right = Rewrite(selection.Right),
                Then = Rewrite(selection.Then),
                Otherwise = Rewrite(selection.Otherwise),
            },
            ScalarReduction reduction => reduction with
            {
                Axes = WithTime(reduction.Axes),
                Body = Rewrite(reduction.Body),
                Ranges = [.. reduction.Ranges.Select(r => new AxisRange(r.Axis, (ScalarRead)Rewrite(r.From), (ScalarRead)Rewrite(r.To)))],
            },
            ScalarRandom => throw new InvalidOperationException($"{Inner.Name} draws random numbers, which differ from step to step."),
            _ => expression,
        };

        ImmutableArray<Axis> WithTime(ImmutableArray<Axis> axes)
        {
            var batch = axes.ToList().FindIndex(a => a.Extent.IsBatch);
            return batch < 0 ? axes : axes.Insert(batch + 1, time);
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // The rule is that of one step, at all steps.
        var (node, graph, map) = (gradient.Node, new Graph(), new Dictionary<Value, Value>());
        var step = graph.Add(Inner, node.Name, [.. node.Inputs.Select(Input)], node.Attributes);
        var context = new StepContext(
            gradient, graph, step, [.. node.Results.Select((_, i) => gradient.GradientOf(i) is { } dy ? Input(dy) : null)]);
        for (var i = 0; i < node.Inputs.Length; i++)
            map[step.Inputs[i]] = node.Inputs[i];
        for (var i = 0; i < node.Results.Length; i++)
            map[step.Results[i]] = node.Results[i];
        var forward = graph.Nodes.Count;
        Inner.Differentiate(context);
        AddNodes(graph.Nodes.Skip(forward), map, (n, @operator, inputs) => gradient.AddNode(@operator, n.Name, inputs, n.Attributes));
        foreach (var (input, value) in context.Gradients)
            gradient.Set(input, map[value]);

        Value Input(Value value)
        {
            var input = graph.AddInput(value.Name, value.Type.IsPerSample ? value.Type.AtStep() : value.Type);
            map[input] = value;
            return input;
        }
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is OverSteps other && other.Inner.Equals(Inner);

    /// <inheritdoc/>
    public override int GetHashCode() => Inner.GetHashCode() * 31 + 1;

    private static bool HasBatch(TensorDefinition definition) => definition.Axes.Any(a => a.Extent.IsBatch);

    private static OperatorContext AtStep(OperatorContext context) =>
        context with { Inputs = [.. context.Inputs.Select(type => type.IsPerSample ? type.AtStep() : type)] };

    // The rule's view of one step.
    private sealed class StepContext(GradientContext all, Graph graph, Node node, ImmutableArray<Value?> results) : GradientContext
    {
        public List<(int Input, Value Value)> Gradients { get; } = [];

        public override Node Node => node;

        public override Value ResultGradient => results[0] ?? throw new InvalidOperationException($"'{node.Result}' has no gradient.");

        public override Value? GradientOf(int result) => results[result];

        public override bool Needs(int input) => all.Needs(input);

        public override Node AddNode(
            Operator @operator, string suffix, ImmutableArray<Value> inputs, Attributes? attributes = null) =>
            graph.Add(@operator, suffix, inputs, attributes);

        public override void Set(int input, Value gradient)
        {
            if (Needs(input))
                Gradients.Add((input, gradient));
        }
    }
}
