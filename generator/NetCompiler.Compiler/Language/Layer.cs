using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Language;

/// <summary>Where in a declaration a layer stands.</summary>
public enum LayerRole
{
    /// <summary>What the network reads.</summary>
    Input,

    /// <summary>What it computes.</summary>
    Body,

    /// <summary>What training minimises.</summary>
    Loss,

    /// <summary>What losses compare with.</summary>
    Target,
}

/// <summary>
/// A word of the language: how a declared layer becomes nodes and parameters of a graph. Layers have no state and are found by
/// their type, one file each, beside the operators that they are made of.
/// </summary>
public abstract class Layer
{
    /// <summary>Its name and what it takes.</summary>
    public abstract Signature Signature { get; }

    /// <summary>Where in a declaration it stands.</summary>
    public virtual LayerRole Role => LayerRole.Body;

    /// <summary>What the layer's name begins with where none is given: conv1, conv2, …</summary>
    public virtual string DefaultName => Signature.Name.ToLowerInvariant();

    /// <summary>True where it can do something with integers, which stand for something and are not calculated with.</summary>
    /// <param name="input">Which of its inputs they are.</param>
    public virtual bool TakesIntegers(int input) => false;

    /// <summary>Adds the layer to the graph.</summary>
    /// <param name="builder">The graph, what the layer reads, and its arguments.</param>
    /// <returns>What layers behind it read.</returns>
    public abstract Value Build(LayerBuilder builder);
}
