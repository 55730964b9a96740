using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetCompiler.Testing;

/// <summary>What the generator is run with.</summary>
public sealed record GenerationOptions
{
    // Reading them takes a second, and every test needs the same.
    private static readonly Lazy<ImmutableArray<MetadataReference>> s_ofThisProcess = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    /// <summary>The defaults.</summary>
    public static GenerationOptions Default { get; } = new();

    /// <summary>As an editor runs the generator: what a program sees of a network, without the code that runs. Much quicker.</summary>
    public static GenerationOptions DesignTime { get; } =
        new() { Properties = ImmutableDictionary<string, string>.Empty.Add("DesignTimeBuild", "true") };

    /// <summary>MSBuild properties that the generator reads, such as <c>NetCompilerVectorWidths</c>.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// Namespaces that every source can use: by default <c>NetCompiler</c> and those of <c>ImplicitUsings</c> in a console program.
    /// </summary>
    public IReadOnlyList<string> Usings { get; init; } =
    [
        "NetCompiler", "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
        "System.Threading.Tasks",
    ];

    /// <summary>Assemblies to compile against: by default those of the process, .NET's and what the test project references.</summary>
    public IReadOnlyList<MetadataReference> References { get; init; } = s_ofThisProcess.Value;
}
