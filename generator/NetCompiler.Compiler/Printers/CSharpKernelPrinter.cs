using System.Globalization;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Printers;

/// <summary>Prints one CPU kernel.</summary>
/// <remarks>
/// How vectors are held: n lanes of f32 and i32 in Vector128/256/512 for n = 4, 8, 16; n lanes of bool as n lanes of int, all bits set
/// or none; n lanes of u8 in the lowest n lanes of a Vector128&lt;byte&gt;.
/// </remarks>
/// <param name="writer">Takes the text.</param>
/// <param name="elsewhere">Kernels that other classes print, and what they are called there; null for none.</param>
internal class CSharpKernelPrinter(IndentedWriter writer, IReadOnlyDictionary<Kernel, string>? elsewhere = null) : CSharpStatementPrinter(writer)
{
    // Vectors that cross a cache line cost two loads.
    private const int Alignment = 64;

    /// <summary>What stands in front of every method: compiled once and as well as can be, and never into its caller.</summary>
    protected const string Attribute = $"[MethodImpl({NetworkFile.Runtime}EmittedCode.Kernel)]";

    private const string VectorMath = NetworkFile.Runtime + "VectorMath";

    private bool _isUnchecked;

    /// <inheritdoc/>
    protected override string Target => "C#";

    /// <summary>Prints a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="modifiers">The method's modifiers.</param>
    /// <param name="describesParameters">False where the kernel that calls this one says what the parameters are.</param>
    public void Print(Kernel kernel, string modifiers, bool describesParameters = true)
    {
        foreach (var line in kernel.Summary.Split('\n'))
            Writer.Line($"// {line}");
        foreach (var parameter in kernel.Parameters)
        {
            // What the summary says too is found there by its name.
            if (describesParameters && parameter.Description.Length > 0 && !kernel.Summary.Contains(parameter.Description))
                Writer.Line($"// {parameter.Variable.Name}: {parameter.Description}");
        }

        var allocations = new List<Allocate>();
        Collect(kernel.Body, allocations);
        if (allocations.Count > 0)
            Writer.Line("[SkipLocalsInit]");
        Writer.Line(Attribute);
        Writer.Line($"{modifiers} void {CSharpSyntax.Identifier(kernel.Name)}({Parameters(kernel)})");
        Writer.Open();
        // A stackalloc inside a loop would take more of the stack in every round.
        foreach (var allocate in allocations)
        {
            var (name, type) = (allocate.Pointer.Name, TypeName(allocate.Pointer.Type));
            var bytes = CSharpSyntax.Integer((long)allocate.Count * allocate.Pointer.Type.ElementSize + Alignment - 1);
            Writer.Line($"byte* {name}_bytes = stackalloc byte[{bytes}];");
            Writer.Line($"{type} {CSharpSyntax.Identifier(name)} = ({type})((nint)({name}_bytes + {Alignment - 1}) & -{Alignment});");
        }

        Statements(kernel.Body);
        Writer.Close();
    }

    private string Parameters(Kernel kernel) =>
        string.Join(", ", kernel.Parameters.Select(p => $"{TypeName(p.Variable.Type)} {CSharpSyntax.Identifier(p.Variable.Name)}"));

    /// <inheritdoc/>
    protected override string MethodOf(Kernel kernel) =>
        elsewhere is not null && elsewhere.TryGetValue(kernel, out var method) ? method : base.MethodOf(kernel);

    /// <inheritdoc/>
    protected override string TypeName(KernelType type)
    {
        if (type.IsPointer)
            return ScalarName(type.Scalar) + "*";
        return type.IsVector ? $"{Api(type)}<{LaneName(type)}>" : ScalarName(type.Scalar);
    }

    /// <inheritdoc/>
    protected override string DeclaredType(KernelType type) => type.IsVector ? "var" : TypeName(type);

    /// <inheritdoc/>
    protected override void PrintStore(Store store)
    {
        var type = store.Value.Type;
        if (!type.IsVector)
            Writer.Line($"{Print(store.Pointer, Precedence.Primary)}[{Print(store.Index)}] = {Print(store.Value)};");
        else if (type is { Scalar: ScalarKind.U8, Lanes: < 16 })
            Writer.Line($"{VectorMath}.StoreBytes{type.Lanes}({Print(store.Value)}, {Address(store.Pointer, store.Index)});");
        else
            Writer.Line($"{Print(store.Value, Precedence.Primary)}.Store({Address(store.Pointer, store.Index)});");
    }

    /// <inheritdoc/>
    protected override void PrintAllocate(Allocate allocate)
    {
        // Printed at the head of the method.
    }

    /// <inheritdoc/>
    protected override void PrintPrefetch(Prefetch prefetch) =>
        Writer.Line($"{VectorMath}.Prefetch({Address(prefetch.Pointer, prefetch.Index)});");

    /// <inheritdoc/>
    protected override void PrintBarrier(Kernels.Barrier barrier) => throw Unsupported(barrier);

    /// <inheritdoc/>
    protected override string PrintFunction(Unary unary, string operand) => unary.Function switch
    {
        UnaryFunction.Abs when unary.Type.IsInteger => $"Math.Abs({operand})",
        UnaryFunction.Exp or UnaryFunction.Log or UnaryFunction.Tanh or UnaryFunction.Sigmoid or UnaryFunction.Erf =>
            $"{VectorMath}.{unary.Function}({operand})",
        _ => $"MathF.{unary.Function}({operand})",
    };

    /// <inheritdoc/>
    protected override string PrintExtreme(Binary binary, string left, string right) =>
        $"{(binary.Type.Scalar == ScalarKind.F32 ? VectorMath : "Math")}.{binary.Function}({left}, {right})";

    /// <inheritdoc/>
    protected override string PrintInfix(Binary binary, string symbol, Precedence precedence, Precedence context)
    {
        if (binary.Type.IsPointer)
            return CSharpSyntax.Parenthesise(Address(binary.Left, binary.Right), Precedence.Additive, context);
        if (binary.Type.Scalar is ScalarKind.U8 or ScalarKind.I8)
            return $"unchecked(({ScalarName(binary.Type.Scalar)})({base.PrintInfix(binary, symbol, precedence, Precedence.Any)}))";
        if (binary.Function is BinaryFunction.ShiftLeft or BinaryFunction.ShiftRightLogical && binary.Type.Scalar == ScalarKind.I64)
        {
            return CSharpSyntax.Parenthesise(
                $"{Print(binary.Left, precedence)} {symbol} {Cast("int", binary.Right, precedence + 1)}", precedence, context);
        }

        // 32-bit arithmetic wraps, in checked projects too; CPU kernels compute hashes with it, not addresses.
        var wraps = binary.Type.Scalar == ScalarKind.I32 && !_isUnchecked
            && binary.Function is BinaryFunction.Add or BinaryFunction.Subtract or BinaryFunction.Multiply;
        if (!wraps)
            return base.PrintInfix(binary, symbol, precedence, context);
        _isUnchecked = true;
        var text = base.PrintInfix(binary, symbol, precedence, Precedence.Any);
        _isUnchecked = false;
        return $"unchecked({text})";
    }

    /// <inheritdoc/>
    protected override string PrintOther(Expression expression, Precedence context)
    {
        var type = expression.Type;
        switch (expression)
        {
            case Constant constant:
                return PrintConstant(constant);
            case Load load:
                return PrintLoad(load);
            case PointerCast cast:
                return Cast(TypeName(cast.Type), cast.Operand, context);
            case FusedMultiplyAdd fma:
                // Fused where the processor can; elsewhere (x86-64 below v3) a fused one is a call into the C library, 200 times as slow.
                var factors = $"{Print(fma.Left)}, {Print(fma.Right)}";
                return $"{(type.IsVector ? Api(type) : "float")}.MultiplyAddEstimate({factors}, {Print(fma.Addend)})";
            case Broadcast broadcast when broadcast.Type.Scalar == ScalarKind.Bool:
                return $"{Api(type)}.Create({Print(broadcast.Operand, Precedence.Or)} ? -1 : 0)";
            case Broadcast broadcast:
                return $"{Api(type)}.Create({Print(broadcast.Operand)})";
            case LaneIndices:
                return $"{Api(type)}<int>.Indices";
            case Unary unary:
                return PrintVectorUnary(unary, context);
            case Binary binary:
                return PrintVectorBinary(binary, context);
            case Comparison comparison:
                return PrintMask(comparison, ScalarKind.I32, context);
            case Selection selection:
                var mask = type.Scalar == ScalarKind.U8
                    ? $"{VectorMath}.NarrowToBytes({Print(selection.Condition)})"
                    : PrintMask(selection.Condition, type.Scalar, Precedence.Any);
                return $"{Api(type)}.ConditionalSelect({mask}, {Print(selection.WhenTrue)}, {Print(selection.WhenFalse)})";
            case Conversion conversion:
                return PrintVectorConversion(conversion, context);
            case Shuffle shuffle:
                return PrintShuffle(shuffle);
            case BytePermute permute:
                var selector = permute.Selector.ToString("X4", CultureInfo.InvariantCulture);
                return $"{VectorMath}.PermuteBytes({Print(permute.First)}, {Print(permute.Second)}, 0x{selector})";
            case LowerLanes lower:
                return PrintLower(Print(lower.Operand, Precedence.Primary), lower.Operand.Type, lower.Lanes);
            case Extract { Lane: 0 } extract:
                return Truth($"{Print(extract.Operand, Precedence.Primary)}.ToScalar()", type, context);
            case Extract extract:
                return Truth($"{Print(extract.Operand, Precedence.Primary)}.GetElement({CSharpSyntax.Integer(extract.Lane)})", type,
                    context);
            case HorizontalReduction reduction:
                var name = reduction.Function == BinaryFunction.Add ? "Sum" : reduction.Function.ToString();
                return $"{VectorMath}.{name}({Print(reduction.Operand)})";
            default:
                throw Unsupported(expression);
        }
    }

    private static void Collect(Block block, List<Allocate> allocations)
    {
        foreach (var statement in block.Statements)
        {
            switch (statement)
            {
                case Allocate allocate:
                    allocations.Add(allocate);
                    break;
                case Block inner:
                    Collect(inner, allocations);
                    break;
                case For loop:
                    Collect(loop.Body, allocations);
                    break;
                case If branch:
                    Collect(branch.Then, allocations);
                    if (branch.Else is { } otherwise)
                        Collect(otherwise, allocations);
                    break;
                default:
                    break;
            }
        }
    }

    private static string ScalarName(ScalarKind scalar) => scalar switch
    {
        ScalarKind.Bool => "bool",
        ScalarKind.U8 => "byte",
        ScalarKind.I8 => "sbyte",
        ScalarKind.I32 => "int",
        ScalarKind.I64 => "nint",
        ScalarKind.F32 => "float",
        _ => throw new NotSupportedException($"C# kernels do not compute with {scalar}."),
    };

    private static string LaneName(KernelType type) => type.Scalar switch
    {
        ScalarKind.Bool => "int",
        ScalarKind.U8 or ScalarKind.I32 or ScalarKind.F32 => ScalarName(type.Scalar),
        _ => throw new NotSupportedException($"C# kernels have no vectors of {type.Scalar}."),
    };

    /// <summary>The static class whose methods work on a vector type.</summary>
    private static string Api(KernelType type)
    {
        if (type.Scalar == ScalarKind.U8)
            return "Vector128";
        return type.Lanes switch
        {
            4 => "Vector128",
            8 => "Vector256",
            16 => "Vector512",
            _ => throw new NotSupportedException($"C# kernels have vectors of 4, 8 and 16 lanes, not {type}."),
        };
    }

    private static string Truth(string text, KernelType type, Precedence context) =>
        type.Scalar == ScalarKind.Bool ? CSharpSyntax.Parenthesise($"{text} != 0", Precedence.Equality, context) : text;

    private static string PrintLower(string operand, KernelType from, int lanes)
    {
        if (from.Scalar == ScalarKind.U8)
            return operand;
        for (var n = from.Lanes; n > lanes; n /= 2)
            operand += ".GetLower()";
        return operand;
    }

    private string PrintConstant(Constant constant)
    {
        var type = constant.Type;
        if (constant.Number == 0 && !(type.Scalar == ScalarKind.F32 && 1 / constant.Number < 0))
            return $"{TypeName(type)}.Zero";
        if (type.Scalar == ScalarKind.Bool)
            return $"{TypeName(type)}.AllBitsSet";
        return $"{Api(type)}.Create({Print(constant with { Type = type.WithLanes(1) })})";
    }

    private string PrintLoad(Load load)
    {
        if (load.Lanes == 1)
            return $"{Print(load.Pointer, Precedence.Primary)}[{Print(load.Index)}]";
        return load.Type is { Scalar: ScalarKind.U8, Lanes: < 16 }
            ? $"{VectorMath}.LoadBytes{load.Lanes}({Address(load.Pointer, load.Index)})"
            : $"{Api(load.Type)}.Load({Address(load.Pointer, load.Index)})";
    }

    // x + (i + 3) is x + i + 3: the just-in-time compiler folds that form's constant into the address.
    private string Address(Expression pointer, Expression index)
    {
        switch (index)
        {
            case Constant { Number: 0 }:
                return Print(pointer, Precedence.Additive);
            case Constant { Number: < 0 } negative:
                return $"{Print(pointer, Precedence.Additive)} - {Print(negative with { Number = -negative.Number })}";
            case Binary { Function: BinaryFunction.Add } sum when sum.Type.Scalar == ScalarKind.I64:
                return sum.Right is Constant { Number: < 0 } c
                    ? $"{Address(pointer, sum.Left)} - {Print(c with { Number = -c.Number })}"
                    : $"{Address(pointer, sum.Left)} + {Print(sum.Right, Precedence.Multiplicative)}";
            default:
                return $"{Print(pointer, Precedence.Additive)} + {Print(index, Precedence.Multiplicative)}";
        }
    }

    private string PrintVectorUnary(Unary unary, Precedence context)
    {
        switch (unary.Function)
        {
            case UnaryFunction.Negate:
                return CSharpSyntax.Parenthesise($"-{Print(unary.Operand, Precedence.Primary)}", Precedence.Unary, context);
            case UnaryFunction.Not:
                return CSharpSyntax.Parenthesise($"~{Print(unary.Operand, Precedence.Primary)}", Precedence.Unary, context);
            case UnaryFunction.Abs or UnaryFunction.Sqrt or UnaryFunction.Floor:
                return $"{Api(unary.Type)}.{unary.Function}({Print(unary.Operand)})";
            default:
                return $"{VectorMath}.{unary.Function}({Print(unary.Operand)})";
        }
    }

    private string PrintVectorBinary(Binary binary, Precedence context)
    {
        switch (binary.Function)
        {
            case BinaryFunction.Min or BinaryFunction.Max:
                var native = binary.Type.Scalar == ScalarKind.F32 ? "Native" : "";
                return $"{Api(binary.Type)}.{binary.Function}{native}({Print(binary.Left)}, {Print(binary.Right)})";
            case BinaryFunction.Remainder:
                return $"{VectorMath}.Remainder({Print(binary.Left)}, {Print(binary.Right)})";
            case BinaryFunction.ShiftLeft or BinaryFunction.ShiftRightLogical:
                var (shift, level) = CSharpSyntax.Infix(binary.Function)!.Value;
                var count = binary.Right switch
                {
                    Constant constant => CSharpSyntax.Integer((long)constant.Number),
                    Broadcast { Operand: var operand } => Print(operand, level + 1),
                    _ => throw Unsupported(binary),
                };
                return CSharpSyntax.Parenthesise($"{Print(binary.Left, level)} {shift} {count}", level, context);
            default:
                var (symbol, precedence) = CSharpSyntax.Infix(binary.Function)!.Value;
                return CSharpSyntax.Parenthesise(
                    $"{Print(binary.Left, precedence)} {symbol} {Print(binary.Right, precedence + 1)}", precedence, context);
        }
    }

    /// <summary>A vector of truth values as a mask over lanes of the given type.</summary>
    private string PrintMask(Expression condition, ScalarKind lanes, Precedence context)
    {
        var compared = ScalarKind.I32;
        string text;
        if (condition is Comparison comparison)
        {
            compared = comparison.Left.Type.Scalar == ScalarKind.F32 ? ScalarKind.F32 : ScalarKind.I32;
            var api = Api(comparison.Type);
            var (left, right) = (Print(comparison.Left), Print(comparison.Right));
            if (comparison.Left.Type.Scalar == ScalarKind.U8)
            {
                var bits = 32 * comparison.Type.Lanes;
                (left, right) = ($"{VectorMath}.WidenToInt{bits}({left})", $"{VectorMath}.WidenToInt{bits}({right})");
            }

            var name = comparison.Function switch
            {
                ComparisonFunction.Equal or ComparisonFunction.NotEqual => "Equals",
                ComparisonFunction.Less => "LessThan",
                ComparisonFunction.LessOrEqual => "LessThanOrEqual",
                ComparisonFunction.Greater => "GreaterThan",
                _ => "GreaterThanOrEqual",
            };
            text = $"{api}.{name}({left}, {right})";
            if (comparison.Function == ComparisonFunction.NotEqual)
            {
                if (compared == lanes || (lanes != ScalarKind.F32 && compared == ScalarKind.I32))
                    return CSharpSyntax.Parenthesise("~" + text, Precedence.Unary, context);
                text = $"(~{text})";
            }
        }
        else
        {
            text = Print(condition, lanes == ScalarKind.F32 ? Precedence.Primary : context);
        }

        var wanted = lanes == ScalarKind.F32 ? ScalarKind.F32 : ScalarKind.I32;
        return compared == wanted ? text : wanted == ScalarKind.F32 ? $"{text}.AsSingle()" : $"{text}.AsInt32()";
    }

    private string PrintVectorConversion(Conversion conversion, Precedence context)
    {
        var (from, to) = (conversion.Operand.Type.Scalar, conversion.Scalar);
        if (from == to)
            return Print(conversion.Operand, context);
        var api = Api(KernelType.I32.WithLanes(conversion.Type.Lanes));
        if (to == ScalarKind.Bool)
        {
            var zero = conversion.Operand.Type;
            return PrintMask(
                new Comparison(ComparisonFunction.NotEqual, conversion.Operand, new Constant(zero, 0)), ScalarKind.I32, context);
        }

        // Through 32-bit integers; a truth value is -1 or 0 there.
        var integers = from switch
        {
            ScalarKind.U8 => $"{VectorMath}.WidenToInt{32 * conversion.Type.Lanes}({Print(conversion.Operand)})",
            ScalarKind.F32 => $"{api}.ConvertToInt32({Print(conversion.Operand)})",
            ScalarKind.Bool => $"-{Print(conversion.Operand, Precedence.Primary)}",
            ScalarKind.I32 => Print(conversion.Operand),
            _ => throw Unsupported(conversion),
        };
        return to switch
        {
            ScalarKind.I32 => from == ScalarKind.Bool ? CSharpSyntax.Parenthesise(integers, Precedence.Unary, context) : integers,
            ScalarKind.F32 => $"{api}.ConvertToSingle({integers})",
            ScalarKind.U8 => $"{VectorMath}.NarrowToBytes({integers})",
            _ => throw Unsupported(conversion),
        };
    }

    private string PrintShuffle(Shuffle shuffle)
    {
        // Both operands and the result are seen in the wider of their widths.
        var from = shuffle.First.Type.Lanes;
        var lanes = Math.Max(from, shuffle.Lanes.Length);
        var api = Api(KernelType.I32.WithLanes(lanes));
        var (first, second) = (Widen(shuffle.First), Widen(shuffle.Second));
        var order = shuffle.Lanes.Select(l => l < from ? l : l - from + lanes).ToList();
        while (order.Count < lanes)
            order.Add(0);
        var indices = $"{api}.Create({string.Join(", ", order.Select(l => CSharpSyntax.Integer(l)))})";
        var text = order.All(l => l < lanes)
            ? $"{VectorMath}.Shuffle({first}, {indices})"
            : $"{VectorMath}.Shuffle({first}, {second}, {indices})";
        return PrintLower(text, KernelType.I32.WithLanes(lanes), shuffle.Lanes.Length);

        string Widen(Expression operand)
        {
            var text = Print(operand, from == lanes ? Precedence.Any : Precedence.Primary);
            for (var n = from; n < lanes; n *= 2)
                text += n == 4 ? ".ToVector256Unsafe()" : ".ToVector512Unsafe()";
            return text;
        }
    }
}
