using System.Globalization;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>The textual form of scalar expressions, as one would write them on a board.</summary>
public static class ScalarText
{
    /// <summary>An expression of a node's definition.</summary>
    public static string Write(ScalarExpression expression, Node node) => expression switch
    {
        ScalarLiteral { Number: var number } => number.ToString("R", CultureInfo.InvariantCulture).Replace("Infinity", "∞"),
        ScalarRead read => $"{Source(read.Source, node)}[{string.Join(", ", read.Indices)}]",
        ScalarGather gather => $"{Source(gather.Source, node)}[{string.Join(", ", gather.Indices.Select((index, d) =>
            gather.Positions.FirstOrDefault(p => p.Dimension == d) is not { } position ? index.ToString()
            : index is { Terms.Length: 0, Constant: 0 } ? Write(position.Read, node)
            : $"{Write(position.Read, node)} + {index}"))}]",
        ScalarIndex index => index.Index.ToString(),
        ScalarPassConstant { Constant: PassConstant.BatchSize } => "N",
        ScalarRandom random => $"random({random.Counter})",
        ScalarUnary { Function: UnaryFunction.Negate } unary => $"-{Write(unary.Operand, node)}",
        ScalarUnary unary => $"{unary.Function.ToString().ToLowerInvariant()}({Write(unary.Operand, node)})",
        ScalarBinary binary => Infix(binary.Function) is { } symbol
            ? $"({Write(binary.Left, node)} {symbol} {Write(binary.Right, node)})"
            : $"{binary.Function.ToString().ToLowerInvariant()}({Write(binary.Left, node)}, {Write(binary.Right, node)})",
        ScalarSelection s =>
            $"({Write(s.Left, node)} {Infix(s.Function)} {Write(s.Right, node)} ? {Write(s.Then, node)} : {Write(s.Otherwise, node)})",
        ScalarReduction reduction =>
            $"{(reduction.Kind == ReductionKind.Sum ? "Σ" : reduction.Kind.ToString().ToLowerInvariant())}"
            + $"{{{string.Join(", ", reduction.Axes.Select(a => reduction.Ranges.FirstOrDefault(r => r.Axis == a) is { } range
                ? $"{Write(range.From, node)} ≤ {a} < {Write(range.To, node)}"
                : $"{a} < {a.Extent}"))}}} {Write(reduction.Body, node)}",
        _ => expression.ToString()!,
    };

    private static string Source(int source, Node node) =>
        source < node.Inputs.Length ? node.Inputs[source].Name : $"t{source - node.Inputs.Length}";

    private static string? Infix(BinaryFunction function) => function switch
    {
        BinaryFunction.Add => "+",
        BinaryFunction.Subtract => "-",
        BinaryFunction.Multiply => "·",
        BinaryFunction.Divide => "/",
        _ => null,
    };

    private static string Infix(ComparisonFunction function) => function switch
    {
        ComparisonFunction.Equal => "=",
        ComparisonFunction.NotEqual => "≠",
        ComparisonFunction.Less => "<",
        ComparisonFunction.LessOrEqual => "≤",
        ComparisonFunction.Greater => ">",
        _ => "≥",
    };
}
