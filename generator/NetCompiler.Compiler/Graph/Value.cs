namespace NetCompiler.Compiler.Graphs;

/// <summary>A tensor in a graph: written once, read any number of times.</summary>
public sealed class Value
{
    internal Value(string name, TensorType type, ValueRole role, Node? producer = null, int resultIndex = 0)
    {
        Name = name;
        Type = type;
        Role = role;
        Producer = producer;
        ResultIndex = resultIndex;
    }

    /// <summary>Its name, unique in its graph.</summary>
    public string Name { get; }

    /// <summary>Its element type and extents.</summary>
    public TensorType Type { get; }

    /// <summary>Where it comes from.</summary>
    public ValueRole Role { get; }

    /// <summary>The node that computes it, if it is a result.</summary>
    public Node? Producer { get; }

    /// <summary>Which of the producer's results it is.</summary>
    public int ResultIndex { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
