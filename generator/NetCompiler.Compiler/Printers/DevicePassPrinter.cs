using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Printers;

/// <summary>Prints a SIMT pass as a class nested in the network's: the launches as tables that the runtime reads, the kernels as PTX.</summary>
public static class DevicePassPrinter
{
    /// <summary>The namespaces that printed files use.</summary>
    private static readonly string[] s_usings = ["System", "NetCompiler.Runtime"];

    /// <summary>What the class is called.</summary>
    public static string NameOf(SimtProgram program) => $"{program.Kind}Cuda";

    /// <summary>The file.</summary>
    public static string Print(NetworkModel model, SimtProgram program)
    {
        var memory = program.PlanMemory(ParameterLayout.Of(model).ToDictionary(p => p.Name, p => p.Offset));
        var writer = NetworkFile.Begin(model.Spec,
            $"The pass {program.Kind} for NVIDIA GPUs, {Text(program.ChunkSize)} samples at a time.", s_usings);
        writer.Line($"partial class {model.Spec.Name}");
        writer.Open();
        writer.Line($"private sealed class {NameOf(program)} : DevicePass");
        writer.Open();
        PrintInfo(writer, program, memory);
        writer.Line();
        writer.Line("public override ReadOnlySpan<byte> Module =>");
        writer.Line("    \"\"\"");
        foreach (var line in PtxPrinter.Print(program.Kernels).TrimEnd().Split('\n'))
            writer.Line("    " + line);
        writer.Line("    \"\"\"u8;");
        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    private static void PrintInfo(IndentedWriter writer, SimtProgram program, MemoryPlan memory)
    {
        var (graph, bytes) = (program.Graph, memory.Bytes);
        writer.Line("private static readonly DevicePassInfo s_info = new(");
        var inputs = graph.Inputs.Select(v => PassPrinter.Tensor(v.Name.Substring(v.Name.LastIndexOf('.') + 1), v.Type, IndexBounds.Of(graph, v)));
        writer.Line($"    Inputs: [{string.Join(", ", inputs)}],");
        writer.Line("    Outputs:");
        writer.Line("    [");
        foreach (var output in graph.Outputs.Where(o => o.Role == OutputRole.Result))
            writer.Line($"        {PassPrinter.Tensor(output.Name, output.Value.Type)},");
        writer.Line("    ],");
        writer.Line("    Steps:");
        writer.Line("    [");
        foreach (var step in program.Steps)
            PrintStep(writer, step, memory);
        writer.Line("    ],");
        writer.Line($"    ChunkSize: {Text(program.ChunkSize)}, ChunkBytes: {Text(bytes[Arena.Chunk])}, LaneBytes: {Text(bytes[Arena.Lanes])}, "
            + $"BatchBytes: {Text(bytes[Arena.Batch])}, SharedBytes: {Text(bytes[Arena.Shared])}, DerivedBytes: {Text(bytes[Arena.Derived])}, "
            + $"UpdatesParameters: {(graph.Outputs.Any(o => o.Role == OutputRole.Update) ? "true" : "false")});");
        writer.Line();
        writer.Line("public override DevicePassInfo Info => s_info;");
    }

    private static void PrintStep(IndentedWriter writer, StepPlan step, MemoryPlan memory)
    {
        writer.Line($"        new DeviceStep(StepKind.{step.Kind},");
        writer.Line("        [");
        foreach (var (loop, launches) in LaunchLoop.Group(step.Parts.SelectMany(p => p), l => l.Launch))
        {
            writer.Line($"            new DeviceLoop({Text(loop?.Rounds ?? 1)},");
            writer.Line("            [");
            foreach (var launch in launches)
            {
                var (x, y, z) = launch.Launch.Kernel.Launch!.GroupSize;
                var grid = launch.Launch.Kernel.Launch.GridSize;
                writer.Line($"                new DeviceLaunch(\"{PtxPrinter.EntryName(launch.Launch.Kernel)}\", ({Text(x)}, {Text(y)}, {Text(z)}), "
                    + $"{Extent(grid.X)}, {Extent(grid.Y)}, {Extent(grid.Z)},");
                writer.Line("                [");
                foreach (var argument in launch.Launch.Arguments)
                    writer.Line($"                    {Argument(step, launch, argument, memory)},");
                writer.Line("                ]),");
            }

            writer.Line("            ]),");
        }

        writer.Line($"        ]{(step.ClearsLanes ? ", ClearsLanes: true" : "")}),");
    }

    private static string Argument(StepPlan step, StageLaunch launch, LaunchArgument argument, MemoryPlan memory)
    {
        if (argument is LaunchArgument.OfNumber number)
            return $"new(DeviceNumber.{number.Number})";
        var moving = argument as LaunchArgument.Moving;
        var (place, element) = (moving?.Memory ?? argument) switch
        {
            LaunchArgument.OfValue value => (memory.Values[value.Value], value.Value.Type.Element),
            LaunchArgument.OfBuffer buffer => (memory.Buffers[(launch.Stage, buffer.Index)], launch.Stage.Plan.Buffers[buffer.Index].Scalar),
            _ => throw new InvalidOperationException(argument.ToString()),
        };
        var isCut = place.Arena is Arena.Batch or Arena.Input or Arena.Output && step.Kind == StepKind.Chunks;
        var text = $"DeviceMemory.{place.Arena}, {Text(place.Offset)}";
        if (isCut)
            text += $", {Text(place.SampleBytes)}";
        if (moving is not null)
        {
            var size = KernelType.SizeOf(element);
            text += $", first: {Text(moving.First * size)}, step: {Text(moving.Step * size)}, period: {Text(moving.Period)}";
        }

        return $"new({text})";
    }

    // (count · a + b) / c · d: all that grids of kernels are.
    private static string Extent(Expression size)
    {
        if (size is Binary { Function: BinaryFunction.Multiply, Left: Binary { Function: BinaryFunction.Divide } quotient, Right: Constant factor })
            return Extent(quotient, (long)factor.Number);
        return Extent(size, 1);
    }

    private static string Extent(Expression size, long factor)
    {
        var divisor = 1L;
        if (size is Binary { Function: BinaryFunction.Divide, Right: Constant by } quotient)
            (size, divisor) = (quotient.Left, (long)by.Number);
        var form = LinearForm.Of(size);
        var terms = form.Terms.ToList();
        if (terms.Count > 1 || (terms.Count == 1 && terms[0].Term is not Variable))
            throw new InvalidOperationException($"A grid of {size} depends on more than the number of samples.");
        var text = $"new({Text(terms.Count == 0 ? 0 : terms[0].Coefficient)}, {Text(form.Constant)}";
        if (divisor != 1 || factor != 1)
            text += $", {Text(divisor)}";
        return text + (factor != 1 ? $", {Text(factor)})" : ")");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
