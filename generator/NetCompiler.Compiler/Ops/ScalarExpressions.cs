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
        ScalarReduction reduction => [reduction.Body],
        _ => [],
    };

    /// <summary>All reads in an expression, those in reductions too.</summary>
    public static IEnumerable<ScalarRead> Reads(this ScalarExpression expression) =>
        expression is ScalarRead read ? [read] : expression.Children().SelectMany(Reads);
}
