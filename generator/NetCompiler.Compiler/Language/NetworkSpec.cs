using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Language;

/// <summary>A result of a layer.</summary>
/// <param name="Layer">The layer, by its index among the declaration's layers.</param>
/// <param name="Index">Which of its results; most layers have one.</param>
public readonly record struct LayerResult(int Layer, int Index = 0)
{
    /// <summary>The first result of a layer.</summary>
    public static implicit operator LayerResult(int layer) => new(layer);
}

/// <summary>A layer as it was declared: which one, and its arguments.</summary>
/// <param name="Kind">The layer's name in the language, "Conv".</param>
/// <param name="Arguments">The arguments that were written down, by the names of the signature; defaults are not filled in.</param>
/// <param name="Inputs">
/// The results of other layers that it reads. Where it is default, the layer reads what stands before it, as in a chain.
/// </param>
/// <param name="Scope">What its name begins with: the block that it is part of and a dot, "residual1.". Empty outside of blocks.</param>
/// <param name="Hint">What it is called where it has no name of its own: the variable that it is assigned to. Null for its kind.</param>
/// <param name="Shares">The layer, by its index, whose weights and name it has; null where they are its own.</param>
/// <param name="Checkpoint">
/// The block whose values training computes a second time instead of keeping them, by what the names in it begin with; null for none.
/// </param>
public sealed record LayerSpec(
    string Kind, Attributes Arguments, ImmutableArray<LayerResult> Inputs = default, string Scope = "", string? Hint = null, int? Shares = null,
    string? Checkpoint = null)
{
    /// <summary>True for what a loss or an objective computes, which is no layer of the network.</summary>
    public bool IsAside { get; init; }

    /// <summary>The argument that names a body layer; part of every signature without being written there.</summary>
    public const string NameArgument = "Name";

    /// <inheritdoc/>
    public bool Equals(LayerSpec? other) =>
        other is not null && Kind == other.Kind && Arguments.Equals(other.Arguments) && Scope == other.Scope && Hint == other.Hint
        && Shares == other.Shares && Checkpoint == other.Checkpoint && IsAside == other.IsAside
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
/// <param name="Entries">
/// The methods of a graph: [Forward] methods, the first of which is what Predict computes, then the [Loss], then [Objective] methods. Empty
/// for a chain.
/// </param>
/// <param name="Frozen">Patterns of the names of parameters that training leaves as they are.</param>
public sealed record NetworkSpec(
    string Namespace, string Name, bool IsPublic, ImmutableArray<LayerSpec> Layers, ImmutableArray<EntrySpec> Entries = default,
    ImmutableArray<string> Frozen = default)
{
    /// <summary>The methods of a graph; empty for a chain.</summary>
    public ImmutableArray<EntrySpec> Entries { get; init; } = Entries.IsDefault ? [] : Entries;

    /// <summary>Patterns of the names of parameters that training leaves as they are.</summary>
    public ImmutableArray<string> Frozen { get; init; } = Frozen.IsDefault ? [] : Frozen;

    /// <summary>True for a network that methods declare.</summary>
    public bool IsGraph => !Entries.IsEmpty;

    /// <summary>What the class of a graph declares itself, so that nothing is generated under the same name.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>Partial methods of the class that are declared by layer attributes, as their other halves have to be written.</summary>
    public ImmutableArray<string> PartialMethods { get; init; } = [];

    /// <summary>True for [Network(Precision = Precision.Strict)]: no algorithm that rounds off more than the definition does.</summary>
    public bool IsStrict { get; init; }

    /// <summary>
    /// What [Network(Precision = …)] lets tensor cores round the factors of contractions to; null for single precision.
    /// </summary>
    public MatrixFormat? FactorFormat { get; init; }

    /// <inheritdoc/>
    public bool Equals(NetworkSpec? other) =>
        other is not null && Namespace == other.Namespace && Name == other.Name && IsPublic == other.IsPublic
        && Layers.SequenceEqual(other.Layers) && Entries.SequenceEqual(other.Entries) && Frozen.SequenceEqual(other.Frozen)
        && IsStrict == other.IsStrict && FactorFormat == other.FactorFormat && Members.SequenceEqual(other.Members) && PartialMethods.SequenceEqual(other.PartialMethods);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Layers.Aggregate(Name.GetHashCode() * 31 + Namespace.GetHashCode(), (hash, layer) => hash * 31 + layer.GetHashCode());
}
