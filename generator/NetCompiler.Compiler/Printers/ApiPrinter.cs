using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Simt;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints what users see of a network: constructor, description, parameters by layer. It refers to the passes through partial
/// methods that <see cref="PassesPrinter"/> implements, so that it compiles by itself while kernels are not emitted.
/// </summary>
public static class ApiPrinter
{
    private const string Runtime = NetworkFile.Runtime;
    private const string Base = "global::NetCompiler.Network";
    private const string Initializer = "global::NetCompiler.Initializer";
    private const string Precision = "global::NetCompiler.Precision";

    // What the base class and this file declare; a layer of such a name gets a property that ends in "Layer".
    private static readonly ImmutableHashSet<string> s_members =
    [
        "CreateInspectPass", "CreateLossPass", "CreatePredictDevicePass", "CreatePredictPass", "CreateSession", "CreateTrainDevicePass",
        "CreateTrainPass", "CreateUpdateDevicePass", "Definition", "DescribeMemory", "Description", "Device", "Dispose", "Equals",
        "Finalize", "GetHashCode", "GetType", "Load", "LoadWeights", "MemberwiseClone", "Parameter", "ParameterVersion", "Parameters",
        "ParametersChanged", "Precision", "Predict", "ReferenceEquals", "Save", "SelectInspectPass", "SelectLossPass", "SelectPredictPass",
        "SelectTrainPass", "Summary", "Tables", "ToString", "VectorBits",
    ];

    /// <summary>The other half of the class.</summary>
    public static string Print(NetworkModel model, CompilerOptions options)
    {
        var name = model.Spec.Name;
        var properties = PropertyNames(model);
        return PrintClass(model.Spec, writer =>
        {
            PrintMembers(writer, name);
            EntryPrinter.Print(writer, model);
            var structures = ParameterStructures(model, properties);
            var structureOf = structures.SelectMany(s => s.Layers, (s, layer) => (s, layer)).ToDictionary(p => p.layer.Index, p => p.s);
            foreach (var layer in model.Layers.Where(l => properties.ContainsKey(l.Index)))
                PrintProperty(writer, model, layer, properties[layer.Index], structureOf[layer.Index]);
            PrintSelection(writer, "Predict", "prediction", isNullable: false);
            PrintSelection(writer, "Inspect", "the layers' outputs", isNullable: false);
            if (model.Loss is not null)
            {
                PrintSelection(writer, "Train", "training", isNullable: true);
                PrintSelection(writer, "Loss", "the loss", isNullable: true);
            }

            EntryPrinter.PrintSelections(writer, model);
            foreach (var structure in structures)
                PrintParameters(writer, model, structure);
            PrintTables(writer, model, options);
        }, Base, Remarks(model));
    }

    /// <summary>
    /// The other half of a class whose declaration breaks a rule. It has no layers and cannot run, and spares its users a second
    /// error wherever they use it as a network.
    /// </summary>
    public static string PrintBroken(NetworkSpec spec) => PrintClass(spec, writer =>
    {
        PrintMembers(writer, spec.Name);
        EntryPrinter.PrintPartialMethods(writer, spec);
        foreach (var pass in new[] { "Predict", "Inspect" })
        {
            writer.Line("/// <inheritdoc/>");
            writer.Line($"protected override {Runtime}CompiledPass Create{pass}Pass(int vectorBits) =>");
            writer.Line($"    throw new global::System.NotSupportedException(\"{spec.Name} was declared with errors.\");");
            writer.Line();
        }

        writer.Line("private static class Tables");
        writer.Open();
        writer.Line("internal static readonly global::NetCompiler.NetworkDescription Description = new(");
        writer.Line($"    \"{spec.Name}\", [], [], [], [], null, [128]);");
        writer.Close();
    }, Base);

    /// <summary>A file with a part of a network's class.</summary>
    internal static string PrintClass(
        NetworkSpec spec, Action<IndentedWriter> members, string baseClass = "", ImmutableArray<string> documentation = default)
    {
        var writer = NetworkFile.Begin(spec);
        foreach (var line in documentation.IsDefault ? [] : documentation)
            writer.Line("/// " + line);
        writer.Line($"partial class {spec.Name}{(baseClass.Length == 0 ? "" : " : " + baseClass)}");
        writer.Open();
        members(writer);
        writer.Close();
        return writer.ToString();
    }

    private static ImmutableArray<string> Remarks(NetworkModel model)
    {
        var parameters = model.Parameters.Sum(p => p.Count);
        var shapes = $"{string.Join(" and ", model.Inputs.Select(i => ShapeText(i.Value.Type)))} to "
            + string.Join(" and ", model.Predictions.Select(o => ShapeText(o.Value.Type)));
        return [$"<remarks>{shapes}, {Number(parameters)} parameters.</remarks>"];
    }

    private static void PrintMembers(IndentedWriter writer, string name)
    {
        writer.Line("/// <summary>A network whose parameters are drawn at random.</summary>");
        writer.Line("/// <param name=\"seed\">The same seed gives the same parameters, to the bit, on every machine.</param>");
        writer.Line($"public {name}(ulong seed = 0)");
        writer.Line("    : base(Tables.Description, seed)");
        writer.Open();
        writer.Close();
        writer.Line();
        writer.Line($"private {name}(global::NetCompiler.NetworkDescription description)");
        writer.Line("    : base(description)");
        writer.Open();
        writer.Close();
        writer.Line();
        writer.Line("/// <summary>Inputs, outputs, parameters and layers, as they are known at build time.</summary>");
        writer.Line("public static global::NetCompiler.NetworkDescription Description => Tables.Description;");
        writer.Line();
        writer.Line("/// <summary>The layers as a table: shapes, parameters, connections, multiply-adds, receptive fields.</summary>");
        writer.Line("public static string Summary");
        writer.Open();
        writer.Line("get");
        writer.Open();
        writer.Line($"global::System.Collections.Generic.IReadOnlyList<{Runtime}PassMemory> memory = [];");
        writer.Line("DescribeMemory(ref memory);");
        writer.Line("return Description.ToSummary(memory);");
        writer.Close();
        writer.Close();
        writer.Line();
        writer.Line($"{MemoryDescription};");
        writer.Line();
        PrintLoad(writer, name, "file", ("string", "path", "The file, as Save writes it."));
        PrintLoad(writer, name, "stream", ("global::System.IO.Stream", "stream", "The stream, read from where it stands to its end."));
        PrintLoad(writer, name, "file in memory", ("global::System.ReadOnlySpan<byte>", "bytes", "The file's bytes."));
        PrintLoad(
            writer,
            name,
            "embedded resource",
            ("global::System.Reflection.Assembly", "assembly", "The assembly that holds the resource."),
            ("string", "resource", "The resource's name, or its end from a dot on."));
    }

    // Spares the drawing of parameters that would only be replaced. A network without sessions has nothing to dispose of.
    private static void PrintLoad(
        IndentedWriter writer, string name, string source, params (string Type, string Name, string Text)[] parameters)
    {
        writer.Line($"/// <summary>A network with parameters from a safetensors {source}.</summary>");
        foreach (var parameter in parameters)
            writer.Line($"/// <param name=\"{parameter.Name}\">{parameter.Text}</param>");
        writer.Line($"public static {name} Load({string.Join(", ", parameters.Select(p => $"{p.Type} {p.Name}"))})");
        writer.Open();
        writer.Line($"var network = new {name}(Tables.Description);");
        writer.Line($"network.LoadWeights({string.Join(", ", parameters.Select(p => p.Name))});");
        writer.Line("return network;");
        writer.Close();
        writer.Line();
    }

    private static void PrintProperty(
        IndentedWriter writer, NetworkModel model, LayerModel layer, string property, ParameterStructure structure)
    {
        var first = model.Parameters.TakeWhile(p => p.Layer != layer.Index).Count();
        writer.Line($"/// <summary>{layer.Kind} {layer.Name}: {InputText(model, layer)} to {ShapeText(layer.Result.Type)}.</summary>");
        writer.Line($"public {structure.Name} {property} => new(this, {Number(first)});");
        writer.Line();
    }

    private static void PrintParameters(IndentedWriter writer, NetworkModel model, ParameterStructure structure)
    {
        var (name, others) = (structure.Name, structure.Layers.Count - 1);
        var like = others == 0 ? "" : others == 1 ? ", and of a layer like it" : $", and of {Number(others)} layers like it";
        writer.Line($"/// <summary>The parameters of {structure.Layers[0].Name}{like}.</summary>");
        writer.Line($"public readonly struct {name}");
        writer.Open();
        writer.Line($"private readonly {model.Spec.Name} _network;");
        writer.Line("private readonly int _first;");
        writer.Line();
        writer.Line($"internal {name}({model.Spec.Name} network, int first) => (_network, _first) = (network, first);");
        foreach (var line in structure.Members)
        {
            if (line.StartsWith("///", StringComparison.Ordinal))
                writer.Line();
            writer.Line(line);
        }

        writer.Close();
        writer.Line();
    }

    // Layers that have the same parameters share a type, which the first of them gives its name: a deep network has few.
    private static List<ParameterStructure> ParameterStructures(NetworkModel model, Dictionary<int, string> properties)
    {
        var parameters = model.Parameters.Select((parameter, number) => (parameter, number)).ToLookup(p => p.parameter.Layer);
        var structures = new Dictionary<string, ParameterStructure>(StringComparer.Ordinal);
        var order = new List<ParameterStructure>();
        foreach (var layer in model.Layers.Where(l => properties.ContainsKey(l.Index)))
        {
            var first = parameters[layer.Index].First().number;
            var members = parameters[layer.Index].SelectMany(p => new[]
            {
                $"/// <summary>{AxesText(model, layer, p.parameter.Value.Type.SampleShape)}.</summary>",
                $"public global::NetCompiler.ParameterView {ParameterProperty(p.parameter, layer)} => "
                    + $"_network.Parameter(_first{(p.number == first ? "" : $" + {Number(p.number - first)}")});",
            }).ToImmutableArray();
            var key = string.Join("\n", members);
            if (!structures.TryGetValue(key, out var structure))
            {
                structures[key] = structure = new ParameterStructure($"{properties[layer.Index]}Parameters", members, []);
                order.Add(structure);
            }

            structure.Layers.Add(layer);
        }

        return order;
    }

    /// <summary>A type with the parameters of layers.</summary>
    private sealed record ParameterStructure(string Name, ImmutableArray<string> Members, List<LayerModel> Layers);

    /// <summary>The partial method that says how much memory passes need.</summary>
    internal const string MemoryDescription =
        $"static partial void DescribeMemory(ref global::System.Collections.Generic.IReadOnlyList<{Runtime}PassMemory> memory)";

    /// <summary>The partial method that finds a pass for a vector width.</summary>
    internal static string Selection(string pass) =>
        $"static partial void Select{pass}Pass(int vectorBits, ref {Runtime}CompiledPass? pass)";

    private static void PrintSelection(IndentedWriter writer, string pass, string what, bool isNullable)
    {
        var type = $"{Runtime}CompiledPass";
        writer.Line("/// <inheritdoc/>");
        writer.Line($"protected override {type}{(isNullable ? "?" : "")} Create{pass}Pass(int vectorBits)");
        writer.Open();
        writer.Line($"{type}? pass = null;");
        writer.Line($"Select{pass}Pass(vectorBits, ref pass);");
        writer.Line("return pass ?? throw new global::System.NotSupportedException(");
        writer.Line($"    $\"No code for {what} with {{vectorBits}}-bit vectors was compiled.\");");
        writer.Close();
        writer.Line();
        writer.Line(Selection(pass) + ";");
        writer.Line();
    }

    // In a class of their own, static fields that users initialise with a network find them made.
    private static void PrintTables(IndentedWriter writer, NetworkModel model, CompilerOptions options)
    {
        writer.Line("private static class Tables");
        writer.Open();
        var layout = ParameterLayout.Of(model).ToList();
        foreach (var initializer in layout.Select(p => p.Initializer).Distinct())
            writer.Line($"private const {Initializer} {initializer} = {Initializer}.{initializer};");
        writer.Line();
        writer.Line("internal static readonly global::NetCompiler.NetworkDescription Description = new(");
        writer.Line($"    Name: \"{model.Spec.Name}\",");
        Table("Inputs", model.Inputs.Select(input => TensorText(input.Name, input.Value.Type, IndexBounds.Of(model.Graph, input.Value))));
        Table("Outputs", model.Predictions.Length > 1
            ? model.Predictions.Select(output => TensorText(output.Name, output.Value.Type))
            : [TensorText(model.Layers.LastOrDefault(l => l.Predicted == model.Prediction)?.Name ?? model.Predictions[0].Name, model.Prediction.Type)]);
        Table("Parameters", layout.Select(p =>
            $"new(\"{p.Name}\", {Numbers(p.Shape)}, {Number(p.Offset)}, {p.Initializer}, "
            + $"{Number(p.Declared.FanIn)}, {Number(p.Declared.FanOut)}, {(p.Declared.IsTrained ? "true" : "false")}"
            + (p.Initializer == InitializerKind.Constant ? $", {NumberText.Single((float)p.Declared.InitialValue)}f)" : ")")),
            "name, shape, offset, initializer, fan in, fan out, trainable, initial value");
        Table("Layers", LayerFacts.Of(model).Select(f =>
            $"new(\"{f.Layer.Name}\", \"{f.Layer.Kind}\", {Numbers(f.Layer.Result.Type.SampleShape)}, {Number(f.Parameters)}, "
            + $"{Number(f.Connections)}, {Number(f.MultiplyAdds)}, {Number(f.ReceptiveField)}, {Number(f.ActivationBytes)})"),
            "name, kind, shape, parameters, connections, multiply-adds, receptive field, activation bytes");
        writer.Line($"    Loss: {(model.Loss is { } loss ? "global::NetCompiler.Loss." + loss.Kind : "null")},");
        var more = new List<string>();
        if (model.Loss?.Target is { } target && model.Spec.IsGraph)
            more.Add($"Target = {TensorText(target.Name, target.Type)}");
        if (model.Spec.IsStrict)
            more.Add($"Precision = {Precision}.Strict");
        else if (model.Spec.FactorFormat is { } format)
            more.Add($"Precision = {Precision}.{DevicePrecision.NameOf(format)}");
        writer.Line($"    VectorWidths: {Numbers(options.VectorWidths)}){(more.Count == 0 ? "" : $" {{ {string.Join(", ", more)} }}")};");
        writer.Close();

        void Table(string name, IEnumerable<string> rows, string? columns = null)
        {
            writer.Line($"    {name}:");
            writer.Line("    [");
            if (columns is not null)
                writer.Line($"        // {columns}");
            foreach (var row in rows)
                writer.Line($"        {row},");
            writer.Line("    ],");
        }
    }

    // Layers with parameters by their index: the name with capitals, unless that is taken. "residual1.conv1" is Residual1Conv1.
    private static Dictionary<int, string> PropertyNames(NetworkModel model)
    {
        var names = new Dictionary<int, string>();
        var taken = new HashSet<string>(s_members.Concat(model.Spec.Members)) { model.Spec.Name };
        if (model.Spec.IsGraph)
            taken.UnionWith(["Entries", "RunEntry", "Session"]);
        foreach (var layer in model.Layers.Where(l => model.Parameters.Any(p => p.Layer == l.Index)))
        {
            var name = string.Concat(layer.Name.Split('.').Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));
            while (!taken.Add(name))
                name += "Layer";
            names[layer.Index] = name;
        }

        return names;
    }

    private static string ParameterProperty(DeclaredParameter parameter, LayerModel layer) => string.Concat(
        parameter.Value.Name.Substring(layer.Name.Length + 1).Split('_', '.')
            .Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)));

    private static string AxesText(NetworkModel model, LayerModel layer, ImmutableArray<int> shape)
    {
        var isGrouped = shape.Length == 4 && Inputs(model, layer).Any(v => v.Type.SampleShape[0] != shape[1]);
        var axes = shape.Length switch
        {
            1 => layer.Result.Type.IsImage ? ": channels" : ": outputs",
            2 => ": outputs, inputs",
            4 => $": output channels, input channels{(isGrouped ? " of a group" : "")}, kernel height, kernel width",
            _ => "",
        };
        return ShapeText(shape) + axes;
    }

    private static string InputText(NetworkModel model, LayerModel layer) =>
        string.Join(" and ", Inputs(model, layer).Select(v => ShapeText(v.Type)));

    // What a layer reads of other layers.
    private static IEnumerable<Value> Inputs(NetworkModel model, LayerModel layer)
    {
        var nodes = model.Graph.Nodes.Where(n => n.Layer == layer.Index).ToList();
        var own = new HashSet<Value>(nodes.SelectMany(n => n.Results));
        return nodes.SelectMany(n => n.Inputs).Where(v => v.Role != ValueRole.Parameter && !own.Contains(v)).Distinct();
    }

    private static string TensorText(string name, TensorType type, int? bound = null) =>
        $"new(\"{name}\", global::NetCompiler.ElementType.{ElementText(type.Element)}, {Numbers(type.SampleShape)}"
        + $"{(bound is { } known ? ", Bound: " + Number(known) : "")})";

    private static string ElementText(ScalarKind element) => element switch
    {
        ScalarKind.U8 => "UInt8",
        ScalarKind.I32 => "Int32",
        _ => "Float32",
    };

    internal static string ShapeText(TensorType type) => ShapeText(type.SampleShape);

    private static string ShapeText(ImmutableArray<int> shape) => $"({string.Join(", ", shape.Select(size => Number(size)))})";

    private static string Numbers(ImmutableArray<int> numbers) => $"[{string.Join(", ", numbers.Select(number => Number(number)))}]";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
