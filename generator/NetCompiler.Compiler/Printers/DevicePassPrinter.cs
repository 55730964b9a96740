using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints a SIMT pass as a class nested in the network's: buffers and launches as tables that the runtime's executor reads, whatever the
/// kernels are printed as. Those come as other parts of the class: PTX by <see cref="PtxPassPrinter"/>, C# by <see cref="SimtPrinter"/>.
/// </summary>
public static class DevicePassPrinter
{
    /// <summary>The namespaces that printed files use.</summary>
    private static readonly string[] s_usings = ["System"];

    // What a launch is called with; by its full name, as a user's type may be called like it.
    private const string Kind = $"{NetworkFile.Runtime}DeviceArgumentKind.";

    /// <summary>What the class is called: "PredictDevice"; "PredictDeviceTf32" in a precision that the network does not declare.</summary>
    public static string NameOf(SimtProgram program) => $"{program.Kind}Device{Suffix(program)}";

    /// <summary>What a kernel is called in the tables, and in every form that it is printed in.</summary>
    public static string NameOf(Kernel kernel) => PtxPrinter.EntryName(kernel);

    /// <summary>What is behind the names of classes and files, where there are several of a kind.</summary>
    internal static string Suffix(SimtProgram program) => program.IsDeclared ? "" : DevicePrecision.NameOf(program.Precisions[0]);

    /// <summary>The file.</summary>
    /// <param name="model">The network.</param>
    /// <param name="program">The pass.</param>
    /// <param name="programs">All passes of the network on devices; null where it is the only one.</param>
    public static string Print(NetworkModel model, SimtProgram program, IEnumerable<SimtProgram>? programs = null)
    {
        var memory = program.PlanMemory(ParameterLayout.Of(model).ToDictionary(p => p.Name, p => p.Offset));
        var writer = NetworkFile.Begin(model.Spec,
            $"{Purpose(program)} on a device{Precision(program)}: which kernels are launched with what, {Text(program.ChunkSize)} samples at a time.", s_usings);
        // An assembly that sees this one's internals may have update kernels of its own.
        if (program.Kind == PassKind.Train && program.IsDeclared)
            writer.Line("#pragma warning disable CS0436").Line();
        writer.Line($"partial class {model.Spec.Name}");
        writer.Open();
        if (program.IsDeclared)
            PrintSelection(writer, model, (programs ?? [program]).Where(p => p.Kind == program.Kind), program.Kind);
        writer.Line($"private sealed partial class {NameOf(program)} : {NetworkFile.Runtime}DevicePass");
        writer.Open();
        PrintInfo(writer, model, program, memory);
        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    // Which code there is for which precision; what the network declares has the first.
    private static void PrintSelection(IndentedWriter writer, NetworkModel model, IEnumerable<SimtProgram> programs, PassKind kind)
    {
        const string Enumeration = "global::NetCompiler.Precision";
        writer.Line("/// <inheritdoc/>");
        writer.Line($"protected override {NetworkFile.Runtime}DevicePass? Create{kind}DevicePass({Enumeration} precision) => precision switch");
        writer.Open();
        foreach (var program in programs)
        {
            var names = program.Precisions.Select(DevicePrecision.NameOf);
            // On devices that is no other than single precision.
            if (program.IsDeclared && model.Spec.IsStrict)
                names = names.Append("Strict");
            writer.Line($"{string.Join(" or ", names.Select(name => $"{Enumeration}.{name}"))} => new {NameOf(program)}(),");
        }

        writer.Line("_ => null,");
        writer.Close(";");
        writer.Line();
        if (kind != PassKind.Train)
            return;
        writer.Line("/// <inheritdoc/>");
        writer.Line($"protected override {NetworkFile.Runtime}DevicePass CreateUpdateDevicePass() => "
            + $"new {NetworkFile.Runtime}{UpdatePrinter.ClassName}();");
        writer.Line();
    }

    private static string Purpose(SimtProgram program) =>
        program.Kind == PassKind.Train ? "Prediction, loss and gradients" : "Prediction";

    /// <summary>The precision in a sentence, where the network does not declare it.</summary>
    internal static string Precision(SimtProgram program) => program.IsDeclared ? "" : $" with Precision.{Suffix(program)}";

    private static void PrintInfo(IndentedWriter writer, NetworkModel model, SimtProgram program, MemoryPlan memory)
    {
        var (graph, bytes) = (program.Graph, memory.Bytes);
        writer.Line($"private static readonly {NetworkFile.Runtime}DevicePassInfo s_info = new(");
        writer.Line($"    Name: \"{program.Kind}{Precision(program)}\",");
        PassPrinter.PrintTensors(writer, graph);
        writer.Line("    // Threads of a group; groups, (a · samples + b) / c · d of them; and what the kernel is called with.");
        writer.Line("    Steps:");
        writer.Line("    [");
        foreach (var step in program.Steps)
            PrintStep(writer, step, memory);
        writer.Line("    ],");
        PrintUpdates(writer, model, graph);
        writer.Line($"    ChunkSize: {Text(program.ChunkSize)}, ChunkBytes: {Text(bytes[Arena.Chunk])}, "
            + $"LaneBytes: {Text(bytes[Arena.Lanes])}, BatchBytes: {Text(bytes[Arena.Batch])},");
        writer.Line($"    SharedBytes: {Text(bytes[Arena.Shared])}, DerivedBytes: {Text(bytes[Arena.Derived])});");
        writer.Line();
        writer.Line($"public override {NetworkFile.Runtime}DevicePassInfo Info => s_info;");
    }

    private static void PrintUpdates(IndentedWriter writer, NetworkModel model, Graph graph)
    {
        var places = ParameterLayout.Of(model).ToDictionary(p => p.Name);
        var updates = graph.Outputs.Where(o => o.Role == OutputRole.Update).Select(o => places[o.Name]).ToList();
        if (updates.Count == 0)
        {
            writer.Line("    Updates: [],");
            return;
        }

        writer.Line("    Updates:");
        writer.Line("    [");
        foreach (var place in updates)
            writer.Line($"        ({Text(place.Offset)}, {Text(place.Declared.Value.Type.SampleLength)}), // {place.Name}");
        writer.Line("    ],");
    }

    private static void PrintStep(IndentedWriter writer, StepPlan step, MemoryPlan memory)
    {
        writer.Line($"        new({NetworkFile.Runtime}StepKind.{step.Kind}, ClearsLanes: {(step.ClearsLanes ? "true" : "false")},");
        writer.Line("        [");
        foreach (var (loop, launches) in LaunchLoop.Group(step.Launches, l => l.Launch))
        {
            writer.Line($"            new({Text(loop?.Rounds ?? 1)},");
            writer.Line("            [");
            for (var i = 0; i < launches.Length; i++)
            {
                if (i == 0 || launches[i].Stage != launches[i - 1].Stage)
                {
                    var stage = launches[i].Stage.Stage;
                    writer.Line($"                // {stage.Name}: {string.Join(" → ", stage.Nodes.Select(n => n.Operator.Name))}");
                }

                PrintLaunch(writer, step, launches[i], memory);
            }

            writer.Line("            ]),");
        }

        writer.Line("        ]),");
    }

    private static void PrintLaunch(IndentedWriter writer, StepPlan step, StageLaunch launch, MemoryPlan memory)
    {
        var kernel = launch.Launch.Kernel;
        var ((x, y, z), grid) = (kernel.Launch!.GroupSize, kernel.Launch.GridSize);
        writer.Line($"                new(\"{NameOf(kernel)}\", new({Text(x)}, {Text(y)}, {Text(z)}), "
            + $"new({Extent(kernel, grid.X)}, {Extent(kernel, grid.Y)}, {Extent(kernel, grid.Z)}),");
        writer.Line("                [");
        foreach (var argument in launch.Launch.Arguments)
        {
            var (text, remark) = Argument(step, launch, argument, memory);
            writer.Line($"                    {text},{(remark.Length == 0 ? "" : $" // {remark}")}");
        }

        writer.Line("                ]),");
    }

    private static (string Text, string Remark) Argument(StepPlan step, StageLaunch launch, LaunchArgument argument, MemoryPlan memory)
    {
        switch (argument)
        {
            case LaunchArgument.OfConstant constant:
                return ($"new({Kind}Constant, {Text(constant.Value)})", "");
            case LaunchArgument.OfNumber { Number: LaunchNumber.Lanes }:
                return ($"{Kind}LaneCount", "");
            case LaunchArgument.OfNumber { Number: LaunchNumber.PartStart or LaunchNumber.PartEnd or LaunchNumber.Round } number:
                throw new InvalidOperationException(
                    $"{launch.Launch.Kernel.Name}: a launch on a device is one part, but asks for {number.Number}.");
            case LaunchArgument.OfNumber number:
                return ($"{Kind}{number.Number}", "");
        }

        var moving = argument as LaunchArgument.Moving;
        var (place, element, name) = (moving?.Memory ?? argument) switch
        {
            LaunchArgument.OfValue { Value: var value } => (memory.Values[value], value.Type.Element, value.Name),
            LaunchArgument.OfBuffer { Index: var index } when launch.Stage.Plan.Buffers[index] is var buffer =>
                (memory.Buffers[(launch.Stage, index)], buffer.Scalar, buffer.Name),
            _ => throw new InvalidOperationException(argument.ToString()),
        };
        if (place.Arena == Arena.Own)
            throw new InvalidOperationException($"{launch.Launch.Kernel.Name}: {name} is memory of a thread of the processor.");
        var isCut = place.Arena is Arena.Batch or Arena.Input or Arena.Output && step.Kind == StepKind.Chunks;
        var text = $"new({Kind}{place.Arena}, {Text(place.Offset)}";
        if (isCut)
            text += $", {Text(place.SampleBytes)}";
        if (moving is not null)
        {
            var size = KernelType.SizeOf(element);
            text += $", First: {Text(moving.First * size)}, Step: {Text(moving.Step * size)}";
            if (moving.Period != 0)
                text += $", Period: {Text(moving.Period)}";
        }

        return ($"{text})", name);
    }

    // (a · count + b) / c · d: all that the grids of kernels are.
    private static string Extent(Kernel kernel, Expression size) =>
        size is Binary { Function: BinaryFunction.Multiply, Left: Binary { Function: BinaryFunction.Divide } quotient, Right: Constant factor }
            ? Extent(kernel, quotient, (long)factor.Number)
            : Extent(kernel, size, 1);

    private static string Extent(Kernel kernel, Expression size, long factor)
    {
        var divisor = 1L;
        if (size is Binary { Function: BinaryFunction.Divide, Right: Constant by } quotient)
            (size, divisor) = (quotient.Left, (long)by.Number);
        var form = LinearForm.Of(size);
        var count = Identifiers.Local(nameof(LaunchNumber.Count));
        if (form.Terms.Any(t => t.Term is not Variable variable || variable.Name != count) || form.Terms.Count > 1)
            throw new InvalidOperationException($"{kernel.Name}: a grid of {size} depends on more than the number of samples.");
        if (form.Terms.Count == 0)
            return Text(form.Constant / divisor * factor);
        var text = $"new({Text(form.Terms[0].Coefficient)}, {Text(form.Constant)}";
        if (divisor != 1 || factor != 1)
            text += $", {Text(divisor)}";
        return text + (factor != 1 ? $", {Text(factor)})" : ")");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
