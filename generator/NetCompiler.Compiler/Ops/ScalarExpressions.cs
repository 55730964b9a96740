using System.Collections.Immutable;

namespace NetCompiler.Compiler.Ops;

/// <summary>Walks over scalar expressions.</summary>
public static class ScalarExpressions
{
    /// <summary>The expressions that an expression is directly made of.</summary>
    public static IEnumerable<ScalarExpression> Children(this ScalarExpression expression) => expression switch
    {
        ScalarUnary unary => [unary.Operand],
        ScalarBinary binary => [binary.Left, binary.Right],
        ScalarSelection selection => [selection.Left, selection.Right, selection.Then, selection.Otherwise],
        ScalarReduction reduction => [reduction.Body, .. reduction.Ranges.SelectMany(r => new[] { r.From, r.To })],
        ScalarGather gather => [gather.Read, .. gather.Positions.Select(p => p.Read)],
        _ => [],
    };

    /// <summary>All reads in an expression, those in reductions too.</summary>
    public static IEnumerable<ScalarRead> Reads(this ScalarExpression expression) =>
        expression is ScalarRead read ? [read] : expression.Children().SelectMany(Reads);

    /// <summary>All functions of one number.</summary>
    public static IEnumerable<UnaryFunction> Functions(this ScalarExpression expression) =>
        expression.Children().SelectMany(Functions).Concat(expression is ScalarUnary unary ? [unary.Function] : []);

    /// <summary>All reads at places that data say.</summary>
    public static IEnumerable<ScalarGather> Gathers(this ScalarExpression expression) =>
        expression is ScalarGather gather ? [gather] : expression.Children().SelectMany(Gathers);

    /// <summary>
    /// What an expression hands on as it is: the sources that it reads and puts side by side, each 0 where it is not. Empty for one that
    /// calculates.
    /// </summary>
    public static ImmutableArray<int> Moved(this ScalarExpression expression) => expression switch
    {
        ScalarRead read => [read.Source],
        ScalarGather gather => [gather.Source],
        ScalarBinary { Function: BinaryFunction.Add } sum when sum.Left.Moved() is { IsEmpty: false } left
            && sum.Right.Moved() is { IsEmpty: false } right => [.. left, .. right],
        _ => [],
    };

    /// <summary>All reads of integers that say where something else is read, or how far a sum goes.</summary>
    public static IEnumerable<ScalarRead> Positions(this ScalarExpression expression) => expression.Children().SelectMany(Positions).Concat(
        expression switch
        {
            ScalarGather gather => gather.Positions.Select(p => p.Read),
            ScalarReduction reduction => reduction.Ranges.SelectMany(r => new[] { r.From, r.To }),
            _ => [],
        });
}
