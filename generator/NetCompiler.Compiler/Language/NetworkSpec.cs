using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Language;

/// <summary>A layer as it was declared: which one, and its arguments.</summary>
/// <param name="Kind">The layer's name in the language, "Conv".</param>
/// <param name="Arguments">The arguments that were written down, by the names of the signature; defaults are not filled in.</param>
/// <param name="Inputs">
/// The layers, by their indices, whose results it reads. Where it is default, the layer reads what stands before it, as in a chain.
/// </param>
/// <param name="Scope">What its name begins with: the block that it is part of and a dot, "residual1.". Empty outside of blocks.</param>
/// <param name="Hint">What it is called where it has no name of its own: the variable that it is assigned to. Null for its kind.</param>
public sealed record LayerSpec(
    string Kind, Attributes Arguments, ImmutableArray<int> Inputs = default, string Scope = "", string? Hint = null)
{
    /// <summary>The argument that names a body layer; part of every signature without being written there.</summary>
    public const string NameArgument = "Name";

    /// <inheritdoc/>
    public bool Equals(LayerSpec? other) =>
        other is not null && Kind == other.Kind && Arguments.Equals(other.Arguments) && Scope == other.Scope && Hint == other.Hint
        && Inputs.IsDefault == other.Inputs.IsDefault && (Inputs.IsDefault || Inputs.SequenceEqual(other.Inputs));

    /// <inheritdoc/>
    public override int GetHashCode() => (Kind.GetHashCode() * 31 + Arguments.GetHashCode()) * 31 + Scope.GetHashCode();
}

/// <summary>
/// A network as it was declared: all that the compiler reads of a class. Two that are equal compile to the same code, so no
/// location is part of it; diagnostics name the layer by its index.
/// </summary>
/// <param name="Namespace">The class's namespace; empty for the global one.</param>
/// <param name="Name">The class's name.</param>
/// <param name="IsPublic">True for public classes; others are internal.</param>
/// <param name="Layers">
/// Input, layers and loss: of a chain in the order of their attributes, of a graph in the order in which its methods call them.
/// </param>
/// <param name="Prediction">The layer whose result the network computes; null for the last one.</param>
public sealed record NetworkSpec(
    string Namespace, string Name, bool IsPublic, ImmutableArray<LayerSpec> Layers, int? Prediction = null)
{
    /// <inheritdoc/>
    public bool Equals(NetworkSpec? other) =>
        other is not null && Namespace == other.Namespace && Name == other.Name && IsPublic == other.IsPublic
        && Layers.SequenceEqual(other.Layers) && Prediction == other.Prediction;

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Layers.Aggregate(Name.GetHashCode() * 31 + Namespace.GetHashCode(), (hash, layer) => hash * 31 + layer.GetHashCode());
}
