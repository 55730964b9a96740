using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels;

/// <summary>Ways through the statements and expressions of a kernel.</summary>
public static class KernelWalk
{
    /// <summary>The expressions that a statement holds itself, not those of the statements inside it.</summary>
    public static ImmutableArray<Expression> Expressions(Statement statement) => statement switch
    {
        For loop => [loop.Start, loop.End],
        Let let => [let.Value],
        Assign assign => [assign.Value],
        Store store => [store.Pointer, store.Index, store.Value],
        Prefetch prefetch => [prefetch.Pointer, prefetch.Index],
        AsyncCopy { Condition: { } condition } copy => [copy.Target, copy.TargetIndex, copy.Source, copy.SourceIndex, condition],
        AsyncCopy copy => [copy.Target, copy.TargetIndex, copy.Source, copy.SourceIndex],
        MatrixMultiplyAdd product => [.. product.Sums, .. product.Left, .. product.Right],
        If branch => [branch.Condition],
        Call call => call.Arguments,
        _ => [],
    };

    /// <summary>The blocks that a statement holds itself.</summary>
    public static ImmutableArray<Block> Blocks(Statement statement) => statement switch
    {
        Block block => [block],
        For loop => [loop.Body],
        If { Else: { } otherwise } branch => [branch.Then, otherwise],
        If branch => [branch.Then],
        _ => [],
    };

    /// <summary>The variable that a statement declares, counters included.</summary>
    public static Variable? Declared(Statement statement) => statement switch
    {
        For loop => loop.Counter,
        Let let => let.Variable,
        Allocate allocate => allocate.Pointer,
        _ => null,
    };

    /// <summary>The statements of a block and all that they hold, in order.</summary>
    public static IReadOnlyList<Statement> All(Block block)
    {
        var all = new List<Statement>();
        Add(block);
        return all;

        void Add(Block part)
        {
            foreach (var statement in part.Statements)
            {
                all.Add(statement);
                foreach (var inner in Blocks(statement))
                    Add(inner);
            }
        }
    }

    /// <summary>An expression and all its operands, the outermost first.</summary>
    public static IReadOnlyList<Expression> All(Expression expression)
    {
        var all = new List<Expression>();
        ForEach(expression, all.Add);
        return all;
    }

    /// <summary>All expressions in a block, operands included.</summary>
    public static IReadOnlyList<Expression> AllExpressions(Block block)
    {
        var all = new List<Expression>();
        foreach (var statement in All(block))
            ForEach(statement, all.Add);
        return all;
    }

    /// <summary>Calls <paramref name="visit"/> with an expression and all its operands, the outermost first.</summary>
    public static void ForEach(Expression expression, Action<Expression> visit)
    {
        visit(expression);
        foreach (var operand in expression.Operands)
            ForEach(operand, visit);
    }

    /// <summary>
    /// Calls <paramref name="visit"/> with the expressions that a statement holds itself, and all their operands, the outermost first.
    /// </summary>
    public static void ForEach(Statement statement, Action<Expression> visit)
    {
        foreach (var expression in Expressions(statement))
            ForEach(expression, visit);
    }

    /// <summary>Whether an expression or one of its operands is what <paramref name="predicate"/> asks for.</summary>
    public static bool Any(Expression expression, Func<Expression, bool> predicate)
    {
        if (predicate(expression))
            return true;
        foreach (var operand in expression.Operands)
        {
            if (Any(operand, predicate))
                return true;
        }

        return false;
    }

    /// <summary>Whether an expression in a block, or one of its operands, is what <paramref name="predicate"/> asks for.</summary>
    public static bool Any(Block block, Func<Expression, bool> predicate) =>
        All(block).Any(statement => Expressions(statement).Any(expression => Any(expression, predicate)));

    /// <summary>The names of the variables that a block assigns to after their declaration.</summary>
    public static HashSet<string> Assigned(Block block) => [.. All(block).SelectMany(s => AssignedBy(s)).Select(v => v.Name)];

    /// <summary>The variables that a statement itself assigns to.</summary>
    public static ImmutableArray<Variable> AssignedBy(Statement statement) => statement switch
    {
        Assign assign => [assign.Variable],
        MatrixMultiplyAdd product => product.Sums,
        _ => [],
    };

    /// <summary>All names in a kernel.</summary>
    public static HashSet<string> Names(Kernel kernel)
    {
        HashSet<string> names = [.. kernel.Parameters.Select(p => p.Variable.Name)];
        foreach (var statement in All(kernel.Body))
        {
            if (Declared(statement) is { } variable)
                names.Add(variable.Name);
        }

        return names;
    }

    /// <summary>A name that is not among <paramref name="names"/>, and is from now on.</summary>
    public static string Fresh(HashSet<string> names, string wanted)
    {
        var name = wanted;
        for (var i = 2; !names.Add(name); i++)
            name = $"{wanted}_{i}";
        return name;
    }
}
