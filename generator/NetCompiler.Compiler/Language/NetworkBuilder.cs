using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;

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
    private const string TargetName = "target";

    /// <summary>Makes a graph of a declaration.</summary>
    /// <param name="spec">The declaration.</param>
    /// <param name="language">The layers by their names; null for those of the compiler.</param>
    public static NetworkBuild Build(NetworkSpec spec, IReadOnlyDictionary<string, Layer>? language = null)
    {
        ImmutableArray<Layer> layers = [.. spec.Layers.Select(l => language is null ? LayerRegistry.Get(l.Kind) : language[l.Kind])];
        var diagnostics = new List<NetworkDiagnostic>();
        if (!spec.IsGraph)
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
        // Labels have no value before a loss says what they look like.
        var results = new LayerResults(layers.Length);
        Value? last = null;
        var weights = 0.0;
        for (var i = 0; i < layers.Length; i++)
        {
            var layer = spec.Layers[i];
            if (layers[i].Role == LayerRole.Target && !LabelsLayer.HasShape(layer))
                continue;
            var builder = Builder(i, layers[i].Role == LayerRole.Loss ? Compared(i) : Inputs(i));
            RequireNumbers(i, builder);
            var declared = parameters.Count;
            results.Set(i, layers[i].BuildResults(builder));
            weights += parameters.Skip(declared).Sum(p => Elements(p.Value.Type));
            CheckSize(builder, results.All(i), weights);
            if (layers[i].Role is LayerRole.Input or LayerRole.Body)
                last = results[i];
        }

        var frozen = Freeze(spec, parameters);
        return spec.IsGraph ? GraphModel(spec, layers, names, graph, results, frozen) : ChainModel(spec, layers, names, graph, results, last!, frozen);

        // Integers stand for something; labels are a loss's business.
        void RequireNumbers(int i, LayerBuilder builder)
        {
            for (var input = 0; layers[i].Role == LayerRole.Body && input < builder.Inputs.Length; input++)
            {
                var value = builder.Inputs[input];
                var isLabel = layers[results.LayerOf(value)].Role == LayerRole.Target;
                if (value.Type.Element == ScalarKind.I32 && !isLabel && !layers[i].TakesIntegers(input))
                    throw builder.Error(Rules.NumbersNeeded, null, builder.Label);
            }
        }

        LayerBuilder Builder(int i, ImmutableArray<Value> inputs) =>
            new(graph, layers[i].Signature, spec.Layers[i], i, names[i], inputs, parameters);

        ImmutableArray<Value> Inputs(int i)
        {
            if (spec.Layers[i].Inputs.IsDefault)
                return last is null ? [] : [last];
            return [.. spec.Layers[i].Inputs.Select(input =>
                results[input] ?? throw Builder(i, []).Error(Rules.LabelsWithoutShape, null, names[input.Layer]))];
        }

        // What a loss reads: the prediction and the target, whose shape the loss says if nobody did before.
        ImmutableArray<Value> Compared(int i)
        {
            var layer = spec.Layers[i];
            if (layer.Inputs.IsDefault || layer.Inputs.Length < 2)
            {
                var prediction = layer.Inputs.IsDefault ? last! : results[layer.Inputs[0]]!;
                return [prediction, graph.AddInput(TargetName, LossLayer.TargetType(Builder(i, [prediction])))];
            }

            var (first, second) = (layer.Inputs[0], layer.Inputs[1]);
            var value = results[first] ?? throw Builder(i, []).Error(Rules.LabelsWithoutShape, null, names[first.Layer]);
            var type = LossLayer.TargetType(Builder(i, [value]));
            if (results[second] is null)
                results.Set(second.Layer, [graph.AddInput(names[second.Layer], type)]);
            if (!LossLayer.Accepts(Builder(i, [value]), results[second]!.Type))
            {
                throw Builder(i, [value]).Error(Rules.ShapeMismatch, null, $"Loss '{names[i]}'",
                    value.Type.ToShapeText(), Described(results[second]!.Type), $"{Described(type)} to compare with");
            }

            return [value, results[second]!];
        }
    }

    private static string Described(TensorType type) =>
        type.Element == ScalarKind.I32 ? type.SampleLength == 1 ? "a class" : $"classes of {type.ToShapeText()}" : type.ToShapeText();

    private static NetworkModel ChainModel(
        NetworkSpec spec, ImmutableArray<Layer> layers, ImmutableArray<string> names, Graph graph, LayerResults results, Value prediction,
        ImmutableArray<DeclaredParameter> parameters)
    {
        var models = Models(spec, layers, names, results);
        graph.AddOutput(models.Last(m => m.Result == prediction).Name, prediction);
        LossModel? loss = null;
        foreach (var index in IndicesOf(layers, LayerRole.Loss))
        {
            loss = new LossModel(spec.Layers[index].Arguments.Text("Kind")!, graph.Inputs[graph.Inputs.Count - 1], results[index]!);
            graph.AddOutput(LossName, loss.PerSample);
        }

        return new NetworkModel(spec, graph, graph.Inputs[0], prediction, loss, parameters, models);
    }

    private static NetworkModel GraphModel(
        NetworkSpec spec, ImmutableArray<Layer> layers, ImmutableArray<string> names, Graph graph, LayerResults results,
        ImmutableArray<DeclaredParameter> parameters)
    {
        var entries = spec.Entries.Where(e => e.Kind != EntryKind.Loss)
            .Select(e => new EntryModel(e.Name, e.Kind, Named(e.Inputs), Named(e.Outputs), Variables(e))).ToImmutableArray();
        var main = entries[0];
        var prediction = main.Outputs[0].Value;
        var predicted = DependsOnlyOn(graph, main.Inputs.Select(input => SourceOf(input.Value)));
        var models = Models(spec, layers, names, results).Select(model => model with
        {
            Predicted = Enumerable.Range(0, layers.Length).Where(i => i == model.Index || spec.Layers[i].Shares == model.Index)
                .Select(i => results[i]!).FirstOrDefault(predicted.Contains),
        }).ToImmutableArray();
        graph.AddOutput(models.LastOrDefault(m => m.Predicted == prediction)?.Name ?? main.Name, prediction);
        foreach (var objective in entries.Where(e => e.Kind == EntryKind.Objective))
            RequireNumber(objective.Outputs[0].Value, spec.Entries.First(e => e.Name == objective.Name).Outputs[0].Layer, $"Objective '{objective.Name}'");
        LossModel? loss = null;
        if (spec.Entries.FirstOrDefault(e => e.Kind == EntryKind.Loss) is { } entry)
        {
            var (result, outputs) = (entry.Outputs[entry.Outputs.Length - 1].Result, Named(entry.Outputs));
            var index = result.Layer;
            RequireNumber(results[result]!, index, $"Loss '{entry.Name}'");
            var target = entry.Inputs.Where(input => layers[input.Layer].Role == LayerRole.Target && results[input.Result] is not null)
                .Select(input => results[input.Result]).FirstOrDefault();
            loss = new LossModel(layers[index].Role == LayerRole.Loss ? spec.Layers[index].Arguments.Text("Kind")! : "Custom",
                target, results[result]!)
            {
                Inputs = [.. entry.Inputs.Where(i => results[i.Result] is not null).Select(i => new NamedValue(i.Name, SourceOf(results[i.Result]!)))],
                Predictions = outputs.RemoveAt(outputs.Length - 1),
            };
            graph.AddOutput(LossName, loss.PerSample);
        }

        return new NetworkModel(spec, graph, main.Inputs[0].Value, prediction, loss, parameters, models) { Entries = entries };

        ImmutableArray<NamedValue> Named(ImmutableArray<EntryValue> values) => [.. values.Where(v => results[v.Result] is not null)
            .Select(v => new NamedValue(v.Name, layers[v.Layer].Role == LayerRole.Input ? SourceOf(results[v.Result]!) : results[v.Result]!))];

        ImmutableArray<NamedValue> Variables(EntrySpec entry)
        {
            var variables = ImmutableArray.CreateBuilder<NamedValue>();
            foreach (var variable in entry.Variables)
            {
                var index = variable.Layer >= 0
                    ? variable.Layer
                    : Enumerable.Range(entry.FirstLayer, entry.EndLayer - entry.FirstLayer).Where(i => layers[i].Role == LayerRole.Body)
                        .Cast<int?>().FirstOrDefault(i => names[i!.Value] == variable.Name || names[i.Value] == $"{Scope(entry)}{variable.Name}")
                    ?? throw Error("which it does not compute");
                var value = layers[index].Role == LayerRole.Input ? SourceOf(results[index]!) : results[index];
                if (value is null || value.Type.Element != ScalarKind.F32)
                    throw Error("whose elements are no floating-point numbers");
                variables.Add(new NamedValue(variable.Name, value));

                NetworkException Error(string what) => new(new NetworkDiagnostic(
                    Rules.Variable, entry.Outputs[0].Layer, null, [entry.Name, variable.Name, what]));
            }

            return variables.ToImmutable();
        }

        string Scope(EntrySpec entry) => spec.Layers[entry.Outputs[0].Layer].Scope;

        void RequireNumber(Value value, int layer, string what)
        {
            if (value.Type.SampleLength != 1)
                throw new NetworkException(new NetworkDiagnostic(Rules.NotANumber, layer, null, [what, value.Type.ToShapeText()]));
        }
    }

    // What the caller hands in for an input that is normalised.
    private static Value SourceOf(Value input) => input.Producer is { Operator: Normalize } normalize ? normalize.Inputs[0] : input;

    // The values that can be computed of some inputs and the parameters.
    private static HashSet<Value> DependsOnlyOn(Graph graph, IEnumerable<Value> inputs)
    {
        var known = new HashSet<Value>(graph.Parameters.Concat(inputs));
        foreach (var node in graph.Nodes)
        {
            if (node.Inputs.All(known.Contains))
                known.UnionWith(node.Results);
        }

        return known;
    }

    // The layers of the network: neither those of its loss and objectives, nor those with weights of others.
    private static ImmutableArray<LayerModel> Models(
        NetworkSpec spec, ImmutableArray<Layer> layers, ImmutableArray<string> names, LayerResults results) =>
        [.. IndicesOf(layers, LayerRole.Body).Where(i => spec.Layers[i].Shares is null && !spec.Layers[i].IsAside)
            .Select(i => new LayerModel(names[i], spec.Layers[i].Kind, i, results[i]!)
            {
                Results = results.All(i),
            })];

    private static ImmutableArray<DeclaredParameter> Freeze(NetworkSpec spec, List<DeclaredParameter> parameters)
    {
        var frozen = parameters.ToImmutableArray();
        foreach (var pattern in spec.Frozen)
        {
            var matches = frozen.Where(p => NamePattern.Matches(pattern, p.Value.Name)).ToList();
            if (matches.Count == 0)
                throw new NetworkException(new NetworkDiagnostic(Rules.FreezeMatchesNothing, -1, null, [spec.Name, pattern]));
            frozen = [.. frozen.Select(p => matches.Contains(p) ? p with { IsFrozen = true } : p)];
        }

        return frozen;
    }

    // Offsets into arenas are 32-bit.
    private static void CheckSize(LayerBuilder builder, ImmutableArray<Value> results, double weights)
    {
        if (weights > int.MaxValue / sizeof(float))
            throw TooLarge("number of all parameters so far", weights);
        if (results.Sum(r => Elements(r.Type)) is var outputs && outputs > int.MaxValue / sizeof(float))
            throw TooLarge("number of outputs", outputs);

        NetworkException TooLarge(string what, double size) => builder.Error(Rules.OutOfRange, null, builder.Label, "the " + what,
            size.ToString(size < 1e15 ? "0" : "0.00E+0", CultureInfo.InvariantCulture), $"at most {int.MaxValue / sizeof(float)}");
    }

    // The product of extents may be beyond 64 bits too.
    private static double Elements(TensorType type) => type.SampleShape.Aggregate(1.0, (product, extent) => product * extent);

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
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { LossName };
        if (!spec.IsGraph)
            taken.UnionWith([InputName, TargetName]);
        var names = new string[layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            var layer = spec.Layers[i];
            if (!spec.IsGraph && layers[i].Role != LayerRole.Body)
                names[i] = layers[i].Role == LayerRole.Input ? InputName : LossName;
            else if (layer.Shares is null && layer.Arguments.Text(LayerSpec.NameArgument) is { } name)
                names[i] = Given(layer.Scope, name, i);
            else if (layer.Hint is { } parameter && layers[i].Role is LayerRole.Input or LayerRole.Target && taken.Add(layer.Scope + parameter))
                names[i] = layer.Scope + parameter;
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < layers.Length; i++)
        {
            var layer = spec.Layers[i];
            if (layer.Shares is { } owner)
            {
                names[i] = names[owner];
                continue;
            }

            var kind = layers[i].Role == LayerRole.Loss ? layer.Arguments.Text("Kind")!.ToLowerInvariant() : layers[i].DefaultName;
            names[i] ??= layer.Hint is { } hint && taken.Add(layer.Scope + hint)
                ? layer.Scope + hint
                : Numbered(layer.Scope + (layer.Hint ?? kind), first: layer.Hint is null ? 1 : 2);
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

    // What layers have become so far; null for one without a value yet.
    private sealed class LayerResults(int layers)
    {
        private readonly ImmutableArray<Value>[] _results = [.. Enumerable.Repeat(ImmutableArray<Value>.Empty, layers)];

        public Value? this[LayerResult result] => _results[result.Layer] is { IsEmpty: false } all ? all[result.Index] : null;

        public ImmutableArray<Value> All(int layer) => _results[layer];

        public void Set(int layer, ImmutableArray<Value> results) => _results[layer] = results;

        public int LayerOf(Value value) => Array.FindIndex(_results, all => all.Contains(value));
    }
}
