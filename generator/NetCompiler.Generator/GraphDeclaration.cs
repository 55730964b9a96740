using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Generator;

/// <summary>What the methods of a network in graph form declare, and where.</summary>
/// <param name="Layers">Input, layers and loss in the order in which they are called.</param>
/// <param name="Prediction">The layer whose result [Forward] returns; null where the declaration is broken before that.</param>
/// <param name="Diagnostics">What is wrong with it; a diagnostic's layer is an index into <paramref name="Sites"/>.</param>
/// <param name="Sites">Where each layer is called, and, after those, what else diagnostics are about.</param>
internal sealed record GraphDeclaration(
    ImmutableArray<LayerSpec> Layers, int? Prediction, ImmutableArray<NetworkDiagnostic> Diagnostics, ImmutableArray<Site> Sites);

/// <summary>Where a layer is called.</summary>
/// <param name="Node">The call.</param>
/// <param name="Arguments">Its arguments by the names of the function's parameters.</param>
internal sealed record Site(SyntaxNode Node, ImmutableDictionary<string, SyntaxNode> Arguments)
{
    public Site(SyntaxNode node)
        : this(node, ImmutableDictionary<string, SyntaxNode>.Empty)
    {
    }
}
