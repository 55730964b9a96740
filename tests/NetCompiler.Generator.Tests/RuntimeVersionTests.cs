using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetCompiler.Compiler;
using NetCompiler.Generator.Tests.Support;
using NetCompiler.Runtime;

namespace NetCompiler.Generator.Tests;

/// <summary>NC0301: a generator meets the runtime of another version.</summary>
public class RuntimeVersionTests
{
    public const string Id = "NC0301";

    /// <summary>As much of a runtime as a declaration needs.</summary>
    private const string Declarations = """
        [assembly: System.Reflection.AssemblyVersion("9.8.7.0")]
        namespace NetCompiler
        {
            public class NetworkAttribute : System.Attribute;
            public class DeclarationAttribute : System.Attribute;
            public class InputAttribute(int length) : DeclarationAttribute;
            public class DenseAttribute(int units) : DeclarationAttribute;
        }
        """;

    private static readonly Markup s_network = new("[Network, Input(4), Dense(2)] public partial class «Net»;");

    [Fact]
    public void GeneratorAndRuntimeHaveTheSameVersion()
    {
        Assert.Equal(EmittedCode.Version, NetworkCompiler.EmittedCodeVersion);
        Assert.Empty(Generation.Run(s_network.Source).Diagnostics);
    }

    [Theory]
    [InlineData("namespace NetCompiler.Runtime { public static class EmittedCode { public const int Version = 1000; } }", "1000")]
    [InlineData("", "none")]
    public void AnotherRuntimeIsReportedAtTheNetwork(string emittedCode, string found)
    {
        var diagnostic = Assert.Single(RunWithRuntime(Declarations + emittedCode).Diagnostics);

        Assert.Equal(Id, diagnostic.Id);
        Assert.Equal(s_network.Span, diagnostic.Location.GetLineSpan().Span);
        Assert.Equal(
            $"'Net' is compiled for version {EmittedCode.Version} of what emitted code and the runtime agree on, but "
            + $"NetCompiler.Runtime 9.8.7 has {found}; reference NetCompiler's packages in one version",
            diagnostic.GetMessage());
    }

    [Fact]
    public void ARuntimeOfTheSameVersionIsAccepted()
    {
        var generation = RunWithRuntime(Declarations + $$"""
            namespace NetCompiler.Runtime { public static class EmittedCode { public const int Version = {{EmittedCode.Version}}; } }
            """);

        Assert.Empty(generation.Diagnostics);
    }

    [Fact]
    public void AnEditElsewhereChecksNoNetworkAgain()
    {
        var generation = RunWithRuntime(Declarations);

        generation.Edit(1, "static class Other { static int Y => 2; }");

        var reasons = generation.Result.TrackedSteps[NetworkGenerator.RuntimeStep].SelectMany(s => s.Outputs).Select(o => o.Reason);
        Assert.Equal([IncrementalStepRunReason.Unchanged], reasons);
        Assert.Single(generation.Diagnostics);
    }

    private static Generation RunWithRuntime(string source)
    {
        var others = GenerationOptions.Default.References
            .Where(reference => !Path.GetFileName(reference.Display!).StartsWith("NetCompiler.", StringComparison.Ordinal)).ToList();
        using var image = new MemoryStream();
        var runtime = CSharpCompilation.Create(
            "NetCompiler.Runtime", [CSharpSyntaxTree.ParseText(source)], others, new(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(runtime.Emit(image).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
        var options = new GenerationOptions { References = [.. others, MetadataReference.CreateFromImage(image.ToArray())] };
        return Generation.Run(options, s_network.Source, "static class Other { static int X => 1; }");
    }
}
