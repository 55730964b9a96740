using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Tests.Kernels;

/// <summary>A kernel that computes every kind of expression on the same operands and stores each result in a place of its own.</summary>
internal sealed class NodeCases
{
    /// <summary>Elements between two results.</summary>
    public const int Stride = 16;

    private static readonly KernelType s_floats = KernelType.PointerTo(ScalarKind.F32);
    private static readonly KernelType s_integers = KernelType.PointerTo(ScalarKind.I32);
    private static readonly KernelType s_bytes = KernelType.PointerTo(ScalarKind.U8);

    private readonly List<(string Name, Expression Value, bool IsExact)> _cases = [];

    /// <summary>All expressions that the C# printer knows, in vectors of so many lanes.</summary>
    public NodeCases(int lanes, bool isSimt = false)
    {
        var index = isSimt ? KernelType.I32 : KernelType.I64;
        Constant Index(long value) => new(index, value);
        var (a, b, c) = (new Variable("a", s_floats), new Variable("b", s_floats), new Variable("c", s_floats));
        var (i, j) = (new Variable("i", s_integers), new Variable("j", s_integers));
        var (u, v) = (new Variable("u", s_bytes), new Variable("v", s_bytes));
        var n = new Variable("n", index);
        Load Vector(Variable pointer) => new(pointer, n, lanes);
        var (x, y, z) = (Vector(a), Vector(b), Vector(c));
        var (p, q) = (Vector(i), Vector(j));
        var (s, t) = (Vector(u), Vector(v));
        var positive = new Unary(UnaryFunction.Abs, x);
        var one = Constant.Float(1, lanes);

        foreach (var function in new[] { UnaryFunction.Negate, UnaryFunction.Abs, UnaryFunction.Floor })
            Add($"{function} f32", new Unary(function, x));
        Add("Sqrt f32", new Unary(UnaryFunction.Sqrt, positive));
        foreach (var function in new[] { UnaryFunction.Exp, UnaryFunction.Tanh, UnaryFunction.Sigmoid, UnaryFunction.Erf })
            Add($"{function} f32", new Unary(function, x), isExact: false);
        Add("Log f32", new Unary(UnaryFunction.Log, new Binary(BinaryFunction.Add, positive, one)), isExact: false);
        foreach (var function in new[] { UnaryFunction.Negate, UnaryFunction.Abs, UnaryFunction.Not })
            Add($"{function} i32", new Unary(function, p));

        foreach (var function in new[]
        {
            BinaryFunction.Add, BinaryFunction.Subtract, BinaryFunction.Multiply, BinaryFunction.Divide, BinaryFunction.Min,
            BinaryFunction.Max,
        })
        {
            Add($"{function} f32", new Binary(function, x, y));
        }

        foreach (var function in new[]
        {
            BinaryFunction.Add, BinaryFunction.Subtract, BinaryFunction.Multiply, BinaryFunction.Divide, BinaryFunction.Remainder,
            BinaryFunction.Min, BinaryFunction.Max, BinaryFunction.And, BinaryFunction.Or, BinaryFunction.Xor,
        })
        {
            Add($"{function} i32", new Binary(function, p, q));
        }

        var three = new Constant(p.Type, 3);
        Add("ShiftLeft i32", new Binary(BinaryFunction.ShiftLeft, p, three));
        Add("ShiftRightLogical i32", new Binary(BinaryFunction.ShiftRightLogical, p, three));
        var left = new Binary(BinaryFunction.Subtract, x, new Binary(BinaryFunction.Subtract, y, z));
        Add("nested differences", new Binary(BinaryFunction.Divide, left, new Binary(BinaryFunction.Multiply, y, z)));
        Add("negated negation", new Unary(UnaryFunction.Negate, new Unary(UnaryFunction.Negate, new Unary(UnaryFunction.Negate, x))));
        foreach (var function in new[] { BinaryFunction.Add, BinaryFunction.Multiply, BinaryFunction.Max, BinaryFunction.Xor })
            Add($"{function} u8", new Binary(function, s, t));

        Add("fused multiply-add", new FusedMultiplyAdd(x, y, z), isExact: !isSimt);
        Add("constant", Constant.Float(0.1f, lanes));
        Add("negative constant", new Binary(BinaryFunction.Subtract, x, Constant.Float(-1.5e-7f, lanes)));
        Add("infinity", new Binary(BinaryFunction.Max, x, Constant.Float(double.NegativeInfinity, lanes)));
        Add("negative zero", Constant.Float(-0.0, lanes));
        Add("integer constant", new Binary(BinaryFunction.Add, p, new Constant(p.Type, -7)));

        foreach (ComparisonFunction function in Enum.GetValues<ComparisonFunction>())
        {
            Add($"{function} f32", new Selection(new Comparison(function, x, y), x, z));
            Add($"{function} i32", new Selection(new Comparison(function, p, q), p, q));
            Add($"{function} f32 choosing i32", new Selection(new Comparison(function, x, y), p, q));
            Add($"{function} u8 choosing f32", new Selection(new Comparison(function, s, t), x, y));
            Add($"{function} choosing u8", new Selection(new Comparison(function, p, q), s, t));
        }

        var less = new Comparison(ComparisonFunction.Less, x, y);
        var greater = new Comparison(ComparisonFunction.Greater, p, q);
        foreach (var function in new[] { BinaryFunction.And, BinaryFunction.Or, BinaryFunction.Xor })
            Add($"{function} bool", new Selection(new Binary(function, less, greater), x, y));
        Add("not", new Selection(new Unary(UnaryFunction.Not, less), x, y));
        Add("bool constant", new Selection(new Binary(BinaryFunction.And, less, new Constant(less.Type, 1)), x, y));

        Add("i32 to f32", new Conversion(p, ScalarKind.F32));
        Add("f32 to i32", new Conversion(new Binary(BinaryFunction.Multiply, x, Constant.Float(100, lanes)), ScalarKind.I32));
        Add("u8 to i32", new Conversion(s, ScalarKind.I32));
        Add("u8 to f32", new Conversion(s, ScalarKind.F32));
        Add("i32 to u8", new Conversion(p, ScalarKind.U8));
        Add("f32 to u8", new Conversion(new Binary(BinaryFunction.Multiply, x, Constant.Float(30, lanes)), ScalarKind.U8));
        Add("bool to f32", new Conversion(less, ScalarKind.F32));
        Add("bool to i32", new Conversion(greater, ScalarKind.I32));
        Add("bool to u8", new Conversion(less, ScalarKind.U8));
        Add("f32 to bool", new Selection(new Conversion(x, ScalarKind.Bool), y, z));
        Add("i32 to bool", new Selection(new Conversion(p, ScalarKind.Bool), y, z));
        Add("f32 to f32", new Conversion(x, ScalarKind.F32));
        if (!isSimt)
        {
            Add("bytes", new BytePermute(p, q, 0x0426));
            Add("bytes of one", new BytePermute(p, p, 0x7135));
        }

        Add("load further on", new Load(a, IndexArithmetic.Add(n, Index(5)), lanes));
        Add("load from a pointer further on", new Load(new Binary(BinaryFunction.Add, a, Index(3)), n, lanes));

        if (lanes == 1)
        {
            Add("index arithmetic", new Conversion(
                new Binary(BinaryFunction.Remainder, IndexArithmetic.Add(IndexArithmetic.Scale(n, 13), Index(-29)), Index(7)),
                    ScalarKind.I32));
            Add("index quotient", new Conversion(
                new Binary(BinaryFunction.Divide, IndexArithmetic.Add(IndexArithmetic.Scale(n, 13), Index(29)), Index(4)), ScalarKind.I32));
            Add("index shift", new Conversion(new Binary(BinaryFunction.ShiftLeft, n, Index(2)), ScalarKind.I32));
        }
        else
        {
            Add("broadcast f32", new Broadcast(new Load(a, n), lanes));
            Add("broadcast i32", new Broadcast(new Load(i, n), lanes));
            Add("broadcast u8", new Broadcast(new Load(u, n), lanes));
            var scalar = new Comparison(ComparisonFunction.Less, new Load(a, n), new Load(b, n));
            Add("broadcast bool", new Selection(new Broadcast(scalar, lanes), x, y));
            Add("lane indices", new LaneIndices(lanes));
            Add("extract f32", new Extract(x, lanes - 1));
            Add("extract first i32", new Extract(p, 0));
            Add("extract bool", new Selection(new Extract(less, 1), new Extract(x, 1), new Extract(y, 2)));
            foreach (var function in new[] { BinaryFunction.Add, BinaryFunction.Min, BinaryFunction.Max })
            {
                Add($"horizontal {function} f32", new HorizontalReduction(function, x));
                Add($"horizontal {function} i32", new HorizontalReduction(function, p));
            }

            Add("reverse", new Shuffle(x, x, [.. Enumerable.Range(0, lanes).Select(l => lanes - 1 - l)]));
            Add("interleave", new Shuffle(x, y, [.. Enumerable.Range(0, lanes).Select(l => l / 2 + (l % 2) * lanes)]));
            Add("shuffle i32", new Shuffle(p, q, [.. Enumerable.Range(0, lanes).Select(l => (l * 5 + 3) % (2 * lanes))]));
            if (lanes > 4)
            {
                Add("narrower shuffle", new Shuffle(x, y, [1, 0, lanes + 3, lanes - 1]));
                Add("lower f32", new LowerLanes(x, 4));
                Add("lower u8", new LowerLanes(s, lanes / 2));
                Add("lower bool",
                    new Selection(new LowerLanes(less, lanes / 2), new LowerLanes(p, lanes / 2), new LowerLanes(q, lanes / 2)));
            }

            if (lanes < 16)
                Add("wider shuffle", new Shuffle(x, y, [.. Enumerable.Range(0, 2 * lanes)]));
        }

        if (!isSimt)
        {
            Add("seen as integers", new Load(new PointerCast(a, ScalarKind.I32), n, lanes));
            Add("seen as bytes", new Load(new PointerCast(a, ScalarKind.U8), n, lanes));
        }

        Kernel = Build(lanes, isSimt, a, b, c, i, j, u, v, n);

        void Add(string name, Expression value, bool isExact = true) => _cases.Add((name, value, isExact));
    }

    public Kernel Kernel { get; }

    public IReadOnlyList<(string Name, Expression Value, bool IsExact)> Cases => _cases;

    public static float[] Floats(int seed) =>
        [.. new Random(seed).Numbers(64).Select((x, k) => k % 16 == 7 ? 0f : k % 16 == 11 ? 1.25f : (float)(x * 8 - 4))];

    public static int[] Integers(int seed, bool nonZero) => [.. new Random(seed).Numbers(64)
        .Select((x, k) => k % 16 == 3 ? 5 : (int)(x * 4_000_000 - 2_000_000)).Select(k => nonZero && k == 0 ? 1 : k)];

    public static byte[] Bytes(int seed) => [.. new Random(seed).Numbers(64).Select((x, k) => k % 8 == 5 ? (byte)77 : (byte)(x * 256))];

    private Kernel Build(int lanes, bool isSimt, params Variable[] parameters)
    {
        var builder = new KernelBuilder();
        foreach (var parameter in parameters)
        {
            builder.Parameter(parameter.Type.IsPointer
                ? new KernelParameter(parameter, BufferAccess.Read, 64)
                : new KernelParameter(parameter, Range: (0, 20)));
        }

        var length = (long)_cases.Count * Stride;
        var (floats, integers, bytes) = (
            new Variable("resultFloats", s_floats), new Variable("resultIntegers", s_integers), new Variable("resultBytes", s_bytes));
        foreach (var result in new[] { floats, integers, bytes })
            builder.Parameter(new KernelParameter(result, BufferAccess.Write, length));
        var index = isSimt ? KernelType.I32 : KernelType.I64;
        for (var k = 0; k < _cases.Count; k++)
        {
            var value = _cases[k].Value;
            var pointer = value.Type.Scalar switch
            {
                ScalarKind.F32 => floats,
                ScalarKind.I32 => integers,
                _ => bytes,
            };
            builder.Add(new Store(pointer, new Constant(index, k * Stride), value));
        }

        var one = Constant.Int(1);
        return builder.Build($"Nodes{lanes}", $"Every node, {lanes} lanes.", isSimt ? new LaunchShape((1, 1, 1), (one, one, one)) : null);
    }
}

internal static class RandomNumbers
{
    public static IEnumerable<double> Numbers(this Random random, int count) => Enumerable.Range(0, count).Select(_ => random.NextDouble());
}
