namespace NetCompiler.Compiler.Kernels.Verification;

/// <summary>The types that expressions may have and combine.</summary>
internal static class TypeRules
{
    /// <summary>What is wrong with an expression, leaving its operands aside; null where nothing is.</summary>
    public static string? Check(Expression expression, bool isSimt)
    {
        var type = expression.Type;
        if (type.Lanes is not (1 or 4 or 8 or 16))
            return $"Vectors have 4, 8 or 16 lanes, not {type}.";
        if (type.IsVector && type.Scalar is not (ScalarKind.F32 or ScalarKind.I32 or ScalarKind.U8 or ScalarKind.Bool))
            return $"There are vectors of f32, i32, u8 and bool, not {type}.";
        switch (expression)
        {
            case Constant when type.IsPointer:
                return "There are no constant pointers.";
            case Unary unary:
                return unary.Function switch
                {
                    UnaryFunction.Negate or UnaryFunction.Abs => Require(type.IsInteger || type.IsFloat, unary, "numbers"),
                    UnaryFunction.Not => Require(type.IsInteger || IsBool(type), unary, "integers or truth values"),
                    _ => Require(type.IsFloat, unary, "floating-point numbers"),
                };
            case Binary binary:
                return CheckBinary(binary);
            case FusedMultiplyAdd fma:
                return Require(type.IsFloat, fma, "floating-point numbers") ?? Same(fma.Left, fma.Addend) ?? Same(fma.Right, fma.Addend);
            case Comparison comparison:
                return Same(comparison.Left, comparison.Right)
                    ?? (comparison.Left.Type.IsPointer || (IsBool(comparison.Left.Type) && comparison.Left.Type.IsVector)
                        ? $"Values of the type {comparison.Left.Type} are not compared: {comparison}"
                        : null);
            case Selection selection:
                return selection.Condition.Type != KernelType.Bool.WithLanes(type.Lanes)
                    ? $"A selection of {type} needs a condition of as many truth values, not {selection.Condition.Type}: {selection}"
                    : Same(selection.WhenTrue, selection.WhenFalse);
            case Conversion conversion when conversion.Operand.Type.IsPointer:
                return $"A pointer is not converted to a number: {conversion}";
            case PointerCast cast when !cast.Operand.Type.IsPointer:
                return $"Only pointers are cast to pointers: {cast}";
            case FragmentRegister register:
                return register.Elements.Length != MatrixFragment.ElementsOfRegister(register.Format)
                    || register.Elements.Any(e => e.Type != KernelType.F32)
                    ? $"A register of {register.Format} holds {MatrixFragment.ElementsOfRegister(register.Format)} of f32: {register}"
                    : null;
            case Load load:
                return Access(load.Pointer, load.Index, type);
            case Broadcast broadcast:
                return broadcast.Operand.Type.IsVector || broadcast.Operand.Type.IsPointer || broadcast.Lanes == 1
                    ? $"A broadcast puts a scalar in the lanes of a vector: {broadcast}"
                    : null;
            case LaneIndices { Lanes: 1 }:
                return "Lane indices are a vector.";
            case Shuffle shuffle:
                return CheckShuffle(shuffle);
            case BytePermute permute:
                return Same(permute.First, permute.Second)
                    ?? Require(type is { Scalar: ScalarKind.I32, IsPointer: false }, permute, "32-bit integers")
                    ?? ((permute.Selector & ~0x7777) != 0 ? $"There are eight bytes to choose from: {permute}" : null);
            case LowerLanes lower:
                return lower.Lanes >= lower.Operand.Type.Lanes || lower.Lanes == 1 ? $"Takes no lower part: {lower}" : null;
            case Extract extract:
                return extract.Lane < 0 || extract.Lane >= extract.Operand.Type.Lanes ? $"There is no such lane: {extract}" : null;
            case HorizontalReduction reduction:
                return reduction.Function is not (BinaryFunction.Add or BinaryFunction.Min or BinaryFunction.Max)
                    || !reduction.Operand.Type.IsVector || type.Scalar is not (ScalarKind.F32 or ScalarKind.I32)
                    ? $"Lanes of f32 or i32 are combined by add, min or max: {reduction}"
                    : null;
            case ThreadIndex thread:
                return !isSimt ? $"A CPU kernel has no threads: {thread}"
                    : thread.Dimension is < 0 or > 2 ? "Dimensions are 0, 1 and 2." : null;
            default:
                return null;
        }
    }

    /// <summary>What is wrong with the address of a load or store.</summary>
    public static string? Access(Expression pointer, Expression index, KernelType value)
    {
        if (!pointer.Type.IsPointer)
            return $"{pointer} is no pointer but {pointer.Type}.";
        if (!IsIndex(index.Type))
            return $"The index {index} is {index.Type}, not an i32 or i64.";
        if (pointer.Type.Scalar != value.Scalar || value.IsPointer)
            return $"The pointer {pointer} is to {pointer.Type.Scalar}, the value is {value}.";
        return value.IsVector && value.Scalar == ScalarKind.Bool ? "Truth values in memory are accessed one by one." : null;
    }

    /// <summary>True for the types that indices and counters have.</summary>
    public static bool IsIndex(KernelType type) => type == KernelType.I32 || type == KernelType.I64;

    private static string? CheckBinary(Binary binary)
    {
        var (type, right) = (binary.Type, binary.Right);
        if (type.IsPointer)
        {
            return binary.Function != BinaryFunction.Add || !IsIndex(right.Type)
                ? $"A pointer takes an index added to it, nothing else: {binary}"
                : null;
        }

        return Same(binary.Left, right) ?? binary.Function switch
        {
            BinaryFunction.And or BinaryFunction.Or or BinaryFunction.Xor =>
                Require(type.IsInteger || IsBool(type), binary, "integers or truth values"),
            BinaryFunction.Remainder => Require(type.IsInteger, binary, "integers"),
            BinaryFunction.ShiftLeft or BinaryFunction.ShiftRightLogical => Require(type.IsInteger, binary, "integers")
                ?? (type.IsVector && right is not (Constant or Broadcast) ? $"All lanes are shifted by the same number: {binary}" : null),
            _ => Require(type.IsInteger || type.IsFloat, binary, "numbers"),
        };
    }

    private static string? CheckShuffle(Shuffle shuffle)
    {
        if (Same(shuffle.First, shuffle.Second) is { } problem)
            return problem;
        if (!shuffle.First.Type.IsVector || shuffle.Type.Scalar is not (ScalarKind.F32 or ScalarKind.I32) || !shuffle.Type.IsVector)
            return $"Vectors of f32 and i32 are shuffled: {shuffle}";
        var count = 2 * shuffle.First.Type.Lanes;
        return shuffle.Lanes.Any(l => l < 0 || l >= count) ? $"There are {count} lanes to choose from: {shuffle}" : null;
    }

    private static string? Same(Expression a, Expression b) =>
        a.Type == b.Type ? null : $"Operands of one type are needed, not {a.Type} ({a}) and {b.Type} ({b}).";

    private static string? Require(bool condition, Expression expression, string what) =>
        condition ? null : $"Works on {what}, not on {expression.Type}: {expression}";

    private static bool IsBool(KernelType type) => type is { Scalar: ScalarKind.Bool, IsPointer: false };
}
