using System.Runtime.InteropServices;

namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>The functions of kernels on single numbers, as a processor computes them.</summary>
internal static class LaneArithmetic
{
    /// <summary>
    /// a · b + c rounded once. netstandard2.0 has no such function: the product is exact in double precision, and the sum, rounded to
    /// odd there, has digits enough for rounding it again to single precision to be right.
    /// </summary>
    public static float FusedMultiplyAdd(float a, float b, float c)
    {
        var product = (double)a * b;
        var sum = product + c;
        if (double.IsNaN(sum) || double.IsInfinity(sum))
            return (float)sum;
        var rounded = sum - product;
        var error = (product - (sum - rounded)) + (c - rounded);
        if (error != 0)
        {
            var bits = BitConverter.DoubleToInt64Bits(sum);
            if ((bits & 1) == 0)
                sum = BitConverter.Int64BitsToDouble(error > 0 == sum > 0 ? bits + 1 : bits - 1);
        }

        return (float)sum;
    }

    public static float Unary(UnaryFunction function, float x) => function switch
    {
        UnaryFunction.Negate => -x,
        UnaryFunction.Abs => Math.Abs(x),
        UnaryFunction.Exp => (float)Math.Exp(x),
        UnaryFunction.Log => (float)Math.Log(x),
        UnaryFunction.Sqrt => (float)Math.Sqrt(x),
        UnaryFunction.Tanh => (float)Math.Tanh(x),
        UnaryFunction.Sigmoid => (float)(1 / (1 + Math.Exp(-(double)x))),
        UnaryFunction.Erf => (float)ErrorFunction(x),
        UnaryFunction.Floor => (float)Math.Floor(x),
        _ => throw new NotSupportedException($"{function} is no function of floating-point numbers."),
    };

    // erf x = 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)): all terms have one sign, so no digits are lost (DLMF 7.6.2).
    private static double ErrorFunction(double x)
    {
        if (Math.Abs(x) >= 6)
            return Math.Sign(x);
        var (term, sum) = (x, x);
        for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    public static float Binary(BinaryFunction function, float a, float b) => function switch
    {
        BinaryFunction.Add => a + b,
        BinaryFunction.Subtract => a - b,
        BinaryFunction.Multiply => a * b,
        BinaryFunction.Divide => a / b,
        // As minps and maxps: the second operand unless the first is truly smaller or larger.
        BinaryFunction.Min => a < b ? a : b,
        BinaryFunction.Max => a > b ? a : b,
        _ => throw new NotSupportedException($"{function} is no function of floating-point numbers."),
    };

    public static long Unary(UnaryFunction function, long x, ScalarKind scalar) => function switch
    {
        UnaryFunction.Negate => Wrap(-x, scalar),
        UnaryFunction.Abs => Wrap(x < 0 ? -x : x, scalar),
        UnaryFunction.Not => scalar == ScalarKind.Bool ? 1 - x : Wrap(~x, scalar),
        _ => throw new NotSupportedException($"{function} is no function of integers."),
    };

    public static long Binary(BinaryFunction function, long a, long b, ScalarKind scalar) => function switch
    {
        BinaryFunction.Add => Wrap(a + b, scalar),
        BinaryFunction.Subtract => Wrap(a - b, scalar),
        BinaryFunction.Multiply => Wrap(a * b, scalar),
        BinaryFunction.Divide => Wrap(a / b, scalar),
        BinaryFunction.Remainder => Wrap(b == -1 ? 0 : a % b, scalar),
        BinaryFunction.Min => Math.Min(a, b),
        BinaryFunction.Max => Math.Max(a, b),
        BinaryFunction.And => a & b,
        BinaryFunction.Or => a | b,
        BinaryFunction.Xor => a ^ b,
        BinaryFunction.ShiftLeft => Wrap(a << (int)(b & (Bits(scalar) - 1)), scalar),
        BinaryFunction.ShiftRightLogical => scalar switch
        {
            ScalarKind.I64 => (long)((ulong)a >> (int)(b & 63)),
            ScalarKind.I32 => (int)((uint)a >> (int)(b & 31)),
            _ => Wrap((a & 0xFF) >> (int)(b & 7), scalar),
        },
        _ => throw new NotSupportedException($"{function} is no function of integers."),
    };

    public static bool Compare(ComparisonFunction function, float a, float b) => function switch
    {
        ComparisonFunction.Equal => a == b,
        ComparisonFunction.NotEqual => a != b,
        ComparisonFunction.Less => a < b,
        ComparisonFunction.LessOrEqual => a <= b,
        ComparisonFunction.Greater => a > b,
        _ => a >= b,
    };

    public static bool Compare(ComparisonFunction function, long a, long b) => function switch
    {
        ComparisonFunction.Equal => a == b,
        ComparisonFunction.NotEqual => a != b,
        ComparisonFunction.Less => a < b,
        ComparisonFunction.LessOrEqual => a <= b,
        ComparisonFunction.Greater => a > b,
        _ => a >= b,
    };

    /// <summary>The bytes of two integers that a selector's digits name; see <see cref="BytePermute"/>.</summary>
    public static int PermuteBytes(int first, int second, int selector)
    {
        var bytes = (ulong)(uint)second << 32 | (uint)first;
        var result = 0;
        for (var i = 0; i < 4; i++)
            result |= (int)(byte)(bytes >> 8 * (selector >> 4 * i & 7)) << 8 * i;
        return result;
    }

    /// <summary>The low bits that the type holds.</summary>
    public static long Wrap(long value, ScalarKind scalar) => scalar switch
    {
        ScalarKind.Bool => value != 0 ? 1 : 0,
        ScalarKind.U8 => (byte)value,
        ScalarKind.I8 => (sbyte)value,
        ScalarKind.I32 => (int)value,
        _ => value,
    };

    /// <summary>A number truncated; what leaves the range becomes its end, NaN becomes 0.</summary>
    public static long Truncate(float value, ScalarKind scalar)
    {
        if (scalar == ScalarKind.Bool)
            return value != 0 ? 1 : 0;
        if (float.IsNaN(value))
            return 0;
        if (scalar == ScalarKind.I64)
            return value >= 9.2233720e18f ? long.MaxValue : value <= -9.2233720e18f ? long.MinValue : (long)value;
        var integer = value >= 2147483648f ? int.MaxValue : value <= -2147483648f ? int.MinValue : (int)value;
        return Wrap(integer, scalar);
    }

    public static float ReadSingle(byte[] data, int position) => BitConverter.ToSingle(data, position);

    public static void WriteSingle(byte[] data, int position, float value) =>
        WriteInteger(data, position, new SingleBits { Single = value }.Integer, ScalarKind.I32);

    /// <summary>The bits of a number.</summary>
    public static uint Bits(float value) => (uint)new SingleBits { Single = value }.Integer;

    /// <summary>The number of such bits.</summary>
    public static float Single(uint bits) => new SingleBits { Integer = (int)bits }.Single;

    public static long ReadInteger(byte[] data, int position, ScalarKind scalar) => scalar switch
    {
        ScalarKind.Bool => data[position] != 0 ? 1 : 0,
        ScalarKind.U8 => data[position],
        ScalarKind.I8 => (sbyte)data[position],
        ScalarKind.I32 => BitConverter.ToInt32(data, position),
        ScalarKind.I64 => BitConverter.ToInt64(data, position),
        _ => throw new NotSupportedException($"Elements of the type {scalar} are not interpreted."),
    };

    public static void WriteInteger(byte[] data, int position, long value, ScalarKind scalar)
    {
        for (var i = 0; i < KernelType.SizeOf(scalar); i++)
            data[position + i] = (byte)(value >> (8 * i));
    }

    private static int Bits(ScalarKind scalar) => 8 * KernelType.SizeOf(scalar);

    [StructLayout(LayoutKind.Explicit)]
    private struct SingleBits
    {
        [FieldOffset(0)]
        public float Single;

        [FieldOffset(0)]
        public int Integer;
    }
}
