using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace NetCompiler.Generator.Evaluation;

/// <summary>
/// Evaluates the bodies of methods that declare a network, over Roslyn's operations: numbers and control flow are computed, calls of
/// layers are handed on. This half carries out statements.
/// </summary>
internal sealed partial class Evaluator(Compilation compilation, ILayerCalls calls, CancellationToken cancellation)
{
    // A declaration that takes longer is taken for one that does not end.
    private const int MostSteps = 200_000;
    private const int DeepestCall = 64;

    private readonly Stack<Dictionary<ISymbol, object?>> _frames = new();
    private readonly Stack<IMethodSymbol> _methods = new();
    private readonly Dictionary<ISymbol, object?> _fields = new(SymbolEqualityComparer.Default);
    private object? _returned;
    private SyntaxNode? _loop;
    private int _steps;

    private enum Flow
    {
        Next,
        Break,
        Continue,
        Return,
    }

    private Dictionary<ISymbol, object?> Frame => _frames.Peek();

    /// <summary>What a method returns for arguments.</summary>
    /// <param name="method">A method with a body in this compilation.</param>
    /// <param name="arguments">One for each parameter.</param>
    /// <param name="site">Who calls it.</param>
    public object? Call(IMethodSymbol method, IReadOnlyList<object?> arguments, SyntaxNode site)
    {
        if (_frames.Count >= DeepestCall)
            throw new EvaluationException(site, "calls are nested too deeply");
        var frame = new Dictionary<ISymbol, object?>(SymbolEqualityComparer.Default);
        if (method.MethodKind == MethodKind.LocalFunction)
        {
            // A local function sees the variables around it, as they are when it is called.
            foreach (var variable in Frame)
                frame[variable.Key] = variable.Value;
        }

        for (var i = 0; i < method.Parameters.Length; i++)
            frame[method.Parameters[i]] = arguments[i];
        _frames.Push(frame);
        _methods.Push(method);
        try
        {
            _returned = null;
            Execute(Body(method, site));
            return _returned;
        }
        finally
        {
            _frames.Pop();
            _methods.Pop();
        }
    }

    private IOperation Body(IMethodSymbol method, SyntaxNode site)
    {
        var syntax = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation)
            ?? throw new EvaluationException(site, $"'{method.Name}' has no source here");
        var (block, expression) = syntax switch
        {
            BaseMethodDeclarationSyntax declaration => ((SyntaxNode?)declaration.Body, declaration.ExpressionBody),
            LocalFunctionStatementSyntax local => (local.Body, local.ExpressionBody),
            _ => (null, null),
        };
        var body = block ?? (SyntaxNode?)expression ?? throw new EvaluationException(site, $"'{method.Name}' has no body");
        return compilation.GetSemanticModel(body.SyntaxTree).GetOperation(body, cancellation)
            ?? throw new EvaluationException(site, $"'{method.Name}' has no body");
    }

    private void Step(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (++_steps > MostSteps)
        {
            throw new EvaluationException(_loop ?? operation.Syntax,
                $"it did not end within {MostSteps.ToString(CultureInfo.InvariantCulture)} steps");
        }
    }

    private Flow Execute(IOperation operation)
    {
        Step(operation);
        switch (operation)
        {
            case IBlockOperation block:
                return Sequence(block.Operations);
            case IReturnOperation result:
                _returned = result.ReturnedValue is null ? null : Evaluate(result.ReturnedValue);
                return Flow.Return;
            case IExpressionStatementOperation statement:
                Evaluate(statement.Operation);
                return Flow.Next;
            case IVariableDeclarationGroupOperation group:
                foreach (var declarator in group.Declarations.SelectMany(d => d.Declarators))
                    Frame[declarator.Symbol] = declarator.GetVariableInitializer() is { } initializer ? Evaluate(initializer.Value) : null;
                return Flow.Next;
            case IConditionalOperation condition:
                if (Truth(condition.Condition))
                    return Execute(condition.WhenTrue);
                return condition.WhenFalse is null ? Flow.Next : Execute(condition.WhenFalse);
            case IForLoopOperation loop:
                return Loop(loop, () => For(loop));
            case IForEachLoopOperation loop:
                return Loop(loop, () => ForEach(loop));
            case IWhileLoopOperation loop:
                return Loop(loop, () => While(loop));
            case ISwitchOperation choice:
                return Switch(choice);
            case IBranchOperation { BranchKind: BranchKind.Break }:
                return Flow.Break;
            case IBranchOperation { BranchKind: BranchKind.Continue }:
                return Flow.Continue;
            case IEmptyOperation or ILocalFunctionOperation:
                return Flow.Next;
            default:
                throw Unsupported(operation);
        }
    }

    private Flow Sequence(IEnumerable<IOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (Execute(operation) is var flow && flow != Flow.Next)
                return flow;
        }

        return Flow.Next;
    }

    // What does not end is the innermost loop that is running.
    private Flow Loop(ILoopOperation loop, Func<Flow> run)
    {
        var outer = _loop;
        _loop = loop.Syntax;
        var flow = run();
        _loop = outer;
        return flow;
    }

    private Flow For(IForLoopOperation loop)
    {
        Sequence(loop.Before);
        while (loop.Condition is null || Truth(loop.Condition))
        {
            Step(loop);
            var flow = Execute(loop.Body);
            if (flow == Flow.Return)
                return flow;
            if (flow == Flow.Break)
                break;
            Sequence(loop.AtLoopBottom);
        }

        return Flow.Next;
    }

    private Flow ForEach(IForEachLoopOperation loop)
    {
        var items = Items(loop.Collection);
        foreach (var item in items)
        {
            Step(loop);
            Bind(loop.LoopControlVariable, item);
            var flow = Execute(loop.Body);
            if (flow == Flow.Return)
                return flow;
            if (flow == Flow.Break)
                break;
        }

        return Flow.Next;
    }

    private Flow While(IWhileLoopOperation loop)
    {
        while (!loop.ConditionIsTop || Truth(loop.Condition!))
        {
            Step(loop);
            var flow = Execute(loop.Body);
            if (flow == Flow.Return)
                return flow;
            if (flow == Flow.Break || (!loop.ConditionIsTop && !Truth(loop.Condition!)))
                break;
        }

        return Flow.Next;
    }

    private Flow Switch(ISwitchOperation choice)
    {
        var value = Evaluate(choice.Value);
        var match = choice.Cases.FirstOrDefault(c => c.Clauses.Any(clause => Matches(clause, value)))
            ?? choice.Cases.FirstOrDefault(c => c.Clauses.Any(clause => clause.CaseKind == CaseKind.Default));
        if (match is null)
            return Flow.Next;
        return Sequence(match.Body) is var flow && flow == Flow.Break ? Flow.Next : flow;
    }

    private bool Matches(ICaseClauseOperation clause, object? value) => clause switch
    {
        ISingleValueCaseClauseOperation single => Equals(Evaluate(single.Value), value),
        IPatternCaseClauseOperation pattern => Matches(pattern.Pattern, value) && (pattern.Guard is null || Truth(pattern.Guard)),
        IDefaultCaseClauseOperation => false,
        _ => throw Unsupported(clause),
    };

    private bool Truth(IOperation condition) => Evaluate(condition) is bool truth ? truth : throw Unsupported(condition);

    private static EvaluationException Unsupported(IOperation operation) =>
        new(operation.Syntax, $"{Describe(operation)} cannot be part of a declaration");

    private static string Describe(IOperation operation) => operation.Kind switch
    {
        OperationKind.Invalid => "what is not valid C#",
        OperationKind.Invocation when operation is IInvocationOperation call => $"a call of '{call.TargetMethod.Name}'",
        OperationKind.ObjectCreation => "a new object",
        OperationKind.AnonymousFunction or OperationKind.DelegateCreation => "a lambda expression",
        OperationKind.Try => "a try statement",
        OperationKind.Throw => "a throw",
        OperationKind.Lock => "a lock statement",
        OperationKind.Using => "a using statement",
        OperationKind.Await => "an await",
        _ => "this",
    };
}
