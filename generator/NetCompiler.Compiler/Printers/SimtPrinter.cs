using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints the SIMT kernels of a pass as a class nested in the network's, for ILGPU: the order of the launches, the kernels, and how each is
/// loaded. What it is launched with is in the tables of <see cref="DevicePassPrinter"/>.
/// </summary>
public static class SimtPrinter
{
    /// <summary>The file.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="program">The pass.</param>
    /// <param name="hasAlgorithms">True where the compilation references ILGPU.Algorithms.</param>
    public static string Print(NetworkSpec spec, SimtProgram program, bool hasAlgorithms = false)
    {
        var writer = NetworkFile.Begin(spec,
            $"The kernels of the pass {program.Kind} for ILGPU, up to {Text(program.ChunkSize)} samples at a time.",
            [.. IlgpuPrinter.Usings(hasAlgorithms), "ILGPU.Runtime", "NetCompiler", "NetCompiler.Runtime"]);
        writer.Line($"partial class {spec.Name}");
        writer.Open();
        writer.Line($"partial class {DevicePassPrinter.NameOf(program)} : IIlgpuPass");
        writer.Open();
        writer.Line($"IlgpuKernel IIlgpuPass.Load(Accelerator accelerator, string kernel) => {program.Kind}Ilgpu.Load(accelerator, kernel);");
        writer.Close();
        writer.Line();
        PrintOrder(writer, program);
        writer.Line($"internal static class {program.Kind}Ilgpu");
        writer.Open();
        PrintLoad(writer, program.Kernels, program.Kind.ToString());
        foreach (var kernel in program.Kernels)
        {
            writer.Line();
            IlgpuPrinter.Print(kernel, writer);
        }

        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    /// <summary>A method that gives each kernel as a delegate, which takes its arguments as the executor has them.</summary>
    internal static void PrintLoad(IndentedWriter writer, IReadOnlyList<Kernel> kernels, string pass)
    {
        writer.Line("/// <summary>Makes a kernel ready to be launched.</summary>");
        writer.Line("internal static unsafe IlgpuKernel Load(Accelerator accelerator, string kernel)");
        writer.Open();
        writer.Line("switch (kernel)");
        writer.Open();
        foreach (var kernel in kernels)
        {
            writer.Line($"case \"{DevicePassPrinter.NameOf(kernel)}\":");
            writer.Open();
            var (single, together) = IlgpuKernelPrinter.Parameters(kernel);
            var types = single.Select(p => IlgpuKernelPrinter.NameOf(p.Variable.Type)).ToList();
            var arguments = kernel.Parameters.Select((p, i) => p.Variable.Type.IsPointer
                ? $"driver.View<{IlgpuKernelPrinter.NameOf(new KernelType(p.Variable.Type.Scalar))}>(a[{Text(i)}])"
                : $"IlgpuDriver.Number(a[{Text(i)}])").ToList();
            if (!together.IsEmpty)
            {
                types.Add(IlgpuKernelPrinter.StructOf(kernel));
                arguments = [.. arguments.Take(single.Length),
                    $"new {IlgpuKernelPrinter.StructOf(kernel)}({string.Join(", ", arguments.Skip(single.Length))})"];
            }

            writer.Line($"var launch = accelerator.LoadKernel<{string.Join(", ", types)}>({CSharpSyntax.Identifier(kernel.Name)});");
            writer.Line($"return (driver, config, a) => launch(driver.Stream, config, {string.Join(", ", arguments)});");
            writer.Close();
        }

        writer.Line("default:");
        writer.Line($"    throw new DeviceException($\"There is no kernel {{kernel}} in {pass}.\");");
        writer.Close();
        writer.Close();
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
