using System.Collections.Immutable;

namespace NetCompiler.Generator.Evaluation;

/// <summary>The result of a layer; what variables of type Tensor hold. Numbers, truth values and texts are themselves.</summary>
/// <param name="Layer">The layer, by its index among those that were called.</param>
internal sealed record TensorReference(int Layer);

/// <summary>A tuple.</summary>
internal sealed record TupleValue(ImmutableArray<object?> Items);

/// <summary>An array; variables that hold it hold the same one.</summary>
internal sealed class ArrayValue(object?[] items)
{
    public object?[] Items { get; } = items;
}
