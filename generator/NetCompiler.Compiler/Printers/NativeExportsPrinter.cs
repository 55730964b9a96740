using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Printers;

/// <summary>Prints the functions that a NativeAOT library exports for a network; <see cref="CHeaderPrinter"/> prints what C sees of them.</summary>
public static class NativeExportsPrinter
{
    private const string Native = NetworkFile.Runtime + "NativeNetwork";

    /// <summary>A class with the functions, nested in the network's.</summary>
    /// <param name="model">The network.</param>
    /// <param name="prefix">What the functions' names begin with, from <see cref="CName"/>.</param>
    public static string Print(NetworkModel model, string prefix) => ApiPrinter.PrintClass(model.Spec, writer =>
    {
        var name = model.Spec.Name;
        writer.Line($"// The functions of {prefix}.h.");
        writer.Line("private static unsafe class NativeExports");
        writer.Open();
        Function("nint", "create", "",
            $"{Native}.Create(static () => Load(typeof({name}).Assembly, \"{name}.safetensors\"))");
        Function("nint", "create_from_file", "byte* path",
            $"{Native}.Create(() => Load({Native}.Text(path, nameof(path))))");
        Function("nint", "create_from_memory", "byte* bytes, nuint length",
            $"{Native}.Create(() => Load({Native}.Bytes(bytes, length)))");
        Function("int", "predict", $"nint network, {ElementText(model.Input.Type)}* samples, nuint count, float* outputs",
            $"{Native}.Predict(network, samples, count, outputs)");
        Function("nuint", "input_length", "", $"{CSharpSyntax.Integer(model.Input.Type.SampleLength)}");
        Function("nuint", "output_length", "", $"{CSharpSyntax.Integer(model.Prediction.Type.SampleLength)}");
        Function("byte*", "error", "", $"{Native}.Error");
        Function("void", "free", "nint network", $"{Native}.Free(network)", isLast: true);
        writer.Close();

        void Function(string result, string function, string parameters, string body, bool isLast = false)
        {
            writer.Line("[global::System.Runtime.InteropServices.UnmanagedCallersOnly(");
            writer.Line($"    EntryPoint = \"{prefix}_{function}\",");
            writer.Line("    CallConvs = [typeof(global::System.Runtime.CompilerServices.CallConvCdecl)])]");
            writer.Line($"private static {result} {Pascal(function)}({parameters}) =>");
            writer.Line($"    {body};");
            if (!isLast)
                writer.Line();
        }
    });

    private static string ElementText(TensorType type) => type.Element == ScalarKind.U8 ? "byte" : "float";

    private static string Pascal(string name) =>
        string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)));
}
