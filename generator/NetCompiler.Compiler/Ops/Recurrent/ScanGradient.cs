using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Passes;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>
/// The gradient of a scan: a scan in the other direction over the gradient graph of its body, which carries the gradients of the states.
/// It reads values of the forward steps, which the forward scan stacks up for it. What sums over the batch, the gradients of weights,
/// does not depend on the direction: it is computed behind the reverse scan, for all steps at once.
/// </summary>
internal sealed class ScanGradient
{
    private readonly ScanBody _body;
    private readonly ImmutableArray<bool> _needs;
    private readonly IReadOnlyDictionary<Value, int> _kept;

    private ScanGradient(ScanBody body, ImmutableArray<bool> needs, IReadOnlyDictionary<Value, int> kept) =>
        (_body, _needs, _kept) = (body, needs, kept);

    /// <summary>The scan of a body that keeps what its gradient reads.</summary>
    /// <param name="body">The body.</param>
    /// <param name="needs">For each input of the scan, whether its gradient is wanted.</param>
    public static Scan Extend(ScanBody body, ImmutableArray<bool> needs)
    {
        var step = new Step(body, needs, [.. body.Graph.Outputs.Select(_ => true)]);
        var rewriter = new GraphRewriter(body.Graph);
        foreach (var node in body.Graph.Nodes)
            rewriter.Copy(node);
        var graph = rewriter.Finish();
        // What is stacked already is kept.
        var kept = new Dictionary<Value, int>();
        for (var i = body.States.Length; i < body.Graph.Outputs.Count; i++)
            kept[body.Graph.Outputs[i].Value] = i;
        foreach (var value in step.Kept.Where(v => !kept.ContainsKey(v)))
        {
            kept[value] = graph.Outputs.Count;
            graph.AddOutput($"{value.Name}.kept", rewriter[value]);
        }

        var extended = new ScanBody(graph, body.States.Length, body.Elements.Length, body.Steps, body.IsReverse, body.HasLengths);
        return new Scan(extended, new ScanGradient(body, needs, kept));
    }

    /// <summary>Adds the reverse scan, and what is summed up behind it.</summary>
    public void Differentiate(GradientContext gradient)
    {
        var node = gradient.Node;
        var step = new Step(_body, _needs, [.. _body.Graph.Outputs.Select((_, i) => gradient.GradientOf(i) is not null)]);
        // What values of the steps are outside: sequences, or what belongs to no sample.
        var outside = new Dictionary<Value, Value>();
        var inputs = _body.Graph.Inputs;
        for (var i = _body.States.Length; i < inputs.Count; i++)
            outside[step[inputs[i]]] = node.Inputs[i];
        foreach (var pair in _kept)
            outside[step[pair.Key]] = node.Results[pair.Value];
        for (var i = _body.States.Length; i < _body.Graph.Outputs.Count; i++)
        {
            if (step.ResultGradients[i] is { } inside)
                outside[inside] = gradient.GradientOf(i)!;
        }

        AddReverseScan(gradient, step, outside);
        OverSteps.AddNodes(step.Sums, outside,
            (n, @operator, operands) => gradient.AddNode(@operator, n.Name, operands, n.Attributes));
        for (var i = _body.States.Length; i < inputs.Count; i++)
        {
            if (step.GradientOf(inputs[i]) is { } value)
                gradient.Set(i, outside[value]);
        }
    }

    private void AddReverseScan(GradientContext gradient, Step step, Dictionary<Value, Value> outside)
    {
        var nodes = step.Reverse;
        var computed = new HashSet<Value>(nodes.SelectMany(n => n.Results));
        var read = nodes.SelectMany(n => n.Inputs).Where(v => !computed.Contains(v)).Distinct()
            .Where(v => !step.IsStateGradient(v)).ToList();
        var sequences = read.Where(v => v.Type.IsPerSample).ToList();
        var shared = read.Where(v => !v.Type.IsPerSample).ToList();

        var graph = new Graph();
        var map = new Dictionary<Value, Value>();
        foreach (var value in step.StateGradients.Concat(sequences).Concat(shared))
            map[value] = graph.AddInput(value.Name, value.Type);
        foreach (var node in nodes)
        {
            var copy = graph.Add(node.Operator, node.Name, [.. node.Inputs.Select(v => map[v])], node.Attributes);
            for (var i = 0; i < node.Results.Length; i++)
                map[node.Results[i]] = copy.Results[i];
        }

        foreach (var state in _body.States)
        {
            graph.AddOutput($"{state.Name}.gradient", step.GradientOf(state) is { } value
                ? map[value]
                : graph.Add(Zeros.Instance, $"{state.Name}.none", [], Zeros.Of(state.Type)).Result);
        }

        // What leaves the steps: the gradients of sequences, and what is summed up over all of them.
        var leaving = _body.Elements.Select(step.GradientOf).OfType<Value>()
            .Concat(step.Sums.SelectMany(n => n.Inputs).Where(v => v.Type.IsPerSample))
            .Where(v => !outside.ContainsKey(v)).Distinct().ToList();
        foreach (var value in leaving)
            graph.AddOutput($"{value.Name}.steps", map[value]);

        var first = step.StateGradients.Select((value, i) => gradient.GradientOf(i)
            ?? gradient.Add(Zeros.Instance, "state" + i.ToString(CultureInfo.InvariantCulture), [], Zeros.Of(value.Type)));
        var reverse = new ScanBody(graph, _body.States.Length, sequences.Count, _body.Steps, !_body.IsReverse, _body.HasLengths);
        var scan = gradient.AddNode(new Scan(reverse), "scan",
            [.. first, .. sequences.Concat(shared).Select(v => outside[v]),
                .. _body.HasLengths ? ImmutableArray.Create(gradient.Node.Inputs[gradient.Node.Inputs.Length - 1]) : []]);
        for (var i = 0; i < _body.States.Length; i++)
            gradient.Set(i, scan.Results[i]);
        for (var i = 0; i < leaving.Count; i++)
            outside[leaving[i]] = scan.Results[_body.States.Length + i];
    }

    // The body of one step with its gradient, in one graph.
    private sealed class Step
    {
        private readonly ScanBody _body;
        private readonly GraphRewriter _rewriter;
        private readonly ReverseAccumulation _gradients;

        public Step(ScanBody body, ImmutableArray<bool> needs, ImmutableArray<bool> hasGradient)
        {
            _body = body;
            _rewriter = new GraphRewriter(body.Graph);
            foreach (var node in body.Graph.Nodes)
                _rewriter.Copy(node);
            var graph = _rewriter.Finish();
            var forward = graph.Nodes.ToImmutableArray();
            // The gradients of the states are carried, whoever else wants them.
            var wanted = body.Graph.Inputs.Where((_, i) => i < body.States.Length || needs[i]).Select(v => _rewriter[v]);
            _gradients = new ReverseAccumulation(graph, forward, wanted);
            var results = ImmutableArray.CreateBuilder<Value?>();
            for (var i = 0; i < body.Graph.Outputs.Count; i++)
            {
                var value = _rewriter[body.Graph.Outputs[i].Value];
                if (i >= body.States.Length && (!hasGradient[i] || !_gradients.Needs(value)))
                {
                    results.Add(null);
                    continue;
                }

                results.Add(graph.AddInput($"{body.Graph.Outputs[i].Name}.gradient", value.Type));
                if (_gradients.Needs(value))
                    _gradients.Contribute(value, results[i]!, -1);
            }

            ResultGradients = results.ToImmutable();
            _gradients.Run(forward);
            var added = graph.Nodes.Skip(forward.Length).ToList();
            var sums = new HashSet<Value>(added.SelectMany(n => n.Results).Where(v => !v.Type.IsPerSample));
            Sums = [.. added.Where(n => sums.Contains(n.Result))];
            Reverse = [.. added.Where(n => !sums.Contains(n.Result))];
            if (Reverse.FirstOrDefault(n => n.Inputs.Any(sums.Contains)) is { } wrong)
                throw new InvalidOperationException($"{wrong}: a step's gradient depends on a sum over the batch.");
            var isForward = new HashSet<Node>(forward);
            var states = body.States.Select(v => _rewriter[v]).ToList();
            var used = new HashSet<Value>(added.SelectMany(n => n.Inputs)
                .Where(v => states.Contains(v) || v.Producer is { } producer && isForward.Contains(producer)));
            Kept = [.. body.States.Concat(body.Graph.Nodes.SelectMany(n => n.Results)).Where(v => used.Contains(_rewriter[v]))];
        }

        // The gradients of the body's outputs, null where there is none; the first ones are carried.
        public ImmutableArray<Value?> ResultGradients { get; }

        public IEnumerable<Value> StateGradients => ResultGradients.Take(_body.States.Length).Select(v => v!);

        // Values of the body that the gradient reads.
        public ImmutableArray<Value> Kept { get; }

        // What is computed step by step.
        public ImmutableArray<Node> Reverse { get; }

        // What sums over the batch, and what is made of such sums.
        public ImmutableArray<Node> Sums { get; }

        // What a value of the body is in this graph.
        public Value this[Value value] => _rewriter[value];

        public Value? GradientOf(Value value) => _gradients[_rewriter[value]];

        public bool IsStateGradient(Value value) => StateGradients.Contains(value);
    }
}
