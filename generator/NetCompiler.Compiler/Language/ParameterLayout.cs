using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Language;

/// <summary>How a parameter's first values are drawn; the names are those of the runtime.</summary>
public enum InitializerKind
{
    /// <summary>All 0.</summary>
    Zeros,

    /// <summary>All 1.</summary>
    Ones,

    /// <summary>All one number.</summary>
    Constant,

    /// <summary>Normal with variance 2 / fan-in.</summary>
    HeNormal,

    /// <summary>Uniform in ±√(6 / (fan-in + fan-out)).</summary>
    GlorotUniform,
}

/// <summary>A parameter in the arena of a network's parameters.</summary>
/// <param name="Declared">The parameter.</param>
/// <param name="Offset">Where it begins, in floats.</param>
/// <param name="Initializer">How its first values are drawn.</param>
public sealed record PlacedParameter(DeclaredParameter Declared, int Offset, InitializerKind Initializer)
{
    /// <summary>Its name, "conv1.weight".</summary>
    public string Name => Declared.Value.Name;

    /// <summary>Its extents, in canonical order.</summary>
    public ImmutableArray<int> Shape => Declared.Value.Type.SampleShape;
}

/// <summary>The arena of a network's parameters: one after the other as they are declared, each beginning on a cache line.</summary>
public static class ParameterLayout
{
    /// <summary>What offsets are multiples of, in floats.</summary>
    public const int Alignment = 16;

    /// <summary>The parameters with their places.</summary>
    public static ImmutableArray<PlacedParameter> Of(NetworkModel model)
    {
        var placed = ImmutableArray.CreateBuilder<PlacedParameter>(model.Parameters.Length);
        var offset = 0L;
        var readers = FirstReaders(model.Graph);
        var weights = new HashSet<Value>(model.Parameters.Where(p => p.Initializer == ParameterInitializer.Weights).Select(p => p.Value));
        foreach (var parameter in model.Parameters)
        {
            placed.Add(new PlacedParameter(parameter, checked((int)offset), Initializer(parameter)));
            offset = (offset + parameter.Value.Type.SampleLength + Alignment - 1) / Alignment * Alignment;
        }

        return placed.MoveToImmutable();

        InitializerKind Initializer(DeclaredParameter parameter) => parameter.Initializer switch
        {
            ParameterInitializer.Zeros => InitializerKind.Zeros,
            ParameterInitializer.Ones => InitializerKind.Ones,
            ParameterInitializer.Constant => InitializerKind.Constant,
            ParameterInitializer.Uniform => InitializerKind.GlorotUniform,
            _ => IsRectified(parameter.Value) ? InitializerKind.HeNormal : InitializerKind.GlorotUniform,
        };

        // Follows the value to its first reader until there is an activation or another layer with weights.
        bool IsRectified(Value own)
        {
            var value = own;
            while (readers.TryGetValue(value, out var reader))
            {
                if (reader.Operator is IRectifier)
                    return true;
                if (reader.Operator is Elementwise && reader.Inputs.Length == 1 || reader.Inputs.Any(i => i != own && weights.Contains(i)))
                    return false;
                value = reader.Result;
            }

            return false;
        }
    }

    private static Dictionary<Value, Node> FirstReaders(Graph graph)
    {
        var readers = new Dictionary<Value, Node>();
        foreach (var node in graph.Nodes)
        {
            foreach (var input in node.Inputs.Where(input => !readers.ContainsKey(input)))
                readers[input] = node;
        }

        return readers;
    }
}
