using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints which of the emitted pass classes, "Predict512" and so on, serves a vector width. They are nested in the network's class.
/// </summary>
public static class PassesPrinter
{
    /// <summary>The implementations of the partial methods that <see cref="ApiPrinter"/> declares.</summary>
    public static string Print(NetworkModel model, CompilerOptions options)
    {
        string[] passes = model.Loss is null ? ["Predict", "Inspect"] : ["Predict", "Inspect", "Train"];
        return ApiPrinter.PrintClass(model.Spec, writer =>
        {
            foreach (var pass in passes)
            {
                if (pass != passes[0])
                    writer.Line();
                writer.Line($"static partial void Select{pass}Pass(int vectorBits, ref global::NetCompiler.Runtime.CompiledPass? pass) =>");
                writer.Line("    pass = vectorBits switch");
                writer.Line("    {");
                // Looking inside is not worth code for every width: the narrowest runs everywhere.
                foreach (var width in options.VectorWidths)
                    writer.Line($"        {width} => new {pass}{(pass == "Inspect" ? options.VectorWidths.Min() : width)}(),");
                writer.Line("        _ => null,");
                writer.Line("    };");
            }
        });
    }
}
