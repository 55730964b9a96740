using System.Collections.Immutable;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Generator.Evaluation;

/// <summary>A result of a layer; what variables of type Tensor hold. Numbers, truth values and texts are themselves.</summary>
/// <param name="Result">The result, by the index of its layer among those that were called.</param>
internal sealed record TensorReference(LayerResult Result);

/// <summary>A tuple.</summary>
internal sealed record TupleValue(ImmutableArray<object?> Items);

/// <summary>An array; variables that hold it hold the same one.</summary>
internal sealed class ArrayValue(object?[] items)
{
    public object?[] Items { get; } = items;
}
