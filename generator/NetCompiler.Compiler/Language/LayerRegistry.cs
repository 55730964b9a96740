using System.Collections.Immutable;
using System.Reflection;

namespace NetCompiler.Compiler.Language;

/// <summary>The words of the language: every <see cref="Layer"/> of this assembly by its name. Found once, by their type.</summary>
public static class LayerRegistry
{
    /// <summary>The layers by their names in the language.</summary>
    public static ImmutableSortedDictionary<string, Layer> Layers { get; } = Of(typeof(Layer).Assembly);

    /// <summary>The layers of some assemblies, by their names.</summary>
    public static ImmutableSortedDictionary<string, Layer> Of(params Assembly[] assemblies) => assemblies.SelectMany(a => a.GetTypes())
        .Where(type => !type.IsAbstract && typeof(Layer).IsAssignableFrom(type))
        .Select(type => (Layer)Activator.CreateInstance(type)!)
        .ToImmutableSortedDictionary(layer => layer.Signature.Name, layer => layer, StringComparer.Ordinal);

    /// <summary>The layer of a name.</summary>
    /// <exception cref="InvalidOperationException">The language has no such word.</exception>
    public static Layer Get(string kind) => Layers.TryGetValue(kind, out var layer)
        ? layer
        : throw new InvalidOperationException($"There is no layer '{kind}': expected one of {string.Join(", ", Layers.Keys)}.");
}
