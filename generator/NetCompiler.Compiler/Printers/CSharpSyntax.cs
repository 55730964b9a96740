using System.Globalization;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Printers;

/// <summary>How tightly the operators of C# bind, loosest first.</summary>
internal enum Precedence
{
    Any,
    Conditional,
    Or,
    Xor,
    And,
    Equality,
    Relational,
    Shift,
    Additive,
    Multiplicative,
    Unary,
    Primary,
}

/// <summary>Spelling of C#: names and numbers.</summary>
internal static class CSharpSyntax
{
    private static readonly HashSet<string> s_keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal",
        "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for",
        "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null",
        "object", "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte",
        "sealed", "short", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof",
        "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
    };

    /// <summary>A name, escaped where it is a keyword.</summary>
    public static string Identifier(string name) => s_keywords.Contains(name) ? "@" + name : name;

    /// <summary>An integer.</summary>
    public static string Integer(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A single-precision literal that reads back as the same number.</summary>
    public static string Single(float value)
    {
        if (float.IsNaN(value))
            return "float.NaN";
        if (float.IsInfinity(value))
            return value > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity";
        return NumberText.Single(value) + "f";
    }

    /// <summary>A sum or another infix operation in parentheses where its context binds tighter.</summary>
    public static string Parenthesise(string text, Precedence precedence, Precedence context) =>
        precedence < context ? $"({text})" : text;

    /// <summary>The operator between two operands, or null where C# has a method for it.</summary>
    public static (string Symbol, Precedence Precedence)? Infix(BinaryFunction function) => function switch
    {
        BinaryFunction.Add => ("+", Precedence.Additive),
        BinaryFunction.Subtract => ("-", Precedence.Additive),
        BinaryFunction.Multiply => ("*", Precedence.Multiplicative),
        BinaryFunction.Divide => ("/", Precedence.Multiplicative),
        BinaryFunction.Remainder => ("%", Precedence.Multiplicative),
        BinaryFunction.And => ("&", Precedence.And),
        BinaryFunction.Or => ("|", Precedence.Or),
        BinaryFunction.Xor => ("^", Precedence.Xor),
        BinaryFunction.ShiftLeft => ("<<", Precedence.Shift),
        BinaryFunction.ShiftRightLogical => (">>>", Precedence.Shift),
        _ => null,
    };

    /// <summary>The operator that compares two scalars.</summary>
    public static (string Symbol, Precedence Precedence) Infix(ComparisonFunction function) => function switch
    {
        ComparisonFunction.Equal => ("==", Precedence.Equality),
        ComparisonFunction.NotEqual => ("!=", Precedence.Equality),
        ComparisonFunction.Less => ("<", Precedence.Relational),
        ComparisonFunction.LessOrEqual => ("<=", Precedence.Relational),
        ComparisonFunction.Greater => (">", Precedence.Relational),
        _ => (">=", Precedence.Relational),
    };
}
