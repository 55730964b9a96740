using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace NetCompiler.Generator.Tests.Support;

/// <summary>Sources compiled in memory with the generator, the runtime and the training library.</summary>
public sealed class Generation
{
    private const string Usings = "global using NetCompiler;\n";

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private GeneratorDriver _driver;

    private Generation(CSharpCompilation compilation, IEnumerable<KeyValuePair<string, string>> properties)
    {
        Compilation = compilation;
        _driver = CSharpGeneratorDriver.Create(
            [new NetworkGenerator().AsSourceGenerator()],
            parseOptions: (CSharpParseOptions)compilation.SyntaxTrees.First().Options,
            optionsProvider: new BuildProperties(properties),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
    }

    /// <summary>What the generator is given.</summary>
    public CSharpCompilation Compilation { get; private set; }

    /// <summary>What came out of the last run.</summary>
    public GeneratorRunResult Result => _driver.GetRunResult().Results.Single();

    /// <summary>The diagnostics of the last run, those that are suppressed left out.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; private set; }

    /// <summary>The errors and warnings of the compilation together with what was generated.</summary>
    public IEnumerable<Diagnostic> Problems => WithGenerated.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning);

    /// <summary>The compilation together with what was generated.</summary>
    public Compilation WithGenerated { get; private set; } = null!;

    /// <summary>Runs the generator over sources; file i is called "File{i}.cs".</summary>
    public static Generation Run(params string[] sources) => Run([], sources);

    /// <summary>Runs the generator with MSBuild properties.</summary>
    public static Generation Run(IEnumerable<KeyValuePair<string, string>> properties, params string[] sources)
    {
        var generation = new Generation(Compile(sources), properties);
        return generation.Run();
    }

    /// <summary>A compilation of sources, without what is generated.</summary>
    public static CSharpCompilation Compile(params string[] sources)
    {
        var trees = sources.Select((text, i) => Parse(text, $"File{i}.cs")).Prepend(Parse(Usings, "Usings.cs"));
        return CSharpCompilation.Create("Tests", trees, s_references, new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
    }

    /// <summary>Runs it again after file <paramref name="file"/> became another text.</summary>
    public Generation Edit(int file, string text)
    {
        var old = Compilation.SyntaxTrees.Single(tree => tree.FilePath == $"File{file}.cs");
        Compilation = Compilation.ReplaceSyntaxTree(old, Parse(text, old.FilePath));
        return Run();
    }

    /// <summary>Runs it again with other options of the compilation.</summary>
    public Generation With(CSharpCompilationOptions options)
    {
        Compilation = Compilation.WithOptions(options);
        return Run();
    }

    private static SyntaxTree Parse(string text, string path) =>
        CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest), path);

    private Generation Run()
    {
        _driver = _driver.RunGeneratorsAndUpdateCompilation(Compilation, out var compilation, out var diagnostics);
        (WithGenerated, Diagnostics) = (compilation, [.. diagnostics.Where(d => !d.IsSuppressed)]);
        return this;
    }

    private sealed class BuildProperties(IEnumerable<KeyValuePair<string, string>> properties) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } =
            new Options(properties.ToDictionary(p => "build_property." + p.Key, p => p.Value));

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Options(Dictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, out string value) => values.TryGetValue(key, out value!);
        }
    }
}
