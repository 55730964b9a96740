using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Language;

/// <summary>A declaration made into a graph, or what is wrong with it.</summary>
/// <param name="Model">The network; null where the declaration breaks a rule.</param>
/// <param name="Diagnostics">The broken rules.</param>
public sealed record NetworkBuild(NetworkModel? Model, ImmutableArray<NetworkDiagnostic> Diagnostics);

/// <summary>
/// Makes a graph of a declaration, layer by layer. Reports every rule that the declaration breaks as a whole and the first that a
/// layer breaks: what comes after it would read a shape that is not known.
/// </summary>
public static class NetworkBuilder
{
    private const string InputName = "input";
    private const string LossName = "loss";

    /// <summary>Makes a graph of a declaration.</summary>
    public static NetworkBuild Build(NetworkSpec spec)
    {
        ImmutableArray<Layer> layers = [.. spec.Layers.Select(layer => LayerRegistry.Get(layer.Kind))];
        var diagnostics = new List<NetworkDiagnostic>();
        CheckOrder(spec, layers, diagnostics);
        var names = Names(spec, layers, diagnostics);
        if (diagnostics.Count > 0)
            return new NetworkBuild(null, [.. diagnostics]);
        try
        {
            return new NetworkBuild(Build(spec, layers, names), []);
        }
        catch (NetworkException exception)
        {
            return new NetworkBuild(null, [exception.Diagnostic]);
        }
    }

    private static NetworkModel Build(NetworkSpec spec, ImmutableArray<Layer> layers, ImmutableArray<string> names)
    {
        var graph = new Graph();
        var parameters = new List<DeclaredParameter>();
        var models = ImmutableArray.CreateBuilder<LayerModel>();
        LossModel? loss = null;
        var results = new List<Value>();
        Value? last = null;
        for (var i = 0; i < layers.Length; i++)
        {
            var inputs = Inputs(spec.Layers[i], results, last);
            var builder = new LayerBuilder(graph, layers[i].Signature, spec.Layers[i], i, names[i], inputs, parameters);
            var result = layers[i].Build(builder);
            CheckSize(builder, result, parameters);
            results.Add(result);
            switch (layers[i].Role)
            {
                case LayerRole.Input:
                    last = result;
                    break;
                case LayerRole.Body:
                    last = result;
                    models.Add(new LayerModel(names[i], spec.Layers[i].Kind, i, result));
                    break;
                case LayerRole.Loss:
                    loss = new LossModel(spec.Layers[i].Arguments.Text("Kind")!, graph.Inputs[graph.Inputs.Count - 1], result);
                    break;
            }
        }

        var prediction = spec.Prediction is { } declared ? results[declared] : last!;
        graph.AddOutput(models.Last(m => m.Result == prediction).Name, prediction);
        if (loss is not null)
            graph.AddOutput(LossName, loss.PerSample);
        return new NetworkModel(spec, graph, graph.Inputs[0], prediction, loss, [.. parameters], models.ToImmutable());
    }

    private static ImmutableArray<Value> Inputs(LayerSpec layer, List<Value> results, Value? last)
    {
        if (!layer.Inputs.IsDefault)
            return [.. layer.Inputs.Select(i => results[i])];
        return last is null ? [] : [last];
    }

    // Offsets into arenas are 32-bit.
    private static void CheckSize(LayerBuilder builder, Value result, List<DeclaredParameter> parameters)
    {
        var weights = parameters.Sum(p => (double)Elements(p.Value.Type));
        if (weights > int.MaxValue / sizeof(float))
            throw TooLarge("number of all parameters so far", weights);
        if (Elements(result.Type) > int.MaxValue / sizeof(float))
            throw TooLarge("number of outputs", Elements(result.Type));

        NetworkException TooLarge(string what, double size) => builder.Error(Rules.OutOfRange, null, builder.Label, "the " + what,
            size.ToString(size < 1e15 ? "0" : "0.00E+0", CultureInfo.InvariantCulture), $"at most {int.MaxValue / sizeof(float)}");

        // The product of extents may be beyond 64 bits too.
        static double Elements(TensorType type) => type.SampleShape.Aggregate(1.0, (product, extent) => product * extent);
    }

    private static void CheckOrder(NetworkSpec spec, ImmutableArray<Layer> layers, List<NetworkDiagnostic> diagnostics)
    {
        var inputs = IndicesOf(layers, LayerRole.Input);
        if (inputs.IsEmpty)
            Report(Rules.Input, -1, spec.Name, "none");
        foreach (var extra in inputs.Skip(1))
            Report(Rules.Input, extra, spec.Name, inputs.Length.ToString(CultureInfo.InvariantCulture));
        if (inputs.Length == 1 && inputs[0] != 0)
            Report(Rules.Input, inputs[0], spec.Name, $"it after [{spec.Layers[inputs[0] - 1].Kind}]");

        var body = IndicesOf(layers, LayerRole.Body);
        if (body.IsEmpty && !inputs.IsEmpty)
            Report(Rules.NoLayers, -1, spec.Name);

        var losses = IndicesOf(layers, LayerRole.Loss);
        foreach (var extra in losses.Skip(1))
            Report(Rules.Loss, extra, spec.Name, losses.Length.ToString(CultureInfo.InvariantCulture));
        if (losses.Length == 1 && !body.IsEmpty && losses[0] < body[body.Length - 1])
            Report(Rules.Loss, losses[0], spec.Name, $"[{spec.Layers[losses[0] + 1].Kind}] after it");

        void Report(Rule rule, int layer, params ImmutableArray<string> arguments) =>
            diagnostics.Add(new NetworkDiagnostic(rule, layer, null, arguments));
    }

    private static ImmutableArray<int> IndicesOf(ImmutableArray<Layer> layers, LayerRole role) =>
        [.. Enumerable.Range(0, layers.Length).Where(i => layers[i].Role == role)];

    private static ImmutableArray<string> Names(NetworkSpec spec, ImmutableArray<Layer> layers, List<NetworkDiagnostic> diagnostics)
    {
        // Names become properties that begin with a capital, so that two must differ in more than case.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { InputName, LossName, "target" };
        var names = new string[layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            if (layers[i].Role != LayerRole.Body)
                names[i] = layers[i].Role == LayerRole.Input ? InputName : LossName;
            else if (spec.Layers[i].Arguments.Text(LayerSpec.NameArgument) is { } name)
                names[i] = Given(spec.Layers[i].Scope, name, i);
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < layers.Length; i++)
        {
            var layer = spec.Layers[i];
            names[i] ??= layer.Hint is { } hint && taken.Add(layer.Scope + hint)
                ? layer.Scope + hint
                : Numbered(layer.Scope + (layer.Hint ?? layers[i].DefaultName), first: layer.Hint is null ? 1 : 2);
        }

        return [.. names];

        string Given(string scope, string name, int layer)
        {
            if (!IsIdentifier(name))
                diagnostics.Add(new NetworkDiagnostic(Rules.InvalidName, layer, LayerSpec.NameArgument, [name]));
            else if (!taken.Add(scope + name))
                diagnostics.Add(new NetworkDiagnostic(Rules.DuplicateName, layer, LayerSpec.NameArgument, [scope + name]));
            return scope + name;
        }

        string Numbered(string prefix, int first)
        {
            if (!counts.TryGetValue(prefix, out var count))
                count = first - 1;
            string name;
            do
                name = prefix + (++count).ToString(CultureInfo.InvariantCulture);
            while (!taken.Add(name));
            counts[prefix] = count;
            return name;
        }
    }

    private static bool IsIdentifier(string name) =>
        name.Length > 0 && !char.IsDigit(name[0]) && name.All(c => c == '_' || char.IsLetterOrDigit(c));
}
