using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Printers;

/// <summary>Prints a compiled pass as a class nested in the network's: the tables that the runtime reads, the steps, the kernels.</summary>
public static class PassPrinter
{
    // Characters of a line of a table, besides what it is indented by.
    private const int LongestLine = 120;

    /// <summary>What the printed class has besides kernels, whose names have to differ.</summary>
    public static IReadOnlyCollection<string> Members { get; } =
    [
        "Equals", "Finalize", "GetHashCode", "GetType", "Info", "MemberwiseClone", "Methods", "ReferenceEquals", "Rows", "Run", "RunTimed",
        "StageTable", "StepTable", "ToString", .. Enum.GetNames(typeof(StepKind)),
    ];

    /// <summary>The file.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="program">The pass.</param>
    /// <param name="printed">
    /// The passes that are printed already. Tables that the same pass has for other vectors, and kernels that other passes have for the same
    /// vectors, are not printed again.
    /// </param>
    public static string Print(NetworkSpec spec, PassProgram program, IReadOnlyList<PassProgram>? printed = null)
    {
        var others = (printed ?? []).Where(p => p.PassName == program.PassName).ToList();
        var elsewhere = KernelsElsewhere(program, printed ?? []);
        var writer = NetworkFile.Begin(spec,
            $"{Purpose(program)}: vectors of {Text(program.Target.VectorBits)} bits, {Text(program.ChunkSize)} samples at a time.",
            CSharpPrinter.Usings);
        writer.Line($"partial class {spec.Name}");
        writer.Open();
        writer.Line($"private sealed unsafe class {program.Name} : {NetworkFile.Runtime}CompiledPass");
        writer.Open();
        PrintInfo(writer, program, others);
        writer.Line();
        PrintRun(writer, program);
        foreach (var method in program.Methods)
        {
            writer.Line();
            StepPrinter.Print(method, others, elsewhere, writer);
        }

        var launched = new HashSet<Kernel>(program.Methods.SelectMany(m => KernelWalk.All(m.Kernel.Body)).OfType<Call>()
            .Select(c => c.Kernel));
        foreach (var kernel in program.Kernels.Reverse().Where(k => !elsewhere.ContainsKey(k)))
        {
            writer.Line();
            CSharpPrinter.Print(kernel, writer, "internal static", launched.Contains(kernel), elsewhere);
        }

        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    // The first class that prints a kernel has it.
    private static Dictionary<Kernel, string> KernelsElsewhere(PassProgram program, IReadOnlyList<PassProgram> printed)
    {
        var methods = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var owner in printed.Where(p => p.Target.VectorBits == program.Target.VectorBits))
        {
            foreach (var kernel in owner.Kernels.Where(k => !methods.ContainsKey(k.Key)))
                methods[kernel.Key] = $"{owner.Name}.{CSharpSyntax.Identifier(kernel.Name)}";
        }

        return program.Kernels.Where(k => methods.ContainsKey(k.Key)).ToDictionary(k => k, k => methods[k.Key]);
    }

    private static string Purpose(PassProgram program) => program.Kind switch
    {
        PassKind.Forward => program.Entry!,
        PassKind.Objective => $"{program.Entry} and its gradients",
        PassKind.Predict => "Prediction",
        PassKind.Train => "Prediction, loss and gradients",
        PassKind.Loss => "The loss of what was predicted",
        _ => "The result of every layer",
    };

    private static void PrintInfo(IndentedWriter writer, PassProgram program, IReadOnlyList<PassProgram> printed)
    {
        var (graph, bytes) = (program.Graph, program.Memory.Bytes);
        var steps = PrintTable(writer, "StepTable", $"{NetworkFile.Runtime}StepInfo", program, printed, StepRows, () => PrintKinds(writer, program));
        var stages = PrintTable(writer, "StageTable", $"{NetworkFile.Runtime}StageInfo", program, printed, StageRows);
        writer.Line($"private static readonly {NetworkFile.Runtime}PassInfo s_info = new(");
        PrintTensors(writer, graph);
        writer.Line($"    Steps: {steps},");
        writer.Line($"    ChunkSize: {Text(program.ChunkSize)}, Lanes: {Text(program.Lanes)},");
        writer.Line($"    ChunkBytes: {Text(bytes[Arena.Chunk])}, LaneBytes: {Text(bytes[Arena.Lanes])}, "
            + $"BatchBytes: {Text(bytes[Arena.Batch])}, SharedBytes: {Text(bytes[Arena.Shared])}, "
            + $"DerivedBytes: {Text(bytes[Arena.Derived])})");
        writer.Line("{");
        writer.Line($"    Stages = {stages},");
        writer.Line("};");
        writer.Line();
        writer.Line($"public override {NetworkFile.Runtime}PassInfo Info => s_info;");
    }

    /// <summary>Prints what a pass reads and writes, as arguments of what the runtime describes it by.</summary>
    internal static void PrintTensors(IndentedWriter writer, Graph graph)
    {
        var inputs = graph.Inputs.Select(v => Tensor(v.Name.Substring(v.Name.LastIndexOf('.') + 1), v.Type, IndexBounds.Of(graph, v)));
        writer.Line($"    Inputs: [{string.Join(", ", inputs)}],");
        writer.Line("    Outputs:");
        writer.Line("    [");
        foreach (var output in graph.Outputs.Where(o => o.Role == OutputRole.Result))
            writer.Line($"        {Tensor(output.Name, output.Value.Type)},");
        writer.Line("    ],");
    }

    // Prints a table, unless it is that of a pass that is printed already, and returns what it is called.
    private static string PrintTable(
        IndentedWriter writer, string name, string element, PassProgram program, IReadOnlyList<PassProgram> printed,
        Func<PassProgram, IEnumerable<string>> rows, Action? printNames = null)
    {
        var lines = rows(program).ToList();
        if (printed.FirstOrDefault(p => lines.SequenceEqual(rows(p))) is { } owner)
            return $"{owner.Name}.{name}";
        printNames?.Invoke();
        writer.Line($"internal static readonly {element}[] {name} =");
        writer.Line("[");
        foreach (var line in lines)
            writer.Line($"    {line}");
        writer.Line("];");
        writer.Line();
        return name;
    }

    // Deep networks have a thousand steps: their kinds go by short names.
    private static void PrintKinds(IndentedWriter writer, PassProgram program)
    {
        foreach (var kind in program.Steps.Select(s => s.Kind).Distinct().OrderBy(k => k))
            writer.Line($"private const {NetworkFile.Runtime}StepKind {kind} = {NetworkFile.Runtime}StepKind.{kind};");
    }

    // As many steps in a line as have room.
    private static IEnumerable<string> StepRows(PassProgram program)
    {
        var line = "";
        foreach (var step in program.Steps)
        {
            var parts = step.Parts > 1 ? $", Parts: {Text(step.Parts)}" : "";
            var clears = step.ClearsLanes ? ", ClearsLanes: true" : "";
            var team = step.HasTeam ? ", HasTeam: true" : "";
            var brief = step.IsBrief ? ", IsBrief: true" : "";
            var row = $"new({step.Kind}{parts}{clears}{team}{brief}),";
            if (line.Length > 0 && line.Length + 1 + row.Length > LongestLine)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? row : $"{line} {row}";
        }

        if (line.Length > 0)
            yield return line;
    }

    private static IEnumerable<string> StageRows(PassProgram program)
    {
        yield return "// name, operators, multiply-adds";
        foreach (var stage in program.Stages.Select(s => s.Stage))
        {
            var operators = string.Join(" → ", stage.Nodes.Select(n => n.Operator.Name));
            yield return $"new(\"{stage.Name}\", \"{operators}\", {Text(StageFacts.MultiplyAdds(stage))}),";
        }
    }

    private static void PrintRun(IndentedWriter writer, PassProgram program)
    {
        writer.Line($"public override void Run(int step, in {NetworkFile.Runtime}PassArguments a) =>");
        writer.Line($"    Run(step, in a, default({NetworkFile.Runtime}NoClock));");
        writer.Line();
        writer.Line($"public override void RunTimed(int step, in {NetworkFile.Runtime}PassArguments a, {NetworkFile.Runtime}StageClock clock) =>");
        writer.Line("    Run(step, in a, clock);");
        writer.Line();
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Line($"private static void Run<TClock>(int step, in {NetworkFile.Runtime}PassArguments a, TClock clock)");
        writer.Line($"    where TClock : struct, {NetworkFile.Runtime}IStageClock");
        writer.Open();
        var methods = program.Methods.ToList();
        // Step by step while each has a method of its own; by a table where steps of a deep network share them.
        var isTable = program.Calls.Length > 2 * methods.Count;
        writer.Line(isTable ? "switch (Methods[step])" : "switch (step)");
        writer.Open();
        for (var i = 0; i < (isTable ? methods.Count : program.Calls.Length); i++)
        {
            var invocation = isTable
                ? StepPrinter.Invocation(methods[i], "Rows[step]")
                : StepPrinter.Invocation(program.Calls[i].Method, Text(program.Calls[i].Row));
            writer.Line($"case {Text(i)}: {invocation} break;");
        }

        writer.Close();
        writer.Close();
        if (!isTable)
            return;
        var numbers = methods.Select((method, number) => (method, number)).ToDictionary(m => m.method, m => m.number);
        PrintNumbers(writer, "The method of each step, and the row of its table that the step reads.", "Methods",
            program.Calls.Select(c => numbers[c.Method]));
        PrintNumbers(writer, null, "Rows", program.Calls.Select(c => c.Row));
    }

    private static void PrintNumbers(IndentedWriter writer, string? summary, string name, IEnumerable<int> numbers)
    {
        const int InLine = 24;
        writer.Line();
        if (summary is not null)
            writer.Line($"// {summary}");
        writer.Line($"private static ReadOnlySpan<int> {name} =>");
        writer.Line("[");
        var texts = numbers.Select(n => Text(n)).ToList();
        for (var i = 0; i < texts.Count; i += InLine)
            writer.Line($"    {string.Join(", ", texts.Skip(i).Take(InLine))},");
        writer.Line("];");
    }

    private static string Tensor(string name, TensorType type, int? bound = null)
    {
        var shape = string.Join(", ", type.SampleShape.Select(e => Text(e)));
        var limit = bound is { } known ? $", Bound: {Text(known)}" : "";
        return $"new(\"{name}\", global::NetCompiler.ElementType.{Element(type.Element)}, [{shape}]{limit})";
    }

    private static string Element(ScalarKind scalar) => scalar switch
    {
        ScalarKind.U8 => "UInt8",
        ScalarKind.I32 => "Int32",
        _ => "Float32",
    };

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
