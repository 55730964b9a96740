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
        ScalarGather gather => [gather.Read, gather.Position],
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
}
