using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Kernels.Verification;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Simt;

namespace NetCompiler.Compiler.Printers;

/// <summary>Prints one SIMT kernel for ILGPU.</summary>
internal sealed class IlgpuKernelPrinter(IndentedWriter writer) : CSharpStatementPrinter(writer)
{
    private HashSet<Expression> _unsigned = [];

    // Memory of which several elements are read at once.
    private HashSet<string> _aligned = [];

    /// <inheritdoc/>
    protected override string Target => "ILGPU";

    public void Print(Kernel kernel, string modifiers)
    {
        // Written out first, so that the divisions in every round are known.
        kernel = UnrollLoops.Run(kernel);
        _unsigned = NonNegativeDivisions.Find(kernel);
        _aligned = [.. KernelWalk.All(kernel.Body).SelectMany(s => KernelWalk.Expressions(s)).SelectMany(KernelWalk.All).OfType<Load>()
            .Where(l => l.Type.IsVector).SelectMany(l => KernelWalk.All(l.Pointer)).OfType<Variable>().Select(v => v.Name)];
        foreach (var line in kernel.Summary.Split('\n'))
            Writer.Line($"// {line}");
        foreach (var parameter in kernel.Parameters)
        {
            if (parameter.Description.Length > 0)
                Writer.Line($"// {parameter.Variable.Name}: {parameter.Description}");
        }

        if (kernel.Launch is { } launch)
        {
            var (x, y, z) = launch.GroupSize;
            var (gx, gy, gz) = launch.GridSize;
            Writer.Line($"// Groups of ({x}, {y}, {z}) threads on a grid of ({Print(gx)}, {Print(gy)}, {Print(gz)}).");
        }

        var (single, together) = Parameters(kernel);
        var (parameters, rest) = (single.Select(Declared), "rest");
        // Parameters are called as a network's layers are.
        while (kernel.Parameters.Any(p => p.Variable.Name == rest) || KernelWalk.All(kernel.Body).Any(s => KernelWalk.Declared(s)?.Name == rest))
            rest += "_";
        if (!together.IsEmpty)
            parameters = parameters.Append($"{StructOf(kernel)} {rest}");
        Writer.Line($"{modifiers} void {CSharpSyntax.Identifier(kernel.Name)}({string.Join(", ", parameters)})");
        Writer.Open();
        foreach (var parameter in together)
            Writer.Line($"var {CSharpSyntax.Identifier(parameter.Variable.Name)} = {rest}.{CSharpSyntax.Identifier(parameter.Variable.Name)};");
        Statements(kernel.Body);
        if (KernelWalk.Any(kernel.Body, e => e is Unary { Function: UnaryFunction.Erf }))
            PrintErrorFunction();
        Writer.Close();
        if (!together.IsEmpty)
            PrintStruct(kernel, together, modifiers);
    }

    /// <summary>
    /// The parameters that are passed one by one, and those that are passed together, as fields of a structure, where there are more than
    /// ILGPU launches a kernel with.
    /// </summary>
    public static (ImmutableArray<KernelParameter> Single, ImmutableArray<KernelParameter> Together) Parameters(Kernel kernel)
    {
        var all = kernel.Parameters;
        return all.Length <= SimtTarget.LargestParameters ? (all, [])
            : (all.RemoveRange(SimtTarget.LargestParameters - 1, all.Length - SimtTarget.LargestParameters + 1),
                all.RemoveRange(0, SimtTarget.LargestParameters - 1));
    }

    /// <summary>What the structure of a kernel's last parameters is called.</summary>
    public static string StructOf(Kernel kernel) => kernel.Name + "Arguments";

    private string Declared(KernelParameter parameter) =>
        $"{TypeName(parameter.Variable.Type)} {CSharpSyntax.Identifier(parameter.Variable.Name)}";

    private void PrintStruct(Kernel kernel, ImmutableArray<KernelParameter> fields, string modifiers)
    {
        Writer.Line();
        Writer.Line($"// What {kernel.Name} is called with behind its other arguments.");
        Writer.Line($"{modifiers.Replace(" static", "")} readonly struct {StructOf(kernel)}({string.Join(", ", fields.Select(Declared))})");
        Writer.Open();
        foreach (var field in fields)
        {
            var name = CSharpSyntax.Identifier(field.Variable.Name);
            Writer.Line($"public readonly {TypeName(field.Variable.Type)} {name} = {name};");
        }

        Writer.Close();
    }

    /// <summary>What a type is called.</summary>
    /// <exception cref="NotSupportedException">ILGPU has none like it.</exception>
    public static string NameOf(KernelType type)
    {
        if (type == KernelType.F32.WithLanes(4))
            return IlgpuPrinter.VectorName;
        if (type.IsVector)
            throw new NotSupportedException($"ILGPU has no values of the type {type}.");
        var scalar = type.Scalar switch
        {
            ScalarKind.Bool when !type.IsPointer => "bool",
            ScalarKind.U8 => "byte",
            ScalarKind.I8 => "sbyte",
            ScalarKind.I32 => "int",
            ScalarKind.I64 => "long",
            ScalarKind.F32 => "float",
            _ => throw new NotSupportedException($"ILGPU kernels do not compute with {type}."),
        };
        return type.IsPointer ? $"ArrayView<{scalar}>" : scalar;
    }

    /// <inheritdoc/>
    protected override string TypeName(KernelType type) => NameOf(type);

    /// <inheritdoc/>
    protected override void PrintStore(Store store) =>
        Writer.Line($"{Element(store.Pointer, store.Index)} = {Print(store.Value)};");

    /// <inheritdoc/>
    protected override void PrintAllocate(Allocate allocate)
    {
        var type = allocate.Pointer.Type;
        var memory = type.Space == AddressSpace.Shared ? "SharedMemory" : "LocalMemory";
        var (scalar, name) = (TypeName(new KernelType(type.Scalar)), CSharpSyntax.Identifier(allocate.Pointer.Name));
        // Memory begins where its elements' type may.
        Writer.Line(_aligned.Contains(allocate.Pointer.Name)
            ? $"var {name} = {memory}.Allocate<{IlgpuPrinter.VectorName}>({CSharpSyntax.Integer((allocate.Count + 3) / 4)}).Cast<{scalar}>();"
            : $"var {name} = {memory}.Allocate<{scalar}>({CSharpSyntax.Integer(allocate.Count)});");
    }

    /// <inheritdoc/>
    protected override void PrintPrefetch(Prefetch prefetch) => throw Unsupported(prefetch);

    /// <inheritdoc/>
    protected override void PrintBarrier(Kernels.Barrier barrier)
    {
        if (barrier.Scope != BarrierScope.Group)
            throw Unsupported(barrier);
        Writer.Line("Group.Barrier();");
    }

    /// <inheritdoc/>
    protected override string PrintFunction(Unary unary, string operand) => unary.Function switch
    {
        UnaryFunction.Abs when unary.Type.IsInteger => $"Math.Abs({operand})",
        UnaryFunction.Sigmoid => $"(1f / (1f + XMath.Exp(-({operand}))))",
        UnaryFunction.Erf => $"Erf({operand})",
        UnaryFunction.Exp or UnaryFunction.Log or UnaryFunction.Tanh => $"XMath.{unary.Function}({operand})",
        _ => $"MathF.{unary.Function}({operand})",
    };

    // There is none: the quotient of polynomials that VectorMath has for processors.
    private void PrintErrorFunction()
    {
        Writer.Line();
        Writer.Line("static float Erf(float x)");
        Writer.Open();
        Writer.Line("x = MathF.Max(-3.8325069f, MathF.Min(3.8325069f, x));");
        Writer.Line("var s = x * x;");
        Writer.Line("var p = (((2.2905065861350646e-4f * s + 3.4082910107109506e-3f) * s + 5.0955695062380861e-2f) * s");
        Writer.Line("    + 1.8520832239976145e-1f) * s + 1.128379143519084f;");
        Writer.Line("var q = (((((-1.1791602954361697e-7f * s + 2.3547966471313185e-5f) * s + 1.0179625278914885e-3f) * s");
        Writer.Line("    + 1.4070470171167667e-2f) * s + 1.1098505178285362e-1f) * s + 4.9746925110067538e-1f) * s + 1f;");
        Writer.Line("return x * p / q;");
        Writer.Close();
    }

    /// <inheritdoc/>
    protected override string PrintExtreme(Binary binary, string left, string right) =>
        $"{(binary.Type.Scalar == ScalarKind.F32 ? "MathF" : "Math")}.{binary.Function}({left}, {right})";

    /// <inheritdoc/>
    protected override string PrintInfix(Binary binary, string symbol, Precedence precedence, Precedence context)
    {
        if (binary.Type.IsPointer)
            return $"{Print(binary.Left, Precedence.Primary)}.SubView({Print(binary.Right)})";
        if (binary.Type.Scalar is ScalarKind.U8 or ScalarKind.I8)
        {
            var type = TypeName(binary.Type);
            return $"unchecked(({type})({base.PrintInfix(binary, symbol, precedence, Precedence.Any)}))";
        }

        if (_unsigned.Contains(binary))
        {
            return CSharpSyntax.Parenthesise($"(int)({PrintUnsigned(binary)})", Precedence.Unary, context);
        }

        return base.PrintInfix(binary, symbol, precedence, context);
    }

    /// <inheritdoc/>
    protected override string PrintOther(Expression expression, Precedence context)
    {
        switch (expression)
        {
            case Load { Lanes: 1 } load:
                return Element(load.Pointer, load.Index);
            case Load { Lanes: 4, Type.Scalar: ScalarKind.F32 } load:
                return Vector(load.Pointer, load.Index);
            case Extract { Operand: Variable vector } extract:
                return $"{CSharpSyntax.Identifier(vector.Name)}.{"XYZW"[extract.Lane]}";
            case FusedMultiplyAdd { Type.IsVector: false } fma:
                var product = $"{Print(fma.Left, Precedence.Multiplicative)} * {Print(fma.Right, Precedence.Unary)}";
                return CSharpSyntax.Parenthesise(
                    $"{product} + {Print(fma.Addend, Precedence.Multiplicative)}", Precedence.Additive, context);
            case ThreadIndex thread:
                var what = thread.Identifier == ThreadIdentifier.ThreadInGroup ? "Group" : "Grid";
                return $"{what}.Idx{"XYZ"[thread.Dimension]}";
            default:
                throw Unsupported(expression);
        }
    }

    // A quotient of a quotient stays unsigned in between.
    private string PrintUnsigned(Expression expression)
    {
        if (expression is not Binary { Right: Constant divisor } binary || !_unsigned.Contains(expression))
            return Cast("uint", expression, Precedence.Multiplicative);
        var sign = binary.Function == BinaryFunction.Divide ? "/" : "%";
        return $"{PrintUnsigned(binary.Left)} {sign} {CSharpSyntax.Integer((long)divisor.Number)}u";
    }

    // Four elements at once; the first one's number is a multiple of four.
    private string Vector(Expression pointer, Expression index)
    {
        if (pointer is Binary { Function: BinaryFunction.Add } sum)
            return Vector(sum.Left, IndexArithmetic.Add(sum.Right, index));
        var number = LinearForm.Of(index).DivideBy(4, index.Type, out _) is { } quotient ? Print(quotient) : $"(int)((uint)({Print(index)}) / 4u)";
        return $"{Print(pointer, Precedence.Primary)}.Cast<{IlgpuPrinter.VectorName}>()[{number}]";
    }

    // A view of a part costs an addition for every access, an index one for all of them.
    private string Element(Expression pointer, Expression index) => pointer is Binary { Function: BinaryFunction.Add } sum
        ? Element(sum.Left, IndexArithmetic.Add(sum.Right, index))
        : $"{Print(pointer, Precedence.Primary)}[{Print(index)}]";
}
