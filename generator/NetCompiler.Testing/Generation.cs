using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using NetCompiler.Compiler;
using NetCompiler.Generator;

namespace NetCompiler.Testing;

/// <summary>
/// Source texts compiled in memory with NetCompiler's generator: what it adds to them, and what it says about them. The test framework
/// does not matter.
/// </summary>
/// <example>
/// <code>
/// var generation = Generation.Run("[Network, Input(4), Dense(2)] public partial class Small;");
/// Assert.Empty(generation.Problems);
/// Snapshot.Verify(generation["Small.g.cs"]);
/// </code>
/// </example>
public sealed class Generation
{
    // Test projects reference the project that they test, so that the process has the class compiled too. The source is what counts.
    private static readonly ImmutableDictionary<string, ReportDiagnostic> s_suppressed =
        ImmutableDictionary<string, ReportDiagnostic>.Empty.Add("CS0436", ReportDiagnostic.Suppress);

    private GeneratorDriver _driver;

    private Generation(CSharpCompilation compilation, GenerationOptions options)
    {
        Compilation = compilation;
        _driver = CSharpGeneratorDriver.Create(
            [new NetworkGenerator().AsSourceGenerator()],
            parseOptions: (CSharpParseOptions)compilation.SyntaxTrees.First().Options,
            optionsProvider: new BuildProperties(options.Properties),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
    }

    /// <summary>What the generator is given.</summary>
    public CSharpCompilation Compilation { get; private set; }

    /// <summary>The compilation together with what was generated.</summary>
    public Compilation WithGenerated { get; private set; } = null!;

    /// <summary>What was generated, in the order of the files' names.</summary>
    public ImmutableArray<GeneratedFile> Files { get; private set; }

    /// <summary>What the generator reported in the last run, without what is suppressed.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; private set; }

    /// <summary>The errors and warnings of the C# compiler for the sources together with what was generated.</summary>
    public IEnumerable<Diagnostic> Problems => WithGenerated.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning);

    /// <summary>All that Roslyn says of the last run, with the steps that ran and why.</summary>
    public GeneratorRunResult Result => _driver.GetRunResult().Results.Single();

    /// <summary>The text of a generated file.</summary>
    /// <param name="file">Its name, such as <c>Samples.DigitNet.g.cs</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no such file; the message lists those that there are.</exception>
    public string this[string file] =>
        Files.FirstOrDefault(candidate => candidate.HintName == file)?.Text
        ?? throw new KeyNotFoundException(
            $"No file '{file}' was generated: expected one of {string.Join(", ", Files.Select(f => f.HintName))}.");

    /// <summary>Runs the generator over sources. File i is called "File{i}.cs".</summary>
    /// <param name="sources">C# texts.</param>
    public static Generation Run(params string[] sources) => Run(GenerationOptions.Default, sources);

    /// <summary>Runs the generator over sources. File i is called "File{i}.cs".</summary>
    /// <param name="options">What it is run with.</param>
    /// <param name="sources">C# texts.</param>
    public static Generation Run(GenerationOptions options, params string[] sources)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Generation(Compile(options, sources), options).Run();
    }

    /// <summary>Runs the generator over sources with MSBuild properties. File i is called "File{i}.cs".</summary>
    /// <param name="properties">Such as <c>NetCompilerVectorWidths</c>.</param>
    /// <param name="sources">C# texts.</param>
    public static Generation Run(IEnumerable<KeyValuePair<string, string>> properties, params string[] sources) =>
        Run(new GenerationOptions { Properties = properties.ToDictionary() }, sources);

    /// <summary>A compilation of sources, without what is generated: for tests of analyzers.</summary>
    /// <param name="sources">C# texts.</param>
    public static CSharpCompilation Compile(params string[] sources) => Compile(GenerationOptions.Default, sources);

    /// <summary>Runs it again after a file became another text.</summary>
    /// <param name="file">Which one.</param>
    /// <param name="text">Its new text.</param>
    public Generation Edit(int file, string text)
    {
        var old = Compilation.SyntaxTrees.Single(tree => tree.FilePath == $"File{file}.cs");
        Compilation = Compilation.ReplaceSyntaxTree(old, Parse(text, old.FilePath));
        return Run();
    }

    /// <summary>Runs it again with other options of the compilation.</summary>
    /// <param name="options">The options.</param>
    public Generation With(CSharpCompilationOptions options)
    {
        Compilation = Compilation.WithOptions(options);
        return Run();
    }

    private static CSharpCompilation Compile(GenerationOptions options, string[] sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var usings = string.Concat(options.Usings.Select(name => $"global using {name};\n"));
        var trees = sources.Select((text, i) => Parse(text, $"File{i}.cs")).Prepend(Parse(usings, "Usings.cs"));
        return CSharpCompilation.Create("Tests", trees, options.References, new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true,
            specificDiagnosticOptions: s_suppressed));
    }

    private static SyntaxTree Parse(string text, string path) =>
        CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest), path);

    private Generation Run()
    {
        _driver = _driver.RunGeneratorsAndUpdateCompilation(Compilation, out var compilation, out var diagnostics);
        (WithGenerated, Diagnostics) = (compilation, [.. diagnostics.Where(d => !d.IsSuppressed)]);
        var sources = Result.GeneratedSources;
        Files =
        [
            .. (sources.IsDefault ? [] : sources).Select(source => new GeneratedFile(source.HintName, source.SourceText.ToString()))
                .OrderBy(file => file.HintName, StringComparer.Ordinal),
        ];
        return this;
    }

    private sealed class BuildProperties(IReadOnlyDictionary<string, string> properties) : AnalyzerConfigOptionsProvider
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
