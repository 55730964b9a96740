using System.Collections.Immutable;
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

    /// <summary>True where it can stand in a chain, where each layer reads one tensor and hands one on; it has an attribute then.</summary>
    public virtual bool StandsInChains => Signature.Inputs == 1;

    /// <summary>How many results it has.</summary>
    /// <param name="arguments">Its arguments as they were written, before anything has been checked.</param>
    public virtual int CountResults(Attributes arguments) => 1;

    /// <summary>Adds the layer to the graph.</summary>
    /// <param name="builder">The graph, what the layer reads, and its arguments.</param>
    /// <returns>What layers behind it read; of several results the first, which is what a chain goes on with.</returns>
    public abstract Value Build(LayerBuilder builder);

    /// <summary>Adds the layer to the graph.</summary>
    /// <param name="builder">The graph, what the layer reads, and its arguments.</param>
    /// <returns>All of its results.</returns>
    public virtual ImmutableArray<Value> BuildResults(LayerBuilder builder) => [Build(builder)];
}

/// <summary>A layer with several results. Its function in the language returns a tuple of tensors, or an array where arguments say how many.</summary>
public abstract class MultiResultLayer : Layer
{
    /// <inheritdoc/>
    public abstract override int CountResults(Attributes arguments);

    /// <inheritdoc/>
    public sealed override Value Build(LayerBuilder builder) => BuildResults(builder)[0];

    /// <inheritdoc/>
    public abstract override ImmutableArray<Value> BuildResults(LayerBuilder builder);
}
