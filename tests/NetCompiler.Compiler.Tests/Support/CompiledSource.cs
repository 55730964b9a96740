using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetCompiler.Compiler.Tests.Ilgpu;

namespace NetCompiler.Compiler.Tests.Support;

/// <summary>C# source text compiled in memory and loaded. Warnings fail as errors do.</summary>
public sealed class CompiledSource
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> s_references = new(LoadReferences);

    private CompiledSource(Assembly assembly, string text)
    {
        Assembly = assembly;
        Text = text;
    }

    public Assembly Assembly { get; }

    /// <summary>The source text, all files after each other.</summary>
    public string Text { get; }

    /// <summary>The assemblies of this process: the base class library, the runtime, the ILGPU stand-in.</summary>
    public static ImmutableArray<MetadataReference> References => s_references.Value;

    /// <summary>Compiles files and loads the assembly.</summary>
    /// <exception cref="InvalidOperationException">The source does not compile, or compiles with warnings.</exception>
    public static CompiledSource Compile(params string[] files)
    {
        var compilation = Compilation(files);
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        var problems = result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).ToList();
        if (problems.Count > 0 || !result.Success)
        {
            throw new InvalidOperationException(
                string.Join('\n', problems.Take(20)) + "\n\n" + string.Join("\n\n", files.Select(Numbered)));
        }

        stream.Position = 0;
        // Unloadable, as suites compile thousands of small assemblies.
        var context = new AssemblyLoadContext("compiled source", isCollectible: TestAccelerator.TakesCollectible);
        return new CompiledSource(context.LoadFromStream(stream), string.Join("\n", files));
    }

    /// <summary>A compilation of files, optimised, unsafe, with nullable annotations.</summary>
    public static CSharpCompilation Compilation(params string[] files)
    {
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable,
            deterministic: true);
        return CSharpCompilation.Create(
            $"Compiled{Guid.NewGuid():N}",
            files.Select((text, i) => CSharpSyntaxTree.ParseText(text, parse, $"File{i}.cs")),
            References,
            options);
    }

    /// <summary>A static method, public or not.</summary>
    public MethodInfo Method(string type, string name) =>
        Assembly.GetType(type, throwOnError: true)!
            .GetMethod(name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        ?? throw new MissingMethodException(type, name);

    private static ImmutableArray<MetadataReference> LoadReferences()
    {
        // Test assemblies lie beside the runtime and the stand-in, so all of these are among the trusted ones.
        var trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return [.. trusted.Split(Path.PathSeparator).Select(p => (MetadataReference)MetadataReference.CreateFromFile(p))];
    }

    private static string Numbered(string file) =>
        string.Join('\n', file.Split('\n').Select((line, i) => $"{i + 1,4}  {line}"));
}
