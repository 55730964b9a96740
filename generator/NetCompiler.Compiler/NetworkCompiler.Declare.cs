using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Printers;

namespace NetCompiler.Compiler;

/// <summary>The compiler: from a declaration to sources.</summary>
public static partial class NetworkCompiler
{
    /// <summary>
    /// What editors need while a declaration is typed: its diagnostics and what users see of the class, without any kernel. A few
    /// milliseconds.
    /// </summary>
    public static CompilationResult Declare(NetworkSpec spec, CompilerOptions options)
    {
        var build = NetworkBuilder.Build(spec);
        return build.Model is { } model
            ? new CompilationResult([], [ApiFile(spec, ApiPrinter.Print(model, options))], [])
            : DeclareBroken(spec) with { Diagnostics = build.Diagnostics };
    }

    /// <summary>The class of a declaration that breaks a rule: its users find a network, without layers, that cannot run.</summary>
    public static CompilationResult DeclareBroken(NetworkSpec spec) => new([], [ApiFile(spec, ApiPrinter.PrintBroken(spec))], []);

    private static GeneratedFile ApiFile(NetworkSpec spec, string text) => new($"{FilePrefix(spec)}.g.cs", text);

    /// <summary>What the names of a network's files begin with.</summary>
    internal static string FilePrefix(NetworkSpec spec) => spec.Namespace.Length == 0 ? spec.Name : $"{spec.Namespace}.{spec.Name}";
}
