using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Tests.Ilgpu;
using NetCompiler.Compiler.Tests.Support;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>Networks as one assembly in memory: what the compiler emits for each, behind a class as a user would declare it.</summary>
public sealed class EmittedNetworks
{
    private readonly Assembly _assembly;

    private EmittedNetworks(Assembly assembly) => _assembly = assembly;

    /// <summary>The passes of a case: prediction, training and loss at each width, and the inspection of layers at the narrowest.</summary>
    public static ImmutableArray<PassProgram> Programs(NetworkCase @case)
    {
        var programs = ImmutableArray.CreateBuilder<PassProgram>();
        foreach (var width in @case.Widths)
        {
            var target = new CpuTarget(width);
            programs.Add(PassCompiler.Compile(@case.Model, PassKind.Predict, target, @case.Options));
            programs.Add(PassCompiler.Compile(@case.Model, PassKind.Train, target, @case.Options));
            programs.Add(PassCompiler.Compile(@case.Model, PassKind.Loss, target, @case.Options));
        }

        programs.Add(PassCompiler.Compile(@case.Model, PassKind.Inspect, new CpuTarget(@case.Widths.Min()), @case.Options));
        return programs.ToImmutable();
    }

    /// <summary>The sources of a case.</summary>
    public static ImmutableArray<string> Sources(NetworkCase @case, ImmutableArray<PassProgram> programs)
    {
        var options = new CompilerOptions([.. @case.Widths]);
        return
        [
            $"namespace {@case.Model.Spec.Namespace}; public sealed partial class {@case.Name};",
            ApiPrinter.Print(@case.Model, options),
            PassesPrinter.Print(@case.Model, options),
            .. programs.Select(program => PassPrinter.Print(@case.Model.Spec, program)),
        ];
    }

    /// <summary>Compiles sources of any number of networks.</summary>
    /// <exception cref="InvalidOperationException">They do not compile.</exception>
    public static EmittedNetworks Compile(IEnumerable<string> sources)
    {
        // Megabytes of arithmetic: what nullable references there are is looked at in the tests of the printers.
        var parse = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.None)
            .WithFeatures([new KeyValuePair<string, string>("run-nullable-analysis", "never")]);
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true);
        var compilation = CSharpCompilation.Create(
            $"Emitted{Guid.NewGuid():N}", sources.Select(text => CSharpSyntaxTree.ParseText(text, parse)),
            CompiledSource.References, options);
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        var problems = result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).ToList();
        if (problems.Count > 0)
            throw new InvalidOperationException(string.Join('\n', problems.Take(20).Select(p => $"{p}\n    {Line(p.Location)}")));
        stream.Position = 0;
        return new EmittedNetworks(new AssemblyLoadContext("emitted networks", isCollectible: TestAccelerator.TakesCollectible).LoadFromStream(stream));

        static string? Line(Location location) =>
            location.SourceTree?.GetText().Lines[location.GetLineSpan().StartLinePosition.Line].ToString();
    }

    /// <summary>A network of the assembly, with all parameters zero.</summary>
    public Network Create(NetworkSpec spec) =>
        (Network)Activator.CreateInstance(_assembly.GetType($"{spec.Namespace}.{spec.Name}", throwOnError: true)!, 0UL)!;
}
