using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints what calls the methods of a network in graph form: each [Forward] and each [Objective] becomes a method of the network and of
/// its sessions, with a span for each tensor, under the names that the declaration gives.
/// </summary>
internal static class EntryPrinter
{
    private const string Runtime = NetworkFile.Runtime;
    private const string Read = "global::System.ReadOnlySpan";
    private const string Write = "global::System.Span";

    /// <summary>What a network of graph form has besides what all have.</summary>
    public static void Print(IndentedWriter writer, NetworkModel model)
    {
        var entries = model.Entries.Where(IsPrinted).ToList();
        PrintPartialMethods(writer, model.Spec);
        if (entries.Count == 0)
            return;
        foreach (var entry in entries)
            PrintCalls(writer, entry, model);
        writer.Line("/// <summary>Makes a workspace for prediction.</summary>");
        writer.Line("/// <param name=\"maxBatch\">The batch to have room for; larger ones can be computed all the same.</param>");
        writer.Line("/// <param name=\"threads\">How many threads compute, the calling one included.</param>");
        writer.Line("/// <returns>A session, for one thread at a time.</returns>");
        writer.Line("public new Session CreateSession(int maxBatch = 1, int threads = 1) => new(this, maxBatch, threads);");
        writer.Line();
        writer.Line("/// <summary>A workspace that computes what the network's methods declare. Nothing is allocated per call, but for arrays.</summary>");
        writer.Line("public sealed class Session : global::NetCompiler.Session");
        writer.Open();
        writer.Line($"internal Session({model.Spec.Name} network, int maxBatch, int threads)");
        writer.Line("    : base(network, maxBatch, threads)");
        writer.Open();
        writer.Close();
        writer.Line();
        foreach (var entry in entries)
            PrintCalls(writer, entry, model);
        writer.Close();
        writer.Line();
        writer.Line("private static class Entries");
        writer.Open();
        foreach (var entry in entries)
        {
            var pass = PassName(entry, model);
            writer.Line($"internal static readonly {Runtime}EntryPoint {entry.Name} = new(\"{entry.Name}\", static vectorBits =>");
            writer.Line("{");
            writer.Line($"    {Runtime}CompiledPass? pass = null;");
            writer.Line($"    Select{pass}Pass(vectorBits, ref pass);");
            writer.Line("    return pass;");
            writer.Line(entry == model.Main ? "}) { IsPrediction = true };" : "});");
        }

        writer.Close();
        writer.Line();
    }

    /// <summary>The partial methods by which passes other than prediction, inspection and training are found.</summary>
    public static void PrintSelections(IndentedWriter writer, NetworkModel model)
    {
        foreach (var entry in model.Entries.Skip(1).Where(IsPrinted))
        {
            writer.Line(ApiPrinter.Selection(PassName(entry, model)) + ";");
            writer.Line();
        }
    }

    // Predict is there already.
    private static bool IsPrinted(EntryModel entry) => entry.Name != "Predict";

    private static string PassName(EntryModel entry, NetworkModel model) => entry == model.Main
        ? "Predict"
        : PassProgram.PassNameOf(entry.Kind == EntryKind.Forward ? PassKind.Forward : PassKind.Objective, entry.Name);

    private static string Purpose(EntryModel entry, NetworkModel model) =>
        entry.Kind == EntryKind.Objective ? $"{entry.Name} and its gradient" : entry == model.Main ? $"{entry.Name}, which is what the network predicts" : entry.Name;

    /// <summary>The other halves of partial methods, which the compiler has read.</summary>
    public static void PrintPartialMethods(IndentedWriter writer, NetworkSpec spec)
    {
        foreach (var method in spec.PartialMethods)
        {
            writer.Line($"{method} =>");
            writer.Line("    throw new global::System.NotSupportedException(\"The compiler reads this method; it does not run.\");");
            writer.Line();
        }
    }

    private static void PrintCalls(IndentedWriter writer, EntryModel entry, NetworkModel model)
    {
        var outputs = Outputs(entry);
        var inputs = entry.Inputs.Select(input => (Name: Camel(input.Name), input.Value.Type)).ToList();
        var parameters = inputs.Select(i => $"{Read}<{Element(i.Type)}> {Identifier(i.Name)}").ToList();
        // What is declared in the methods is called differently from what they take.
        var names = new HashSet<string>(inputs.Select(i => i.Name));
        var samples = KernelWalk.Fresh(names, "samples");
        var arrays = Enumerable.Range(0, outputs.Count).Select(i => KernelWalk.Fresh(names, $"result{Number(i)}")).ToList();
        Document();
        var results = outputs.Count == 1 ? "float[]" : $"({string.Join(", ", outputs.Select(o => $"float[] {Identifier(o.Pascal)}"))})";
        writer.Line($"/// <returns>{string.Join("; ", outputs.Select(o => $"{o.Text} of each sample, {ApiPrinter.ShapeText(o.Type)}"))}.</returns>");
        DocumentErrors("");
        writer.Line($"public {results} {entry.Name}({string.Join(", ", parameters)})");
        writer.Open();
        writer.Line($"var {samples} = {Identifier(inputs[0].Name)}.Length / {Number(inputs[0].Type.SampleLength)};");
        for (var i = 0; i < outputs.Count; i++)
            writer.Line($"var {arrays[i]} = new float[checked({samples} * {Number(outputs[i].Type.SampleLength)})];");
        writer.Line($"{entry.Name}({string.Join(", ", inputs.Select(i => Identifier(i.Name)).Concat(arrays))});");
        writer.Line(outputs.Count == 1 ? $"return {arrays[0]};" : $"return ({string.Join(", ", arrays)});");
        writer.Close();
        writer.Line();

        Document();
        foreach (var output in outputs)
            writer.Line($"/// <param name=\"{output.Name}\">Where {output.Text} of each sample goes: {ApiPrinter.ShapeText(output.Type)}.</param>");
        parameters.AddRange(outputs.Select(o => $"{Write}<float> {Identifier(o.Name)}"));
        DocumentErrors(", or there is no room for the results of all samples, or results overlap what is read");
        writer.Line($"public unsafe void {entry.Name}({string.Join(", ", parameters)})");
        writer.Open();
        foreach (var (name, type) in inputs)
            writer.Line($"fixed ({Element(type)}* {name}Pointer = {Identifier(name)})");
        foreach (var output in outputs)
            writer.Line($"fixed (float* {output.Name}Pointer = {Identifier(output.Name)})");
        writer.Open();
        writer.Line($"RunEntry(Entries.{entry.Name},");
        writer.Line($"    [{string.Join(", ", inputs.Select(i => Buffer(i.Name, i.Type.Element)))}],");
        writer.Line($"    [{string.Join(", ", outputs.Select(o => Buffer(o.Name, ScalarKind.F32)))}]);");
        writer.Close();
        writer.Close();
        writer.Line();

        void Document()
        {
            writer.Line($"/// <summary>Computes {Purpose(entry, model)}: {string.Join(" and ", inputs.Select(i => ApiPrinter.ShapeText(i.Type)))} to "
                + $"{string.Join(" and ", outputs.Select(o => ApiPrinter.ShapeText(o.Type)))}.</summary>");
            foreach (var (name, value) in entry.Inputs.Select(input => (Camel(input.Name), input.Value)))
            {
                writer.Line($"/// <param name=\"{name}\">One or several samples, one after the other, each row by row: "
                    + $"{ApiPrinter.ShapeText(value.Type)} of {Numbers(model.Graph, value)}.</param>");
            }
        }

        void DocumentErrors(string more)
        {
            writer.Line($"/// <exception cref=\"global::System.ArgumentException\">What is read are no whole samples, or not equally many{more}.</exception>");
            if (entry.Inputs.Any(input => IndexBounds.Of(model.Graph, input.Value) is not null))
                writer.Line("/// <exception cref=\"global::System.ArgumentOutOfRangeException\">An integer names nothing.</exception>");
        }
    }

    // What an input is made of, and from what to what it goes.
    private static string Numbers(Graph graph, Value input) => (input.Type.Element, IndexBounds.Of(graph, input)) switch
    {
        (ScalarKind.U8, _) => "bytes, which the network brings to its scale itself",
        (ScalarKind.I32, { } bound) => $"integers from 0 to {Number(bound - 1)}",
        (ScalarKind.I32, null) => "integers",
        _ => graph.Nodes.Any(n => n.Operator is Normalize && n.Inputs[0] == input)
            ? "floats, which the network brings to its scale itself"
            : "floats",
    };

    // What a method computes; behind that, for an objective, its gradients.
    private static List<(string Name, string Pascal, TensorType Type, string Text)> Outputs(EntryModel entry)
    {
        // A result may be called as an input is: its parameter may not.
        var names = new HashSet<string>(entry.Inputs.Select(input => Camel(input.Name)));
        var outputs = entry.Outputs.Select(o => (Name(Camel(o.Name)), PascalOf(o.Name), o.Value.Type, $"{o.Name}")).ToList();
        outputs.AddRange(entry.Variables.Select(v =>
            (Name($"{Camel(v.Name)}Gradient"), $"{PascalOf(v.Name)}Gradient", v.Value.Type, $"the gradient with respect to {v.Name}")));
        return outputs;

        string Name(string wanted) => KernelWalk.Fresh(names, names.Contains(wanted) ? $"{wanted}Result" : wanted);
    }

    private static string Buffer(string name, ScalarKind element) =>
        $"new({name}Pointer, {Identifier(name)}.Length, global::NetCompiler.ElementType.{ElementName(element)})";

    private static string ElementName(ScalarKind element) => element switch
    {
        ScalarKind.U8 => "UInt8",
        ScalarKind.I32 => "Int32",
        _ => "Float32",
    };

    private static string Element(TensorType type) => type.Element switch
    {
        ScalarKind.U8 => "byte",
        ScalarKind.I32 => "int",
        _ => "float",
    };

    private static string Camel(string name)
    {
        var flat = string.Concat(name.Split('.').Select((part, i) => i == 0 ? part : PascalOf(part)));
        return char.ToLowerInvariant(flat[0]) + flat.Substring(1);
    }

    private static string PascalOf(string name) =>
        string.Concat(name.Split('.').Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));

    private static string Identifier(string name) => CSharpSyntax.Identifier(name);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
