using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Language;

/// <summary>A layer as it was declared: which one, and its arguments.</summary>
/// <param name="Kind">The layer's name in the language, "Conv".</param>
/// <param name="Arguments">The arguments that were written down, by the names of the signature; defaults are not filled in.</param>
public sealed record LayerSpec(string Kind, Attributes Arguments)
{
    /// <summary>The argument that names a body layer; part of every signature without being written there.</summary>
    public const string NameArgument = "Name";
}

/// <summary>
/// A network as it was declared: all that the compiler reads of a class. Two that are equal compile to the same code, so no
/// location is part of it; diagnostics name the layer by its index.
/// </summary>
/// <param name="Namespace">The class's namespace; empty for the global one.</param>
/// <param name="Name">The class's name.</param>
/// <param name="IsPublic">True for public classes; others are internal.</param>
/// <param name="Layers">Input, layers and loss in the order of their attributes.</param>
public sealed record NetworkSpec(string Namespace, string Name, bool IsPublic, ImmutableArray<LayerSpec> Layers)
{
    /// <inheritdoc/>
    public bool Equals(NetworkSpec? other) =>
        other is not null && Namespace == other.Namespace && Name == other.Name && IsPublic == other.IsPublic
        && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Layers.Aggregate(Name.GetHashCode() * 31 + Namespace.GetHashCode(), (hash, layer) => hash * 31 + layer.GetHashCode());
}
