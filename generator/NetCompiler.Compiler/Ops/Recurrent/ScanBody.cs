using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>
/// What a scan does at each step, as a graph: of states, of one step of sequences, and of what is the same at all steps, it computes
/// the next states, and results that become sequences.
/// </summary>
public sealed class ScanBody
{
    /// <summary>Describes a body.</summary>
    /// <param name="graph">
    /// The graph. Its inputs are <paramref name="states"/> states, a step of each of <paramref name="sequences"/> sequences, and then what
    /// every step reads, which belongs to no sample. Its outputs are the next states in their order, and then what is stacked. All
    /// nodes compute something for each sample.
    /// </param>
    /// <param name="states">How many states are carried from step to step.</param>
    /// <param name="sequences">How many sequences are read.</param>
    /// <param name="steps">How often it runs.</param>
    /// <param name="isReverse">True to begin with the last element of sequences; what is stacked keeps the order of sequences.</param>
    /// <param name="hasLengths">
    /// True where sequences end early, at lengths (N) that the scan reads behind its other inputs: there the body leaves states as they are
    /// and what is stacked is 0, so that steps which no sample has need not run.
    /// </param>
    public ScanBody(Graph graph, int states, int sequences, int steps, bool isReverse, bool hasLengths = false)
    {
        (Graph, Steps, IsReverse, HasLengths) = (WithResultsOfItsOwn(graph), steps, isReverse, hasLengths);
        States = [.. Graph.Inputs.Take(states)];
        Elements = [.. Graph.Inputs.Skip(states).Take(sequences)];
        Shared = [.. Graph.Inputs.Skip(states + sequences)];
        NextStates = [.. Graph.Outputs.Take(states).Select(o => o.Value)];
        Stacked = [.. Graph.Outputs.Skip(states)];
        if (!States.Select(v => v.Type).SequenceEqual(NextStates.Select(v => v.Type)))
            throw new ArgumentException("The next states are of other types than the states.", nameof(graph));
        if (Graph.Parameters.Count > 0 || Shared.Any(v => v.Type.IsPerSample))
            throw new ArgumentException("What every step reads belongs to no sample, and is an input.", nameof(graph));
        if (Graph.Nodes.SelectMany(n => n.Results).FirstOrDefault(v => !v.Type.IsPerSample) is { } shared)
            throw new ArgumentException($"'{shared}' is the same at every step and belongs in front of the scan.", nameof(graph));
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    /// <summary>How often it runs.</summary>
    public int Steps { get; }

    /// <summary>True where the last element of sequences comes first.</summary>
    public bool IsReverse { get; }

    /// <summary>True where the scan reads lengths, behind which its body does nothing.</summary>
    public bool HasLengths { get; }

    /// <summary>The states as a step finds them.</summary>
    public ImmutableArray<Value> States { get; }

    /// <summary>The elements of the sequences that a step reads.</summary>
    public ImmutableArray<Value> Elements { get; }

    /// <summary>What every step reads: weights.</summary>
    public ImmutableArray<Value> Shared { get; }

    /// <summary>The states as a step leaves them.</summary>
    public ImmutableArray<Value> NextStates { get; }

    /// <summary>What becomes a sequence, with its name.</summary>
    public ImmutableArray<GraphOutput> Stacked { get; }

    // Each output is a node's result that is no other output: states and sequences lie in different places.
    private static Graph WithResultsOfItsOwn(Graph graph)
    {
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
            rewriter.Copy(node);
        var seen = new HashSet<Value>();
        foreach (var output in graph.Outputs)
        {
            var value = rewriter[output.Value];
            if (value.Role != ValueRole.Result || !seen.Add(value))
                value = rewriter.Target.Add(Identity.Instance, output.Name, [value]).Result;
            rewriter.Target.AddOutput(output.Name, value, output.Role);
        }

        return rewriter.Target;
    }
}
