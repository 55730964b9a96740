using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;
using NetCompiler.Generator;
using NetCompiler.Testing;

namespace NetCompiler.Benchmarks.Peers;

/// <summary>A layer of a network's prediction, with all its arguments.</summary>
/// <param name="Name">Its name: what its parameters begin with.</param>
/// <param name="Kind">Its kind in the language.</param>
/// <param name="Inputs">The layers that it reads, by their indices.</param>
/// <param name="Arguments">Its arguments, defaults filled in.</param>
/// <param name="Shape">The extents of its result for one sample.</param>
internal sealed record DeclaredLayer(
    string Name, string Kind, ImmutableArray<int> Inputs, Attributes Arguments, ImmutableArray<int> Shape)
{
    /// <summary>Height and width.</summary>
    public ImmutableArray<int> Pair(string argument)
    {
        var values = Arguments.Ints(argument);
        return [values[0], values[^1]];
    }
}

/// <summary>
/// What a network's class declares, read of its source by the compiler's own reader: peers compute what is written there and nowhere else.
/// </summary>
internal sealed class DeclaredNetwork
{
    private DeclaredNetwork(NetworkModel model, ImmutableArray<DeclaredLayer> layers, int result)
    {
        Model = model;
        Layers = layers;
        Result = result;
    }

    /// <summary>The network in the compiler.</summary>
    public NetworkModel Model { get; }

    /// <summary>Input and layers of the prediction, each behind what it reads.</summary>
    public ImmutableArray<DeclaredLayer> Layers { get; }

    /// <summary>The layer that is the prediction, by its index.</summary>
    public int Result { get; }

    /// <summary>Reads the class of a network of this program.</summary>
    public static DeclaredNetwork Read(Type type)
    {
        var generation = Generation.Run(GenerationOptions.DesignTime, [.. Sources(type)]);
        var declaration = generation.Result.TrackedSteps[NetworkGenerator.DeclarationStep]
            .SelectMany(step => step.Outputs.Select(output => output.Value)).OfType<NetworkDeclaration>()
            .First(candidate => candidate.MetadataName == type.FullName);
        var model = NetworkBuilder.Build(declaration.Spec).Model
            ?? throw new InvalidOperationException($"{type.Name}: the declaration is not valid.");
        return Read(declaration.Spec, model);
    }

    private static IEnumerable<string> Sources(Type type)
    {
        foreach (var name in type.Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".cs", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(type.Assembly.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }

    private static DeclaredNetwork Read(NetworkSpec spec, NetworkModel model)
    {
        var models = model.Layers.ToDictionary(layer => layer.Index);
        var indices = new Dictionary<int, int>();
        var layers = ImmutableArray.CreateBuilder<DeclaredLayer>();
        for (var i = 0; i < spec.Layers.Length; i++)
        {
            var layer = spec.Layers[i];
            var signature = LayerRegistry.Get(layer.Kind).Signature;
            if (layer.IsAside || layer.Kind != "Input" && !models.ContainsKey(i))
                continue;
            var (name, value) = layer.Kind == "Input" ? ("input", model.Input) : (models[i].Name, models[i].Result);
            ImmutableArray<int> inputs = layer.Kind == "Input" ? []
                : layer.Inputs.IsDefault ? [layers.Count - 1] : [.. layer.Inputs.Select(input => indices[input.Layer])];
            indices[i] = layers.Count;
            layers.Add(new DeclaredLayer(name, layer.Kind, inputs, Arguments(layer, signature), [.. value.Type.Shape.Skip(1).Select(d => d.Size)]));
        }

        return new DeclaredNetwork(model, layers.ToImmutable(), spec.IsGraph ? indices[spec.Entries[0].Outputs[0].Layer] : layers.Count - 1);
    }

    private static Attributes Arguments(LayerSpec layer, Signature signature)
    {
        var arguments = layer.Arguments;
        foreach (var parameter in signature.Parameters.Where(p => p.Default is not null))
        {
            if (!arguments.Has(parameter.Name))
            {
                arguments = arguments.With(parameter.Name,
                    parameter.Kind == ArgumentKind.Pair && parameter.Default is int both ? ImmutableArray.Create(both) : parameter.Default!);
            }
        }

        return arguments;
    }
}
