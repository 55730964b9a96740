using System.Collections.Immutable;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Prints which of the emitted pass classes, "Predict512" and so on, serves a vector width. They are nested in the network's class.
/// </summary>
public static class PassesPrinter
{
    private static void PrintMemory(IndentedWriter writer, CompilerOptions options, ImmutableArray<PassProgram> programs)
    {
        writer.Line($"{ApiPrinter.MemoryDescription} =>");
        writer.Line("    memory =");
        writer.Line("    [");
        foreach (var program in programs.Where(p => p.Target.VectorBits == options.VectorWidths[0] && p.Kind is not (PassKind.Inspect or PassKind.Loss)))
        {
            var bytes = program.Memory.Bytes;
            writer.Line(FormattableString.Invariant(
                $"        new(\"{program.Entry ?? program.Kind.ToString()}\", ChunkSize: {program.ChunkSize}, ChunkBytes: {bytes[Arena.Chunk]}, BatchBytes: {bytes[Arena.Batch]}),"));
        }

        writer.Line("    ];");
        writer.Line();
    }

    /// <summary>The passes of a network: what it predicts, its layers, its training, its other methods.</summary>
    public static IEnumerable<(PassKind Kind, EntryModel? Entry)> Passes(NetworkModel model)
    {
        yield return (PassKind.Predict, null);
        yield return (PassKind.Inspect, null);
        if (model.Loss is not null)
        {
            yield return (PassKind.Train, null);
            yield return (PassKind.Loss, null);
        }

        foreach (var entry in model.Entries.Skip(1))
            yield return (entry.Kind == EntryKind.Forward ? PassKind.Forward : PassKind.Objective, entry);
    }

    /// <summary>The implementations of the partial methods that <see cref="ApiPrinter"/> declares.</summary>
    /// <param name="model">The network.</param>
    /// <param name="options">What the build asks for.</param>
    /// <param name="programs">The passes that were compiled, whose memory is told; default for none.</param>
    public static string Print(NetworkModel model, CompilerOptions options, ImmutableArray<PassProgram> programs = default)
    {
        var passes = Passes(model).Select(pass => (Name: PassProgram.PassNameOf(pass.Kind, pass.Entry?.Name), pass.Kind)).ToList();
        return ApiPrinter.PrintClass(model.Spec, writer =>
        {
            if (!programs.IsDefault)
                PrintMemory(writer, options, programs);
            foreach (var (pass, kind) in passes)
            {
                if (pass != passes[0].Name)
                    writer.Line();
                writer.Line($"static partial void Select{pass}Pass(int vectorBits, ref {NetworkFile.Runtime}CompiledPass? pass) =>");
                writer.Line("    pass = vectorBits switch");
                writer.Line("    {");
                // Looking inside is not worth code for every width: the narrowest runs everywhere.
                foreach (var width in options.VectorWidths)
                    writer.Line($"        {width} => new {pass}{(kind == PassKind.Inspect ? options.VectorWidths.Min() : width)}(),");
                writer.Line("        _ => null,");
                writer.Line("    };");
            }
        });
    }
}
