using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Generator;

/// <summary>
/// Makes diagnostics of broken rules. Where they are is looked up in the compilation at hand, so that nothing cached holds a
/// location, and so that #pragma and .editorconfig apply.
/// </summary>
internal static class DiagnosticReporter
{
    private const string Category = "NetCompiler";
    private const string HelpLink = "https://github.com/netcompiler/netcompiler/blob/main/docs/diagnostics/";

    private static readonly ImmutableDictionary<Rule, DiagnosticDescriptor> s_descriptors = Rules.All.ToImmutableDictionary(
        rule => rule,
        rule => new DiagnosticDescriptor(rule.Id, rule.Title, rule.MessageFormat, Category, DiagnosticSeverity.Error,
            isEnabledByDefault: true, helpLinkUri: $"{HelpLink}{rule.Id}.md"));

    /// <summary>A rule as Roslyn wants it.</summary>
    public static DiagnosticDescriptor Descriptor(Rule rule) => s_descriptors[rule];

    /// <summary>A diagnostic at the argument, attribute or class that breaks the rule.</summary>
    public static Diagnostic Create(
        Compilation compilation, string metadataName, NetworkDiagnostic diagnostic, CancellationToken cancellation)
    {
        var type = compilation.Assembly.GetTypeByMetadataName(metadataName);
        var location = type is null ? Location.None : Locate(type, compilation, diagnostic, cancellation);
        return Diagnostic.Create(Descriptor(diagnostic.Rule), location, [.. diagnostic.MessageArguments]);
    }

    /// <summary>A diagnostic of the project as a whole.</summary>
    public static Diagnostic Create(NetworkDiagnostic diagnostic) =>
        Diagnostic.Create(Descriptor(diagnostic.Rule), Location.None, [.. diagnostic.MessageArguments]);

    private static Location Locate(
        INamedTypeSymbol type, Compilation compilation, NetworkDiagnostic diagnostic, CancellationToken cancellation)
    {
        if (diagnostic.Rule == Rules.FreezeMatchesNothing && DeclarationReader.Freeze(type, diagnostic.MessageArguments[1], cancellation) is { } pattern)
            return pattern.GetLocation();
        if (diagnostic.Layer < 0)
            return (DeclarationReader.NetworkPart(type, cancellation) as TypeDeclarationSyntax)?.Identifier.GetLocation() ?? Location.None;
        if (GraphReader.IsGraph(type))
            return Locate(GraphReader.Read(type, compilation, cancellation).Sites[diagnostic.Layer], diagnostic.Argument);
        var attribute = DeclarationReader.Attributes(type)[diagnostic.Layer];
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax syntax)
            return Location.None;
        return Locate(Site.Of(attribute, syntax), diagnostic.Argument);
    }

    private static Location Locate(Site site, string? argument)
    {
        // Of the two halves of a pair, the first.
        var written = argument is null ? null : site.Arguments.Where(a => ArgumentBinder.Means(a.Key, argument))
            .OrderBy(a => a.Value.SpanStart).Select(a => a.Key).FirstOrDefault();
        return (site.Node, written) switch
        {
            (_, not null) => site.Arguments[written].GetLocation(),
            (MethodDeclarationSyntax method, _) => method.Identifier.GetLocation(),
            _ => site.Node.GetLocation(),
        };
    }
}
