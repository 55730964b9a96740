using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Generator;

namespace NetCompiler.Analyzers;

/// <summary>NC0201: finds networks without a loss that are handed to <c>Fit</c> or to a <c>TrainingSession</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TrainingAnalyzer : DiagnosticAnalyzer
{
    private const string Network = "NetCompiler.Network";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [DiagnosticReporter.Descriptor(Rules.TrainingWithoutLoss)];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(AnalyzeCall, OperationKind.Invocation);
        context.RegisterOperationAction(AnalyzeCreation, OperationKind.ObjectCreation);
    }

    private static void AnalyzeCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name == "Fit" && call.TargetMethod.ContainingNamespace?.ToDisplayString() == "NetCompiler.Training")
            Check(context, call.Instance, call.Arguments, NameOf(call.Syntax));
    }

    private static void AnalyzeCreation(OperationAnalysisContext context)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (creation.Type?.ToDisplayString() == "NetCompiler.TrainingSession")
            Check(context, null, creation.Arguments, creation.Syntax);
    }

    private static void Check(
        OperationAnalysisContext context, IOperation? instance, ImmutableArray<IArgumentOperation> arguments, SyntaxNode place)
    {
        foreach (var value in arguments.Select(argument => argument.Value).Concat(instance is null ? [] : [instance]))
        {
            if (NetworkOf(Unconverted(value).Type) is not { } network || DeclarationReader.HasLoss(network))
                continue;
            context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticReporter.Descriptor(Rules.TrainingWithoutLoss), place.GetLocation(), network.Name));
            return;
        }
    }

    private static IOperation Unconverted(IOperation value) =>
        value is IConversionOperation { IsImplicit: true, Operand: var operand } ? Unconverted(operand) : value;

    // The declared class behind a static type: itself or a base; null for what is only known as Network.
    private static INamedTypeSymbol? NetworkOf(ITypeSymbol? type)
    {
        for (var candidate = type as INamedTypeSymbol; candidate is not null; candidate = candidate.BaseType)
        {
            if (DeclarationReader.IsNetwork(candidate))
                return candidate;
            if (candidate.ToDisplayString() == Network)
                return null;
        }

        return null;
    }

    private static SyntaxNode NameOf(SyntaxNode call) => call switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Name,
        InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax binding } => binding.Name,
        InvocationExpressionSyntax { Expression: var name } => name,
        _ => call,
    };
}
