using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetCompiler.CodeFixes;

/// <summary>NC0103: puts a Flatten before a dense layer that reads an image, as an attribute of a chain or around the tensor of a call.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InsertFlattenFix)), Shared]
public sealed class InsertFlattenFix : CodeFixProvider
{
    private const string Flatten = "Flatten";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["NC0103"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var node = root?.FindNode(context.Span, getInnermostNodeForTie: true);
        var changed = (node?.FirstAncestorOrSelf<AttributeSyntax>(), node?.FirstAncestorOrSelf<InvocationExpressionSyntax>()) switch
        {
            ({ Parent: AttributeListSyntax list } attribute, _) => root!.ReplaceNode(list, WithFlatten(list, attribute)),
            (null, { ArgumentList.Arguments: { Count: > 0 } arguments } call) => root!.ReplaceNode(call, WithFlatten(call, arguments)),
            _ => null,
        };
        if (changed is null)
            return;
        context.RegisterCodeFix(
            CodeAction.Create("Put Flatten before it", _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), nameof(InsertFlattenFix)),
            context.Diagnostics);
    }

    // Written as the layer itself is: with the same qualification.
    private static AttributeListSyntax WithFlatten(AttributeListSyntax list, AttributeSyntax attribute)
    {
        var index = list.Attributes.IndexOf(attribute);
        var name = attribute.Name is QualifiedNameSyntax qualified
            ? qualified.WithRight(SyntaxFactory.IdentifierName(Flatten))
            : (NameSyntax)SyntaxFactory.IdentifierName(Flatten);
        var flatten = SyntaxFactory.Attribute(name.WithoutTrivia()).WithLeadingTrivia(attribute.GetLeadingTrivia());
        var attributes = list.Attributes.ToList();
        attributes[index] = attribute.WithoutLeadingTrivia();
        attributes.Insert(index, flatten);
        var separators = list.Attributes.GetSeparators().ToList();
        separators.Insert(index, SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space));
        return list.WithAttributes(SyntaxFactory.SeparatedList(attributes, separators));
    }

    private static InvocationExpressionSyntax WithFlatten(InvocationExpressionSyntax call, SeparatedSyntaxList<ArgumentSyntax> arguments)
    {
        var input = arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == "input") ?? arguments[0];
        ExpressionSyntax function = call.Expression is MemberAccessExpressionSyntax access
            ? access.WithName(SyntaxFactory.IdentifierName(Flatten))
            : SyntaxFactory.IdentifierName(Flatten);
        var flattened = SyntaxFactory.InvocationExpression(
            function.WithoutTrivia(),
            SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(input.Expression.WithoutTrivia()))));
        return call.ReplaceNode(input.Expression, flattened.WithTriviaFrom(input.Expression));
    }
}
