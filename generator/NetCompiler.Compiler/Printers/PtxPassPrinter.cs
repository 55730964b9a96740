using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Simt;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints the kernels of a SIMT pass as the part of its class that CUDA's driver takes: PTX in UTF-8, data of the assembly.
/// </summary>
public static class PtxPassPrinter
{
    /// <summary>What the file is called: "PredictPtx", and behind that what <see cref="DevicePassPrinter"/> calls the class by.</summary>
    public static string NameOf(SimtProgram program) => $"{program.Kind}Ptx{DevicePassPrinter.Suffix(program)}";

    /// <summary>The file.</summary>
    public static string Print(NetworkSpec spec, SimtProgram program)
    {
        var writer = NetworkFile.Begin(spec, $"The kernels of the pass {program.Kind}{DevicePassPrinter.Precision(program)} as PTX, for NVIDIA's GPUs.", ["System"]);
        writer.Line($"partial class {spec.Name}");
        writer.Open();
        writer.Line($"partial class {DevicePassPrinter.NameOf(program)}");
        writer.Open();
        var newer = program.Sm80Kernels;
        if (newer.IsEmpty)
        {
            PrintModule(writer, program.Kernels);
        }
        else
        {
            var names = new HashSet<string>(newer.Select(k => k.Name), StringComparer.Ordinal);
            Print(writer, "Ptx", PtxPrinter.Header(isSm80: false) + PtxPrinter.Functions(program.Kernels.Where(k => names.Contains(k.Name))));
            writer.Line();
            Print(writer, "Sm80Ptx", PtxPrinter.Header(isSm80: true) + PtxPrinter.Functions(newer));
            writer.Line();
            // An empty line keeps the parts apart.
            Print(writer, "CommonPtx", PtxPrinter.Functions(program.Kernels.Where(k => !names.Contains(k.Name))));
        }

        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    /// <summary>The module, as a member of a class that derives from DevicePass.</summary>
    internal static void PrintModule(IndentedWriter writer, IEnumerable<Kernel> kernels) => Print(writer, "Ptx", PtxPrinter.Print(kernels));

    private static void Print(IndentedWriter writer, string property, string text)
    {
        writer.Line($"public override ReadOnlySpan<byte> {property} =>");
        writer.Line("    \"\"\"");
        foreach (var line in text.TrimEnd().Split('\n'))
            writer.Line("    " + line);
        writer.Line("    \"\"\"u8;");
    }
}
