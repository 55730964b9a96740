using System.Numerics;

namespace NetCompiler.Compiler.Kernels;

/// <summary>Integer expressions with constants folded as they are built, so that addresses stay short.</summary>
public static class IndexArithmetic
{
    /// <summary>a + b.</summary>
    public static Expression Add(Expression a, Expression b)
    {
        if (b is Constant { Number: 0 })
            return a;
        if (a is Constant { Number: 0 } && !b.Type.IsPointer)
            return b;
        if (a is Constant x && b is Constant y)
            return new Constant(a.Type, x.Number + y.Number);
        // (e + c1) + c2 = e + (c1 + c2); constants stay on the right.
        if (b is Constant c2 && a is Binary { Function: BinaryFunction.Add, Left: var e, Right: Constant c1 })
            return Add(e, new Constant(c1.Type, c1.Number + c2.Number));
        if (a is Constant && b is not Constant)
            return Add(b, a);
        if (!a.Type.IsPointer && b is Binary { Function: BinaryFunction.Add, Left: var f, Right: Constant c3 })
            return Add(Add(a, f), c3);
        if (!a.Type.IsPointer && a is Binary { Function: BinaryFunction.Add, Left: var g, Right: Constant c4 })
            return Add(Add(g, b), c4);
        return new Binary(BinaryFunction.Add, a, b);
    }

    /// <summary>a − b.</summary>
    public static Expression Subtract(Expression a, Expression b)
    {
        if (b is Constant y)
            return Add(a, new Constant(y.Type, -y.Number));
        return new Binary(BinaryFunction.Subtract, a, b);
    }

    /// <summary>a · c.</summary>
    public static Expression Scale(Expression a, long factor)
    {
        if (factor == 0)
            return new Constant(a.Type, 0);
        if (factor == 1)
            return a;
        if (a is Constant x)
            return new Constant(a.Type, x.Number * factor);
        if (a is Binary { Function: BinaryFunction.Add, Left: var e, Right: Constant c })
            return Add(Scale(e, factor), new Constant(c.Type, c.Number * factor));
        if (a is Binary { Function: BinaryFunction.Multiply, Left: var f, Right: Constant d })
            return Scale(f, (long)d.Number * factor);
        return new Binary(BinaryFunction.Multiply, a, new Constant(a.Type, factor));
    }

    /// <summary>The smaller of both.</summary>
    public static Expression Min(Expression a, Expression b) =>
        a is Constant x && b is Constant y ? new Constant(a.Type, Math.Min(x.Number, y.Number))
        : a.Equals(b) ? a : new Binary(BinaryFunction.Min, a, b);

    /// <summary>The larger of both.</summary>
    public static Expression Max(Expression a, Expression b) =>
        a is Constant x && b is Constant y ? new Constant(a.Type, Math.Max(x.Number, y.Number))
        : a.Equals(b) ? a : new Binary(BinaryFunction.Max, a, b);

    /// <summary>a / d rounded towards zero; <paramref name="divisor"/> is positive.</summary>
    public static Expression Divide(Expression a, long divisor)
    {
        if (divisor == 1)
            return a;
        return a is Constant x
            ? new Constant(a.Type, (long)x.Number / divisor)
            : new Binary(BinaryFunction.Divide, a, new Constant(a.Type, divisor));
    }

    /// <summary>a mod d with the sign of a; <paramref name="divisor"/> is positive.</summary>
    public static Expression Remainder(Expression a, long divisor)
    {
        if (divisor == 1)
            return new Constant(a.Type, 0);
        return a is Constant x
            ? new Constant(a.Type, (long)x.Number % divisor)
            : new Binary(BinaryFunction.Remainder, a, new Constant(a.Type, divisor));
    }

    /// <summary>The greatest number that divides both, not negative; of 0 and another one that.</summary>
    public static long GreatestCommonDivisor(long a, long b) => (long)BigInteger.GreatestCommonDivisor(a, b);

    /// <summary>The same number with constants folded, for integers and pointers; else as it stands.</summary>
    public static Expression Fold(Binary binary)
    {
        var (a, b) = (binary.Left, binary.Right);
        if (a.Type.IsVector || !(a.Type.IsPointer || a.Type.Scalar is ScalarKind.I32 or ScalarKind.I64))
            return binary;
        var folded = binary.Function switch
        {
            BinaryFunction.Add => Add(a, b),
            BinaryFunction.Subtract when !a.Type.IsPointer => Subtract(a, b),
            BinaryFunction.Multiply when b is Constant c => Scale(a, (long)c.Number),
            BinaryFunction.Multiply when a is Constant c => Scale(b, (long)c.Number),
            BinaryFunction.Divide when b is Constant { Number: > 0 } c => Divide(a, (long)c.Number),
            BinaryFunction.Remainder when b is Constant { Number: > 0 } c => Remainder(a, (long)c.Number),
            BinaryFunction.Min => Min(a, b),
            BinaryFunction.Max => Max(a, b),
            _ => binary,
        };
        return folded.Equals(binary) ? binary : folded;
    }
}
