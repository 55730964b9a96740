using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels;

/// <summary>
/// Rebuilds statements and expressions from the bottom up; what nothing changed is kept as it is. Passes override what they care for.
/// </summary>
public abstract class KernelRewriter
{
    /// <summary>The expression rewritten: first its operands, then itself by <see cref="Visit"/>.</summary>
    public virtual Expression Rewrite(Expression expression)
    {
        var operands = expression.Operands;
        if (operands.IsEmpty)
            return Visit(expression);
        ImmutableArray<Expression>.Builder? changed = null;
        for (var i = 0; i < operands.Length; i++)
        {
            var operand = Rewrite(operands[i]);
            if (changed is null && ReferenceEquals(operand, operands[i]))
                continue;
            changed ??= operands.ToBuilder();
            changed[i] = operand;
        }

        return Visit(changed is null ? expression : expression.WithOperands(changed.ToImmutable()));
    }

    /// <summary>The block with its statements rewritten.</summary>
    public virtual Block Rewrite(Block block)
    {
        var statements = ImmutableArray.CreateBuilder<Statement>(block.Statements.Length);
        var changed = false;
        foreach (var statement in block.Statements)
        {
            var before = statements.Count;
            Rewrite(statement, statements);
            changed |= statements.Count != before + 1 || !ReferenceEquals(statements[before], statement);
        }

        return changed ? new Block(statements.ToImmutable()) : block;
    }

    /// <summary>An expression whose operands are rewritten already.</summary>
    protected virtual Expression Visit(Expression expression) => expression;

    /// <summary>Adds what a statement becomes to <paramref name="output"/>: one statement, none or several.</summary>
    protected virtual void Rewrite(Statement statement, ImmutableArray<Statement>.Builder output) => output.Add(Parts(statement));

    /// <summary>The statement with its expressions and blocks rewritten.</summary>
    protected Statement Parts(Statement statement)
    {
        switch (statement)
        {
            case Block block:
                return Rewrite(block);
            case For loop:
                var start = Rewrite(loop.Start);
                var end = Rewrite(loop.End);
                var body = Rewrite(loop.Body);
                return Same(start, loop.Start) && Same(end, loop.End) && ReferenceEquals(body, loop.Body)
                    ? loop
                    : loop with { Start = start, End = end, Body = body };
            case Let let:
                var value = Rewrite(let.Value);
                return Same(value, let.Value) ? let : let with { Value = value };
            case Assign assign:
                var assigned = Rewrite(assign.Value);
                return Same(assigned, assign.Value) ? assign : assign with { Value = assigned };
            case Store store:
                var pointer = Rewrite(store.Pointer);
                var index = Rewrite(store.Index);
                var stored = Rewrite(store.Value);
                return Same(pointer, store.Pointer) && Same(index, store.Index) && Same(stored, store.Value)
                    ? store
                    : new Store(pointer, index, stored);
            case Prefetch prefetch:
                var (near, place) = (Rewrite(prefetch.Pointer), Rewrite(prefetch.Index));
                return Same(near, prefetch.Pointer) && Same(place, prefetch.Index) ? prefetch : new Prefetch(near, place);
            case AsyncCopy copy:
                var (target, at, source, from) =
                    (Rewrite(copy.Target), Rewrite(copy.TargetIndex), Rewrite(copy.Source), Rewrite(copy.SourceIndex));
                var where = copy.Condition is null ? null : Rewrite(copy.Condition);
                return Same(target, copy.Target) && Same(at, copy.TargetIndex) && Same(source, copy.Source) && Same(from, copy.SourceIndex)
                    && ReferenceEquals(where, copy.Condition)
                    ? copy
                    : new AsyncCopy(target, at, source, from, where);
            case MatrixMultiplyAdd product:
                var (sums, left, right) = (Rewrite(product.Sums), Rewrite(product.Left), Rewrite(product.Right));
                return sums.Equals(product.Sums) && left.Equals(product.Left) && right.Equals(product.Right)
                    ? product
                    : product with { Sums = sums, Left = left, Right = right };
            case If branch:
                var condition = Rewrite(branch.Condition);
                var then = Rewrite(branch.Then);
                var otherwise = branch.Else is null ? null : Rewrite(branch.Else);
                return Same(condition, branch.Condition) && ReferenceEquals(then, branch.Then) && ReferenceEquals(otherwise, branch.Else)
                    ? branch
                    : new If(condition, then, otherwise);
            case Call call:
                var arguments = Rewrite(call.Arguments);
                return arguments.Equals(call.Arguments) ? call : call with { Arguments = arguments };
            default:
                return statement;
        }
    }

    // The same array where nothing has changed. What is assigned to stays a variable.
    private ImmutableArray<T> Rewrite<T>(ImmutableArray<T> expressions)
        where T : Expression
    {
        ImmutableArray<T>.Builder? changed = null;
        for (var i = 0; i < expressions.Length; i++)
        {
            if (Rewrite(expressions[i]) is not T rewritten || ReferenceEquals(rewritten, expressions[i]))
                continue;
            changed ??= expressions.ToBuilder();
            changed[i] = rewritten;
        }

        return changed?.MoveToImmutable() ?? expressions;
    }

    private static bool Same(Expression a, Expression b) => ReferenceEquals(a, b);
}
