using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints the SIMT kernels of a pass as a class nested in the network's, for ILGPU: the order of the launches, the kernels, their
/// grids.
/// </summary>
public static class SimtPrinter
{
    /// <summary>The file.</summary>
    public static string Print(NetworkSpec spec, SimtProgram program)
    {
        var writer = NetworkFile.Begin(spec,
            $"The kernels of the pass {program.Kind} for ILGPU, up to {Text(program.ChunkSize)} samples at a time.",
            IlgpuPrinter.Usings);
        writer.Line($"partial class {spec.Name}");
        writer.Open();
        PrintOrder(writer, program);
        writer.Line($"internal static class {program.Kind}Ilgpu");
        writer.Open();
        var isFirst = true;
        foreach (var kernel in program.Kernels)
        {
            if (!isFirst)
                writer.Line();
            isFirst = false;
            IlgpuPrinter.Print(kernel, writer);
            writer.Line();
            IlgpuPrinter.PrintConfig(kernel, writer);
        }

        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    private static void PrintOrder(IndentedWriter writer, SimtProgram program)
    {
        writer.Line("// Launches in order; tensors are row-major (N, C, H, W).");
        foreach (var step in program.Steps)
        {
            writer.Line(step.Kind switch
            {
                StepKind.Prepare => "//   once per version of the parameters:",
                StepKind.Chunks => "//   for each chunk of samples:",
                _ => "//   once for the batch:",
            });
            foreach (var (loop, launches) in LaunchLoop.Group(step.Launches, l => l.Launch))
            {
                var indent = loop is null ? "" : "  ";
                if (loop is not null)
                    writer.Line($"//     {Text(loop.Rounds)} times:");
                foreach (var (stage, launch) in launches.Select(l => (l.Stage, l.Launch)))
                    writer.Line($"//     {indent}{launch.Kernel.Name}({string.Join(", ", launch.Arguments.Select(a => Argument(stage, a)))})");
            }
        }
    }

    private static string Argument(StagePlan stage, LaunchArgument argument) => argument switch
    {
        LaunchArgument.OfValue value => value.Value.Name,
        LaunchArgument.OfBuffer buffer => BufferText(stage.Plan.Buffers[buffer.Index]),
        LaunchArgument.OfNumber number => Identifiers.Local(number.Number.ToString()),
        LaunchArgument.Moving moving => $"{Argument(stage, moving.Memory)} + {Text(moving.First)}"
            + (moving.Step == 0 ? "" : $" + {Text(moving.Step)} · round") + (moving.Period == 0 ? "" : $" mod {Text(moving.Period)}"),
        _ => throw new InvalidOperationException(argument.ToString()),
    };

    private static string BufferText(PlanBuffer buffer) => $"{buffer.Name}[{Text(buffer.Length)}]";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
