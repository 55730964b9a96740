using System.Collections.Immutable;

namespace NetCompiler.Compiler.Language;

/// <summary>What a method of a network is for.</summary>
public enum EntryKind
{
    /// <summary>It computes what the network is asked for.</summary>
    Forward,

    /// <summary>It computes what training minimises.</summary>
    Loss,

    /// <summary>It computes a number whose gradient is wanted.</summary>
    Objective,
}

/// <summary>A value that a method reads or returns.</summary>
/// <param name="Name">What it is called: a parameter, or an element of a tuple.</param>
/// <param name="Result">What it is of a layer; of layer −1 where it is known by its name alone.</param>
public sealed record EntryValue(string Name, LayerResult Result)
{
    /// <summary>The layer that it is a result of, by its index.</summary>
    public int Layer => Result.Layer;
}

/// <summary>A method of a network in graph form.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Inputs">What its caller hands in. For a loss, the prediction's inputs, its own, and the targets.</param>
/// <param name="Outputs">What it computes; the first of an objective is the number. For a loss, the predictions and then the loss.</param>
/// <param name="Variables">
/// What an objective's gradient is taken with respect to; −1 for a layer that is known by its name alone.
/// </param>
public sealed record EntrySpec(
    string Name, EntryKind Kind, ImmutableArray<EntryValue> Inputs, ImmutableArray<EntryValue> Outputs,
    ImmutableArray<EntryValue> Variables)
{
    /// <summary>The first of the layers that were called while the method was evaluated.</summary>
    public int FirstLayer { get; init; }

    /// <summary>The layer behind the last of these.</summary>
    public int EndLayer { get; init; }

    /// <inheritdoc/>
    public bool Equals(EntrySpec? other) =>
        other is not null && Name == other.Name && Kind == other.Kind && Inputs.SequenceEqual(other.Inputs)
        && Outputs.SequenceEqual(other.Outputs) && (FirstLayer, EndLayer) == (other.FirstLayer, other.EndLayer)
        && Variables.SequenceEqual(other.Variables);

    /// <inheritdoc/>
    public override int GetHashCode() => Outputs.Aggregate(Name.GetHashCode(), (hash, output) => hash * 31 + output.GetHashCode());
}
