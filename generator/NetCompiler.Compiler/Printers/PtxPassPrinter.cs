using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Simt;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints the kernels of a SIMT pass as the part of its class that CUDA's driver takes: PTX in UTF-8, data of the assembly.
/// </summary>
public static class PtxPassPrinter
{
    /// <summary>The file.</summary>
    public static string Print(NetworkSpec spec, SimtProgram program)
    {
        var writer = NetworkFile.Begin(spec, $"The kernels of the pass {program.Kind} as PTX, for NVIDIA's GPUs.", ["System"]);
        writer.Line($"partial class {spec.Name}");
        writer.Open();
        writer.Line($"partial class {DevicePassPrinter.NameOf(program)}");
        writer.Open();
        PrintModule(writer, program.Kernels);
        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    /// <summary>The module, as a member of a class that derives from DevicePass.</summary>
    internal static void PrintModule(IndentedWriter writer, IEnumerable<Kernel> kernels)
    {
        writer.Line("public override ReadOnlySpan<byte> Ptx =>");
        writer.Line("    \"\"\"");
        foreach (var line in PtxPrinter.Print(kernels).TrimEnd().Split('\n'))
            writer.Line("    " + line);
        writer.Line("    \"\"\"u8;");
    }
}
