using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>Turns expressions into delegates, one kind of delegate for each representation of values.</summary>
internal sealed class ExpressionCompiler(string kernel)
{
    private readonly Dictionary<string, int> _slots = [];

    /// <summary>The number of variables met so far.</summary>
    public int SlotCount => _slots.Count;

    /// <summary>The slot of a variable that is declared here.</summary>
    public int Declare(Variable variable)
    {
        if (!_slots.TryGetValue(variable.Name, out var slot))
            _slots[variable.Name] = slot = _slots.Count;
        return slot;
    }

    /// <summary>The slot of a variable.</summary>
    public int Slot(Variable variable) => _slots.TryGetValue(variable.Name, out var slot)
        ? slot
        : throw new KernelFaultException(KernelFault.Argument, kernel, variable.Name, "", $"The variable {variable.Name} is not declared.");

    /// <summary>Integers and truth values (0 and 1).</summary>
    public Func<Frame, long> Integer(Expression expression)
    {
        var scalar = expression.Type.Scalar;
        switch (expression)
        {
            case Constant constant:
                var value = (long)constant.Number;
                return _ => value;
            case Variable variable:
                var slot = Slot(variable);
                return f => f.Integers[slot];
            case Unary unary:
                var (function, operand) = (unary.Function, Integer(unary.Operand));
                return f => LaneArithmetic.Unary(function, operand(f), scalar);
            case Binary binary:
                return IntegerBinary(binary);
            case Comparison comparison:
                var test = comparison.Function;
                if (comparison.Left.Type.IsFloat)
                {
                    var (x, y) = (Single(comparison.Left), Single(comparison.Right));
                    return f => LaneArithmetic.Compare(test, x(f), y(f)) ? 1 : 0;
                }

                var (a, b) = (Integer(comparison.Left), Integer(comparison.Right));
                return f => LaneArithmetic.Compare(test, a(f), b(f)) ? 1 : 0;
            case Selection selection:
                var condition = Integer(selection.Condition);
                var (whenTrue, whenFalse) = (Integer(selection.WhenTrue), Integer(selection.WhenFalse));
                return f =>
                {
                    var (t, e) = (whenTrue(f), whenFalse(f));
                    return condition(f) != 0 ? t : e;
                };
            case Conversion { Operand.Type.IsFloat: true } conversion:
                var number = Single(conversion.Operand);
                return f => LaneArithmetic.Truncate(number(f), scalar);
            case Conversion conversion:
                var wide = Integer(conversion.Operand);
                return f => LaneArithmetic.Wrap(wide(f), scalar);
            case FragmentRegister register:
                var (first, second) = (Single(register.Elements[0]), Single(register.Elements[register.Elements.Length - 1]));
                return f => MatrixArithmetic.Pack(register.Format, first(f), second(f));
            case Load load:
                var (pointer, index) = (Pointer(load.Pointer), Integer(load.Index));
                return f =>
                {
                    var p = pointer(f);
                    return LaneArithmetic.ReadInteger(p.View.Memory.Data, MemoryAccess.Read(f, p, index(f), 1, scalar), scalar);
                };
            case BytePermute permute:
                var (one, other) = (Integer(permute.First), Integer(permute.Second));
                return f => LaneArithmetic.PermuteBytes((int)one(f), (int)other(f), permute.Selector);
            case Extract extract:
                var (vector, lane) = (Integers(extract.Operand), extract.Lane);
                return f => vector(f)[lane];
            case HorizontalReduction reduction:
                var (combine, lanes) = (reduction.Function, Integers(reduction.Operand));
                return f => Fold(lanes(f), (p, q) => (int)LaneArithmetic.Binary(combine, p, q, scalar));
            case ThreadIndex { Identifier: ThreadIdentifier.ThreadInGroup, Dimension: var dimension }:
                return f => Component(f.Thread.Index, dimension);
            case ThreadIndex { Dimension: var dimension }:
                return f => Component(f.Thread.Group?.Index ?? default, dimension);
            default:
                throw Unknown(expression);
        }
    }

    /// <summary>Floating-point numbers.</summary>
    public Func<Frame, float> Single(Expression expression)
    {
        if (expression.Type.Scalar != ScalarKind.F32)
            throw new NotSupportedException($"The interpreter computes with f32, not with {expression.Type}: {expression}");
        switch (expression)
        {
            case Constant constant:
                var value = (float)constant.Number;
                return _ => value;
            case Variable variable:
                var slot = Slot(variable);
                return f => f.Singles[slot];
            case Unary unary:
                var (function, operand) = (unary.Function, Single(unary.Operand));
                return f => LaneArithmetic.Unary(function, operand(f));
            case Binary binary:
                var (operation, left, right) = (binary.Function, Single(binary.Left), Single(binary.Right));
                return f => LaneArithmetic.Binary(operation, left(f), right(f));
            case FusedMultiplyAdd fma:
                var (a, b, c) = (Single(fma.Left), Single(fma.Right), Single(fma.Addend));
                return f => LaneArithmetic.FusedMultiplyAdd(a(f), b(f), c(f));
            case Selection selection:
                var condition = Integer(selection.Condition);
                var (whenTrue, whenFalse) = (Single(selection.WhenTrue), Single(selection.WhenFalse));
                return f =>
                {
                    var (t, e) = (whenTrue(f), whenFalse(f));
                    return condition(f) != 0 ? t : e;
                };
            case Conversion { Operand.Type.IsFloat: true } conversion:
                return Single(conversion.Operand);
            case Conversion conversion:
                var integer = Integer(conversion.Operand);
                return f => integer(f);
            case Load load:
                var (pointer, index) = (Pointer(load.Pointer), Integer(load.Index));
                return f =>
                {
                    var p = pointer(f);
                    return LaneArithmetic.ReadSingle(p.View.Memory.Data, MemoryAccess.Read(f, p, index(f), 1, ScalarKind.F32));
                };
            case Extract extract:
                var (vector, lane) = (Singles(extract.Operand), extract.Lane);
                return f => vector(f)[lane];
            case HorizontalReduction reduction:
                var (combine, lanes) = (reduction.Function, Singles(reduction.Operand));
                return f => Fold(lanes(f), (p, q) => LaneArithmetic.Binary(combine, p, q));
            default:
                throw Unknown(expression);
        }
    }

    /// <summary>Vectors of integers, and of truth values as 0 and 1.</summary>
    public Func<Frame, int[]> Integers(Expression expression)
    {
        var (scalar, count) = (expression.Type.Scalar, expression.Type.Lanes);
        if (scalar is ScalarKind.I64 or ScalarKind.I8)
            throw new NotSupportedException($"There are no vectors of {scalar}: {expression}");
        switch (expression)
        {
            case Constant constant:
                var value = Fill(count, (int)constant.Number);
                return _ => value;
            case Variable variable:
                var slot = Slot(variable);
                return f => f.IntegerVectors[slot];
            case Unary unary:
                var (function, operand) = (unary.Function, Integers(unary.Operand));
                return f => Map(operand(f), x => (int)LaneArithmetic.Unary(function, x, scalar));
            case Binary binary:
                var (operation, left, right) = (binary.Function, Integers(binary.Left), Integers(binary.Right));
                var divides = operation is BinaryFunction.Divide or BinaryFunction.Remainder;
                return f =>
                {
                    var divisor = right(f);
                    if (divides && divisor.Contains(0))
                        throw f.Fault(KernelFault.DivisionByZero, "divides a lane by zero.");
                    return Map(left(f), divisor, (x, y) => (int)LaneArithmetic.Binary(operation, x, y, scalar));
                };
            case Comparison comparison:
                var test = comparison.Function;
                if (comparison.Left.Type.IsFloat)
                {
                    var (x, y) = (Singles(comparison.Left), Singles(comparison.Right));
                    return f => Map(x(f), y(f), (p, q) => LaneArithmetic.Compare(test, p, q) ? 1 : 0);
                }

                var (a, b) = (Integers(comparison.Left), Integers(comparison.Right));
                return f => Map(a(f), b(f), (p, q) => LaneArithmetic.Compare(test, p, q) ? 1 : 0);
            case Selection selection:
                return Select(Integers(selection.Condition), Integers(selection.WhenTrue), Integers(selection.WhenFalse));
            case Conversion { Operand.Type.IsFloat: true } conversion:
                var numbers = Singles(conversion.Operand);
                return f => Map(numbers(f), x => (int)LaneArithmetic.Truncate(x, scalar));
            case Conversion conversion:
                var wide = Integers(conversion.Operand);
                return f => Map(wide(f), x => (int)LaneArithmetic.Wrap(x, scalar));
            case Load load:
                var (pointer, index) = (Pointer(load.Pointer), Integer(load.Index));
                return f =>
                {
                    var p = pointer(f);
                    var start = MemoryAccess.Read(f, p, index(f), count, scalar);
                    var lanes = new int[count];
                    for (var i = 0; i < count; i++)
                        lanes[i] = (int)LaneArithmetic.ReadInteger(p.View.Memory.Data, start + i * KernelType.SizeOf(scalar), scalar);
                    return lanes;
                };
            case Broadcast broadcast:
                var one = Integer(broadcast.Operand);
                return f => Fill(count, (int)one(f));
            case LaneIndices:
                var indices = Enumerable.Range(0, count).ToArray();
                return _ => indices;
            case BytePermute permute:
                var (former, latter) = (Integers(permute.First), Integers(permute.Second));
                return f => Map(former(f), latter(f), (x, y) => LaneArithmetic.PermuteBytes(x, y, permute.Selector));
            case Shuffle shuffle:
                return Pick(Integers(shuffle.First), Integers(shuffle.Second), shuffle.Lanes);
            case LowerLanes lower:
                var whole = Integers(lower.Operand);
                return f => whole(f).Take(count).ToArray();
            default:
                throw Unknown(expression);
        }
    }

    /// <summary>Vectors of floating-point numbers.</summary>
    public Func<Frame, float[]> Singles(Expression expression)
    {
        var count = expression.Type.Lanes;
        if (expression.Type.Scalar != ScalarKind.F32)
            throw new NotSupportedException($"The interpreter computes with f32, not with {expression.Type}: {expression}");
        switch (expression)
        {
            case Constant constant:
                var value = Fill(count, (float)constant.Number);
                return _ => value;
            case Variable variable:
                var slot = Slot(variable);
                return f => f.SingleVectors[slot];
            case Unary unary:
                var (function, operand) = (unary.Function, Singles(unary.Operand));
                return f => Map(operand(f), x => LaneArithmetic.Unary(function, x));
            case Binary binary:
                var (operation, left, right) = (binary.Function, Singles(binary.Left), Singles(binary.Right));
                return f => Map(left(f), right(f), (x, y) => LaneArithmetic.Binary(operation, x, y));
            case FusedMultiplyAdd fma:
                var (a, b, c) = (Singles(fma.Left), Singles(fma.Right), Singles(fma.Addend));
                return f =>
                {
                    var (x, y, z) = (a(f), b(f), c(f));
                    var result = new float[count];
                    for (var i = 0; i < count; i++)
                        result[i] = LaneArithmetic.FusedMultiplyAdd(x[i], y[i], z[i]);
                    return result;
                };
            case Selection selection:
                return Select(Integers(selection.Condition), Singles(selection.WhenTrue), Singles(selection.WhenFalse));
            case Conversion { Operand.Type.IsFloat: true } conversion:
                return Singles(conversion.Operand);
            case Conversion conversion:
                var integers = Integers(conversion.Operand);
                return f => Map(integers(f), x => (float)x);
            case Load load:
                var (pointer, index) = (Pointer(load.Pointer), Integer(load.Index));
                return f =>
                {
                    var p = pointer(f);
                    var start = MemoryAccess.Read(f, p, index(f), count, ScalarKind.F32);
                    var lanes = new float[count];
                    Buffer.BlockCopy(p.View.Memory.Data, start, lanes, 0, count * sizeof(float));
                    return lanes;
                };
            case Broadcast broadcast:
                var one = Single(broadcast.Operand);
                return f => Fill(count, one(f));
            case Shuffle shuffle:
                return Pick(Singles(shuffle.First), Singles(shuffle.Second), shuffle.Lanes);
            case LowerLanes lower:
                var whole = Singles(lower.Operand);
                return f => whole(f).Take(count).ToArray();
            default:
                throw Unknown(expression);
        }
    }

    /// <summary>Pointers.</summary>
    public Func<Frame, Pointer> Pointer(Expression expression)
    {
        switch (expression)
        {
            case Variable variable:
                var slot = Slot(variable);
                return f => f.Pointers[slot];
            case Binary { Function: BinaryFunction.Add } sum:
                var (pointer, index) = (Pointer(sum.Left), Integer(sum.Right));
                var size = sum.Type.ElementSize;
                return f =>
                {
                    var p = pointer(f);
                    return p with { Offset = p.Offset + index(f) * size };
                };
            case PointerCast cast:
                return Pointer(cast.Operand);
            case Selection selection:
                var condition = Integer(selection.Condition);
                var (whenTrue, whenFalse) = (Pointer(selection.WhenTrue), Pointer(selection.WhenFalse));
                return f => condition(f) != 0 ? whenTrue(f) : whenFalse(f);
            default:
                throw Unknown(expression);
        }
    }

    private Func<Frame, long> IntegerBinary(Binary binary)
    {
        var scalar = binary.Type.Scalar;
        var (function, left, right) = (binary.Function, Integer(binary.Left), Integer(binary.Right));
        switch (function)
        {
            case BinaryFunction.Add when scalar == ScalarKind.I64:
                return f => left(f) + right(f);
            case BinaryFunction.Multiply when scalar == ScalarKind.I64:
                return f => left(f) * right(f);
            case BinaryFunction.Divide or BinaryFunction.Remainder:
                return f =>
                {
                    var divisor = right(f);
                    if (divisor == 0)
                        throw f.Fault(KernelFault.DivisionByZero, "divides by zero.");
                    return LaneArithmetic.Binary(function, left(f), divisor, scalar);
                };
            default:
                return f => LaneArithmetic.Binary(function, left(f), right(f), scalar);
        }
    }

    private static Func<Frame, T[]> Select<T>(Func<Frame, int[]> condition, Func<Frame, T[]> whenTrue, Func<Frame, T[]> whenFalse) => f =>
    {
        var (c, t, e) = (condition(f), whenTrue(f), whenFalse(f));
        var result = new T[c.Length];
        for (var i = 0; i < c.Length; i++)
            result[i] = c[i] != 0 ? t[i] : e[i];
        return result;
    };

    private static Func<Frame, T[]> Pick<T>(Func<Frame, T[]> first, Func<Frame, T[]> second, ImmutableArray<int> lanes) => f =>
    {
        var (a, b) = (first(f), second(f));
        var result = new T[lanes.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = lanes[i] < a.Length ? a[lanes[i]] : b[lanes[i] - a.Length];
        return result;
    };

    private static T[] Fill<T>(int count, T value)
    {
        var lanes = new T[count];
        for (var i = 0; i < count; i++)
            lanes[i] = value;
        return lanes;
    }

    private static TResult[] Map<T, TResult>(T[] a, Func<T, TResult> function)
    {
        var result = new TResult[a.Length];
        for (var i = 0; i < a.Length; i++)
            result[i] = function(a[i]);
        return result;
    }

    private static TResult[] Map<T, TResult>(T[] a, T[] b, Func<T, T, TResult> function)
    {
        var result = new TResult[a.Length];
        for (var i = 0; i < a.Length; i++)
            result[i] = function(a[i], b[i]);
        return result;
    }

    private static T Fold<T>(T[] lanes, Func<T, T, T> combine)
    {
        var folded = (T[])lanes.Clone();
        for (var half = folded.Length / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++)
                folded[i] = combine(folded[i], folded[i + half]);
        }

        return folded[0];
    }

    private static int Component((int X, int Y, int Z) index, int dimension) =>
        dimension == 0 ? index.X : dimension == 1 ? index.Y : index.Z;

    private NotSupportedException Unknown(Expression expression) =>
        new($"Kernel {kernel}: the interpreter has no form for {expression.GetType().Name} as {expression.Type}: {expression}");
}
