using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetCompiler.Generator.Evaluation;

/// <summary>C#'s operators on numbers, truth values and texts. The C# compiler has brought operands to one type before.</summary>
internal static class ConstantOperators
{
    /// <summary>The result; null where there is none, as for types that networks have no use for.</summary>
    /// <exception cref="DivideByZeroException">An integer is divided by zero.</exception>
    public static object? Apply(BinaryOperatorKind kind, object? left, object? right) => (left, right) switch
    {
        (int a, int b) => Integers(kind, a, b),
        (long a, long b) => Longs(kind, a, b),
        (double a, double b) => Doubles(kind, a, b),
        (float a, float b) => Doubles(kind, a, b) switch { double number => (float)number, var other => other },
        (bool a, bool b) => Truths(kind, a, b),
        _ when kind == BinaryOperatorKind.Add && (left is string || right is string) => $"{left}{right}",
        _ when kind == BinaryOperatorKind.Equals => Equals(left, right),
        _ when kind == BinaryOperatorKind.NotEquals => !Equals(left, right),
        _ => null,
    };

    /// <summary>The result; null where there is none.</summary>
    public static object? Apply(UnaryOperatorKind kind, object? operand) => (kind, operand) switch
    {
        (UnaryOperatorKind.Plus, int or long or float or double) => operand,
        (UnaryOperatorKind.Minus, int a) => unchecked(-a),
        (UnaryOperatorKind.Minus, long a) => unchecked(-a),
        (UnaryOperatorKind.Minus, float a) => -a,
        (UnaryOperatorKind.Minus, double a) => -a,
        (UnaryOperatorKind.Not, bool a) => !a,
        (UnaryOperatorKind.BitwiseNegation, int a) => ~a,
        _ => null,
    };

    /// <summary>A number as another type has it; null where it cannot be.</summary>
    public static object? Convert(object? value, SpecialType type) => (type, value) switch
    {
        (SpecialType.System_Int32, int) or (SpecialType.System_Int64, long) or (SpecialType.System_Single, float)
            or (SpecialType.System_Double, double) or (SpecialType.System_String, string) or (SpecialType.System_Boolean, bool)
            or (SpecialType.System_Object, _) => value,
        (SpecialType.System_Int32, long a) => unchecked((int)a),
        (SpecialType.System_Int32, double a) => unchecked((int)a),
        (SpecialType.System_Int32, float a) => unchecked((int)a),
        (SpecialType.System_Int32, char a) => (int)a,
        (SpecialType.System_Int64, int a) => (long)a,
        (SpecialType.System_Int64, double a) => unchecked((long)a),
        (SpecialType.System_Single, int a) => (float)a,
        (SpecialType.System_Single, long a) => (float)a,
        (SpecialType.System_Single, double a) => (float)a,
        (SpecialType.System_Double, int a) => (double)a,
        (SpecialType.System_Double, long a) => (double)a,
        (SpecialType.System_Double, float a) => (double)a,
        _ => null,
    };

    private static object? Integers(BinaryOperatorKind kind, int a, int b) => kind switch
    {
        BinaryOperatorKind.Add => unchecked(a + b),
        BinaryOperatorKind.Subtract => unchecked(a - b),
        BinaryOperatorKind.Multiply => unchecked(a * b),
        BinaryOperatorKind.Divide => a / b,
        BinaryOperatorKind.Remainder => a % b,
        BinaryOperatorKind.LeftShift => a << b,
        BinaryOperatorKind.RightShift => a >> b,
        BinaryOperatorKind.And => a & b,
        BinaryOperatorKind.Or => a | b,
        BinaryOperatorKind.ExclusiveOr => a ^ b,
        _ => Compare(kind, a.CompareTo(b)),
    };

    private static object? Longs(BinaryOperatorKind kind, long a, long b) => kind switch
    {
        BinaryOperatorKind.Add => unchecked(a + b),
        BinaryOperatorKind.Subtract => unchecked(a - b),
        BinaryOperatorKind.Multiply => unchecked(a * b),
        BinaryOperatorKind.Divide => a / b,
        BinaryOperatorKind.Remainder => a % b,
        _ => Compare(kind, a.CompareTo(b)),
    };

    private static object? Doubles(BinaryOperatorKind kind, double a, double b) => kind switch
    {
        BinaryOperatorKind.Add => a + b,
        BinaryOperatorKind.Subtract => a - b,
        BinaryOperatorKind.Multiply => a * b,
        BinaryOperatorKind.Divide => a / b,
        BinaryOperatorKind.Remainder => a % b,
        BinaryOperatorKind.Equals => a == b,
        BinaryOperatorKind.NotEquals => a != b,
        BinaryOperatorKind.LessThan => a < b,
        BinaryOperatorKind.LessThanOrEqual => a <= b,
        BinaryOperatorKind.GreaterThan => a > b,
        BinaryOperatorKind.GreaterThanOrEqual => a >= b,
        _ => null,
    };

    private static object? Truths(BinaryOperatorKind kind, bool a, bool b) => kind switch
    {
        BinaryOperatorKind.And => a & b,
        BinaryOperatorKind.Or => a | b,
        BinaryOperatorKind.ExclusiveOr => a ^ b,
        BinaryOperatorKind.Equals => a == b,
        BinaryOperatorKind.NotEquals => a != b,
        _ => null,
    };

    private static object? Compare(BinaryOperatorKind kind, int order) => kind switch
    {
        BinaryOperatorKind.Equals => order == 0,
        BinaryOperatorKind.NotEquals => order != 0,
        BinaryOperatorKind.LessThan => order < 0,
        BinaryOperatorKind.LessThanOrEqual => order <= 0,
        BinaryOperatorKind.GreaterThan => order > 0,
        BinaryOperatorKind.GreaterThanOrEqual => order >= 0,
        _ => null,
    };
}
