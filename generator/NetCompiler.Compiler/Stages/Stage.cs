using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Stages;

/// <summary>The class of tensor expressions that a stage is built around; one schedule serves a class.</summary>
public enum StageKind
{
    /// <summary>Sums of products of two tensors: convolutions, dense layers and their gradients.</summary>
    Contraction,

    /// <summary>Each result depends on a small window of the input: pooling and its gradients.</summary>
    Window,

    /// <summary>Values are combined along axes: softmax, losses, sums over a batch.</summary>
    Reduction,

    /// <summary>Results depend on inputs at the same place.</summary>
    Elementwise,

    /// <summary>Elements change their place only.</summary>
    Reorder,

    /// <summary>Stages of its own run once for each step of sequences.</summary>
    Scan,

    /// <summary>Softmax between two sums of products: attention, and its gradients.</summary>
    Attention,

    /// <summary>All stages of a pass together.</summary>
    Network,
}

/// <summary>How often a stage's results exist.</summary>
public enum StageScope
{
    /// <summary>Once for each sample.</summary>
    Sample,

    /// <summary>Once for a batch, as a sum over its samples.</summary>
    BatchSum,

    /// <summary>Once; no sample takes part.</summary>
    Shared,
}

/// <summary>Nodes that are computed together: an anchor and what surrounds it. Nothing between them is written to memory.</summary>
public sealed class Stage
{
    /// <summary>A stage.</summary>
    /// <param name="name">Its name, that of its anchor.</param>
    /// <param name="kind">Its class.</param>
    /// <param name="nodes">Its nodes in topological order; the first is the anchor.</param>
    /// <param name="outputs">The results that others read.</param>
    /// <param name="parts">The stages that it is made of; none but for <see cref="StageKind.Network"/>.</param>
    public Stage(
        string name, StageKind kind, ImmutableArray<Node> nodes, ImmutableArray<Value> outputs, ImmutableArray<Stage> parts = default)
    {
        Parts = parts.IsDefault ? [] : parts;
        Name = name;
        Kind = kind;
        Nodes = nodes;
        Outputs = outputs;
        var inside = new HashSet<Node>(nodes);
        Inputs = [.. nodes.SelectMany(n => n.Inputs).Where(v => v.Producer is null || !inside.Contains(v.Producer)).Distinct()];
        Scope = outputs[0].Type.IsPerSample ? StageScope.Sample
            : Inputs.Any(v => v.Type.IsPerSample) ? StageScope.BatchSum
            : StageScope.Shared;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its class.</summary>
    public StageKind Kind { get; }

    /// <summary>Its nodes in topological order.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>The node that gives the stage its class.</summary>
    public Node Anchor => Nodes[0];

    /// <summary>The stages that it is made of, in their order; none but for <see cref="StageKind.Network"/>.</summary>
    public ImmutableArray<Stage> Parts { get; }

    /// <summary>What it reads.</summary>
    public ImmutableArray<Value> Inputs { get; }

    /// <summary>What it writes.</summary>
    public ImmutableArray<Value> Outputs { get; }

    /// <summary>How often its results exist.</summary>
    public StageScope Scope { get; }

    /// <summary>The extents of its results.</summary>
    public ImmutableArray<Dimension> Domain => Outputs[0].Type.Shape;

    /// <summary>True where a node of the stage computes the value.</summary>
    public bool Contains(Value value) => value.Producer is { } producer && Nodes.Contains(producer);

    /// <inheritdoc/>
    public override string ToString() =>
        $"stage {Name} ({Kind.ToString().ToLowerInvariant()}, {Scope.ToString().ToLowerInvariant()}): "
        + $"{string.Join(", ", Inputs)} → {string.Join(", ", Outputs.Select(v => $"{v} : {v.Type}"))}\n"
        + string.Concat(Nodes.Select(n => $"    {n}\n"));
}
