using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Generator;

/// <summary>What the methods of a network in graph form declare, and where.</summary>
/// <param name="Layers">Input, layers and loss in the order in which they are called.</param>
/// <param name="Entries">The methods; none, or not all, where the declaration is broken.</param>
/// <param name="Diagnostics">What is wrong with it; a diagnostic's layer is an index into <paramref name="Sites"/>.</param>
/// <param name="Sites">Where each layer is called, and, after those, what else diagnostics are about.</param>
internal sealed record GraphDeclaration(
    ImmutableArray<LayerSpec> Layers, ImmutableArray<EntrySpec> Entries, ImmutableArray<NetworkDiagnostic> Diagnostics, ImmutableArray<Site> Sites);

/// <summary>Where a layer is called.</summary>
/// <param name="Node">The call.</param>
/// <param name="Arguments">Its arguments by the names of the function's parameters.</param>
internal sealed record Site(SyntaxNode Node, ImmutableDictionary<string, SyntaxNode> Arguments)
{
    public Site(SyntaxNode node)
        : this(node, ImmutableDictionary<string, SyntaxNode>.Empty)
    {
    }

    /// <summary>The place of an attribute.</summary>
    public static Site Of(AttributeData attribute, AttributeSyntax syntax)
    {
        var arguments = ImmutableDictionary.CreateBuilder<string, SyntaxNode>();
        for (var i = 0; i < (syntax.ArgumentList?.Arguments.Count ?? 0); i++)
        {
            var argument = syntax.ArgumentList!.Arguments[i];
            var name = argument.NameEquals?.Name.Identifier.ValueText ?? argument.NameColon?.Name.Identifier.ValueText
                ?? attribute.AttributeConstructor?.Parameters.ElementAtOrDefault(i)?.Name;
            if (name is not null)
                arguments[name] = argument;
        }

        return new Site(syntax, arguments.ToImmutable());
    }
}
