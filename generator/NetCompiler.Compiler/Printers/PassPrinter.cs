using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Printers;

/// <summary>Prints a compiled pass as a class nested in the network's: the tables that the runtime reads, the steps, the kernels.</summary>
public static class PassPrinter
{
    /// <summary>The file.</summary>
    public static string Print(NetworkSpec spec, PassProgram program)
    {
        var writer = NetworkFile.Begin(spec,
            $"{Purpose(program)}: vectors of {Text(program.Target.VectorBits)} bits, {Text(program.ChunkSize)} samples at a time.",
            CSharpPrinter.Usings);
        writer.Line($"partial class {spec.Name}");
        writer.Open();
        writer.Line($"private sealed unsafe class {program.Name} : CompiledPass");
        writer.Open();
        PrintInfo(writer, program);
        writer.Line();
        PrintRun(writer, program);
        PrintSteps(writer, program);
        foreach (var kernel in program.Kernels.Reverse())
        {
            writer.Line();
            CSharpPrinter.Print(kernel, writer, "private static");
        }

        writer.Close();
        writer.Close();
        return writer.ToString();
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

    private static void PrintInfo(IndentedWriter writer, PassProgram program)
    {
        var (graph, bytes) = (program.Graph, program.Memory.Bytes);
        writer.Line("private static readonly PassInfo s_info = new(");
        var inputs = graph.Inputs.Select(v => Tensor(v.Name.Substring(v.Name.LastIndexOf('.') + 1), v.Type, IndexBounds.Of(graph, v)));
        writer.Line($"    Inputs: [{string.Join(", ", inputs)}],");
        writer.Line("    Outputs:");
        writer.Line("    [");
        foreach (var output in graph.Outputs.Where(o => o.Role == OutputRole.Result))
            writer.Line($"        {Tensor(output.Name, output.Value.Type)},");
        writer.Line("    ],");
        writer.Line("    Steps:");
        writer.Line("    [");
        foreach (var step in program.Steps)
        {
            var clears = step.ClearsLanes ? ", ClearsLanes: true" : "";
            writer.Line($"        new StepInfo(StepKind.{step.Kind}, Parts: {Text(step.Parts.Length)}{clears}),");
        }

        writer.Line("    ],");
        writer.Line($"    ChunkSize: {Text(program.ChunkSize)}, Lanes: {Text(program.Lanes)},");
        writer.Line($"    ChunkBytes: {Text(bytes[Arena.Chunk])}, LaneBytes: {Text(bytes[Arena.Lanes])}, "
            + $"BatchBytes: {Text(bytes[Arena.Batch])}, SharedBytes: {Text(bytes[Arena.Shared])}, "
            + $"DerivedBytes: {Text(bytes[Arena.Derived])})");
        writer.Line("{");
        writer.Line("    Stages =");
        writer.Line("    [");
        foreach (var stage in program.Stages.Select(s => s.Stage))
        {
            var operators = string.Join(" → ", stage.Nodes.Select(n => n.Operator.Name));
            writer.Line($"        new StageInfo(\"{stage.Name}\", \"{operators}\", MultiplyAdds: {Text(StageFacts.MultiplyAdds(stage))}),");
        }

        writer.Line("    ],");
        writer.Line("};");
        writer.Line();
        writer.Line("public override PassInfo Info => s_info;");
    }

    private static void PrintRun(IndentedWriter writer, PassProgram program)
    {
        writer.Line("public override void Run(int step, in PassArguments a) => Run(step, in a, default(NoClock));");
        writer.Line();
        writer.Line("public override void RunTimed(int step, in PassArguments a, StageClock clock) => Run(step, in a, clock);");
        writer.Line();
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Line("private static void Run<TClock>(int step, in PassArguments a, TClock clock)");
        writer.Line("    where TClock : struct, IStageClock");
        writer.Open();
        writer.Line("switch (step)");
        writer.Open();
        for (var step = 0; step < program.Entries.Length; step++)
        {
            var parts = program.Entries[step];
            writer.Line($"case {Text(step)}:");
            if (parts.Length == 1)
            {
                writer.Line($"    {Invocation(parts[0])}");
            }
            else
            {
                writer.Line("    switch (a.Part)");
                writer.Line("    {");
                for (var part = 0; part < parts.Length; part++)
                    writer.Line($"        case {Text(part)}: {Invocation(parts[part])} break;");
                writer.Line("    }");
                writer.Line();
            }

            writer.Line("    break;");
        }

        writer.Close();
        writer.Close();
    }

    // An entry has a call for each launch of its part, in the same order.
    private static void PrintSteps(IndentedWriter writer, PassProgram program)
    {
        var numbers = program.Stages.Select((s, number) => (s.Stage, number)).ToDictionary(s => s.Stage, s => s.number);
        for (var step = 0; step < program.Entries.Length; step++)
        {
            for (var part = 0; part < program.Entries[step].Length; part++)
            {
                var stages = program.Steps[step].Parts[part].Select(launch => numbers[launch.Stage.Stage]);
                writer.Line();
                StepPrinter.Print(program.Entries[step][part], [.. stages], writer);
            }
        }
    }

    private static string Invocation(Kernel entry) =>
        $"{entry.Name}({string.Join(", ", entry.Parameters.Select(p => Argument(p.Variable.Name)).Append(StepPrinter.Clock))});";

    private static string Argument(string parameter)
    {
        foreach (var (arena, field) in new[] { ("input", "Inputs"), ("output", "Outputs") })
        {
            if (parameter.StartsWith(arena, StringComparison.Ordinal))
                return $"a.{field}[{parameter.Substring(arena.Length)}]";
        }

        return parameter == StepParameters.Seed.Name ? "(int)a.Seed" : $"a.{char.ToUpperInvariant(parameter[0])}{parameter.Substring(1)}";
    }

    /// <summary>A tensor that callers hand in or get back, as the runtime describes it.</summary>
    internal static string Tensor(string name, TensorType type, int? bound = null)
    {
        var shape = string.Join(", ", type.SampleShape.Select(e => Text(e)));
        var limit = bound is { } known ? $", Bound: {Text(known)}" : "";
        return $"new TensorInfo(\"{name}\", global::NetCompiler.ElementType.{Element(type.Element)}, [{shape}]{limit})";
    }

    private static string Element(ScalarKind scalar) => scalar switch
    {
        ScalarKind.U8 => "UInt8",
        ScalarKind.I32 => "Int32",
        _ => "Float32",
    };

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
