using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Kernels.Verification;
using NetCompiler.Compiler.Passes;

namespace NetCompiler.Compiler.Printers;

/// <summary>Prints one SIMT kernel as a PTX function. Registers are called as the kernel's variables are.</summary>
internal sealed class PtxKernelPrinter
{
    private readonly Kernel _kernel;
    private readonly HashSet<Expression> _unsigned;
    private readonly HashSet<string> _assigned;
    private readonly PtxInstructions _code = new();
    private readonly PtxFunctions _functions;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> _vectors = new(StringComparer.Ordinal);
    private readonly List<(string Name, KernelType Type, int Count)> _shared = [];

    /// <summary>A printer of a kernel.</summary>
    public PtxKernelPrinter(Kernel kernel)
    {
        // Written out first, so that the divisions in every round are known.
        _kernel = UnrollLoops.Run(kernel);
        _unsigned = NonNegativeDivisions.Find(_kernel);
        _assigned = KernelWalk.Assigned(_kernel.Body);
        _functions = new PtxFunctions(_code);
    }

    /// <summary>Prints the function.</summary>
    public void Print(IndentedWriter writer)
    {
        var launch = _kernel.Launch ?? throw new ArgumentException($"{_kernel.Name} is no SIMT kernel.");
        for (var i = 0; i < _kernel.Parameters.Length; i++)
            ReadParameter(i);
        Print(_kernel.Body);

        writer.Line(string.Join("\n", PtxPrinter.Remark(_kernel.Summary).Split('\n').Select(line => $"// {line}")));
        var parameters = _kernel.Parameters.Select((p, i) => $".param .{(p.Variable.Type.IsPointer ? "u64" : TypeOf(p.Variable.Type, "u", "f"))} {Parameter(i)}");
        writer.Line($".visible .entry {PtxPrinter.EntryName(_kernel)}(");
        writer.Line("    " + string.Join(",\n    ", parameters) + ")");
        var (x, y, z) = launch.GroupSize;
        writer.Line($".reqntid {Text(x)}, {Text(y)}, {Text(z)}");
        writer.Line("{");
        foreach (var (name, type, count) in _shared)
            writer.Line($"    .shared .align 16 .b8 {name}[{Text((long)count * type.ElementSize)}];");
        foreach (var line in _code.Declarations)
            writer.Line("    " + line);
        foreach (var line in _code.Lines)
            writer.Line(line);
        writer.Line("    ret;");
        writer.Line("}");
    }

    private string Parameter(int index) => $"{PtxPrinter.EntryName(_kernel)}_{Text(index)}";

    private void ReadParameter(int index)
    {
        var variable = _kernel.Parameters[index].Variable;
        if (!KernelWalk.Any(_kernel.Body, e => e is Variable v && v.Name == variable.Name))
            return;
        var register = Declare(variable);
        if (variable.Type.IsPointer)
        {
            var generic = _code.Compute("ld.param.u64", "b64", null, $"[{Parameter(index)}]");
            _code.Compute("cvta.to.global.u64", "b64", register, generic);
        }
        else
        {
            _code.Compute($"ld.param.{TypeOf(variable.Type, "u", "f")}", RegisterType(variable.Type), register, $"[{Parameter(index)}]");
        }
    }

    private void Print(Block block)
    {
        foreach (var statement in block.Statements)
            Print(statement);
    }

    private void Print(Statement statement)
    {
        switch (statement)
        {
            case Block block:
                Print(block);
                break;
            case Let let:
                PrintLet(let);
                break;
            case Assign assign:
                Evaluate(assign.Value, _values[assign.Variable.Name]);
                break;
            case Store store:
                var value = Evaluate(store.Value);
                _code.Add($"st.{Space(store.Pointer.Type)}.{MemoryType(store.Pointer.Type.Scalar)} {Address(store.Pointer, store.Index)}, {Register(value, store.Value.Type)}");
                break;
            case If branch:
                PrintIf(branch);
                break;
            case For loop:
                PrintLoop(loop);
                break;
            case Allocate { Pointer: { Type.Space: AddressSpace.Shared } pointer } allocate:
                var name = "shared_" + PtxPrinter.Ascii(pointer.Name);
                _shared.Add((name, pointer.Type, allocate.Count));
                _code.Compute("mov.u32", "b32", Declare(pointer), name);
                break;
            case Kernels.Barrier { Scope: BarrierScope.Group }:
                _code.Add("bar.sync 0");
                break;
            case AsyncCopy copy:
                var (target, source) = (Address(copy.Target, copy.TargetIndex), Address(copy.Source, copy.SourceIndex));
                // Of the bytes that are not read zeros come there.
                var bytes = copy.Condition is null ? "" : ", " + _code.Compute("selp.b32", "b32", null, "4", "0", Evaluate(copy.Condition));
                _code.Add($"cp.async.ca.shared.global {target}, {source}, 4{bytes}");
                break;
            case CommitCopies:
                _code.Add("cp.async.commit_group");
                break;
            case WaitForCopies wait:
                _code.Add($"cp.async.wait_group {Text(wait.Groups)}");
                break;
            case MatrixMultiplyAdd product:
                PrintProduct(product);
                break;
            case Remark remark:
                _code.Remark(PtxPrinter.Remark(remark.Text));
                break;
            default:
                throw Unsupported(statement);
        }
    }

    private void PrintLet(Let let)
    {
        if (let.Variable.Type.IsVector)
            ReadVector(let.Variable, let.Value);
        // A constant that stays one needs no register.
        else if (let.Value is Constant && !_assigned.Contains(let.Variable.Name) && let.Variable.Type.Scalar != ScalarKind.Bool)
            _values[let.Variable.Name] = Evaluate(let.Value);
        else
            Evaluate(let.Value, Declare(let.Variable));
    }

    // Elements that come at once, a register for each.
    private void ReadVector(Variable variable, Expression value)
    {
        if (value is not Load { Lanes: 4, Type.Scalar: ScalarKind.F32 } load || _assigned.Contains(variable.Name))
            throw Unsupported(value);
        var registers = "xyzw".Select(lane => _code.Declare("f32", $"{PtxPrinter.Ascii(variable.Name)}_{lane}")).ToImmutableArray();
        _vectors[variable.Name] = registers;
        _code.Add($"ld.{Space(load.Pointer.Type)}.v4.f32 {{{string.Join(", ", registers)}}}, {Address(load.Pointer, load.Index)}");
    }

    private void PrintProduct(MatrixMultiplyAdd product)
    {
        var (shape, type) = product.Format == MatrixFormat.Tf32 ? ("m16n8k8", "tf32") : ("m16n8k16", "bf16");
        var sums = List(product.Sums);
        _code.Add($"mma.sync.aligned.{shape}.row.col.f32.{type}.{type}.f32 {sums}, {List(product.Left)}, {List(product.Right)}, {sums}");

        string List(IEnumerable<Expression> registers) => $"{{{string.Join(", ", registers.Select(r => Register(Evaluate(r), r.Type)))}}}";
    }

    private void PrintIf(If branch)
    {
        var (otherwise, end) = (_code.Label("Else"), _code.Label("End"));
        _code.Add($"@!{Evaluate(branch.Condition)} bra {(branch.Else is null ? end : otherwise)}");
        Print(branch.Then);
        if (branch.Else is not null)
        {
            _code.Add($"bra {end}");
            _code.Place(otherwise);
            Print(branch.Else);
        }

        _code.Place(end);
    }

    private void PrintLoop(For loop)
    {
        var (next, end) = (_code.Label("Loop"), _code.Label("End"));
        var counter = Declare(loop.Counter);
        var type = TypeOf(loop.Counter.Type, "s", "f");
        Evaluate(loop.Start, counter);
        var last = Evaluate(loop.End);
        if (loop is not { Start: Constant { Number: var first }, End: Constant { Number: var final } } || first >= final)
            _code.Add($"@{_code.Compute($"setp.ge.{type}", "pred", null, counter, last)} bra {end}");
        _code.Place(next);
        Print(loop.Body);
        _code.Compute($"add.{type}", RegisterType(loop.Counter.Type), counter, counter, Text(loop.Step));
        _code.Add($"@{_code.Compute($"setp.lt.{type}", "pred", null, counter, last)} bra {next}");
        _code.Place(end);
    }

    private string Declare(Variable variable)
    {
        var type = variable.Type.IsPointer ? variable.Type.Space == AddressSpace.Shared ? "b32" : "b64" : RegisterType(variable.Type);
        return _values[variable.Name] = _code.Declare(type, PtxPrinter.Ascii(variable.Name));
    }

    // The value as an operand, or in the register that is asked for.
    private string Evaluate(Expression expression, string? result = null)
    {
        if (expression.Type.IsVector)
            throw Unsupported(expression);
        switch (expression)
        {
            case Constant constant:
                return To(result, Literal(constant), constant.Type);
            case Variable variable:
                return To(result, _values[variable.Name], variable.Type);
            case Unary unary:
                return PrintUnary(unary, result);
            case Binary binary:
                return PrintBinary(binary, result);
            case FusedMultiplyAdd fma:
                return _code.Compute("fma.rn.f32", "f32", result, Evaluate(fma.Left), Evaluate(fma.Right), Evaluate(fma.Addend));
            case Comparison comparison:
                var type = TypeOf(comparison.Left.Type, "s", "f");
                return _code.Compute($"setp.{Name(comparison.Function, comparison.Left.Type.IsFloat)}.{type}", "pred", result,
                    Register(Evaluate(comparison.Left), comparison.Left.Type), Evaluate(comparison.Right));
            case Selection selection:
                if (selection.Type.Scalar == ScalarKind.Bool || selection.Type.IsPointer)
                    throw Unsupported(selection);
                return _code.Compute($"selp.{TypeOf(selection.Type, "b", "f")}", RegisterType(selection.Type), result,
                    Evaluate(selection.WhenTrue), Evaluate(selection.WhenFalse), Evaluate(selection.Condition));
            case Conversion conversion:
                return PrintConversion(conversion, result);
            case Load load:
                return _code.Compute($"ld.{Space(load.Pointer.Type)}.{MemoryType(load.Type.Scalar)}", RegisterType(load.Type), result,
                    Address(load.Pointer, load.Index));
            case Extract { Operand: Variable vector } extract:
                return To(result, _vectors[vector.Name][extract.Lane], extract.Type);
            case FragmentRegister register:
                var elements = register.Elements.Select(e => Register(Evaluate(e), e.Type)).ToArray();
                // The instruction takes the upper half first.
                return register.Format == MatrixFormat.Tf32
                    ? _code.Compute("cvt.rna.tf32.f32", "b32", result, elements)
                    : _code.Compute("cvt.rn.bf16x2.f32", "b32", result, elements[1], elements[0]);
            case ThreadIndex thread:
                var what = thread.Identifier == ThreadIdentifier.ThreadInGroup ? "tid" : "ctaid";
                return _code.Compute("mov.u32", "b32", result, $"%{what}.{"xyz"[thread.Dimension]}");
            default:
                throw Unsupported(expression);
        }
    }

    private string PrintUnary(Unary unary, string? result)
    {
        var operand = Register(Evaluate(unary.Operand), unary.Type);
        if (unary.Type.IsFloat)
        {
            return unary.Function switch
            {
                UnaryFunction.Negate => _code.Compute("neg.f32", "f32", result, operand),
                UnaryFunction.Abs => _code.Compute("abs.f32", "f32", result, operand),
                UnaryFunction.Sqrt => _code.Compute("sqrt.rn.f32", "f32", result, operand),
                UnaryFunction.Floor => _code.Compute("cvt.rmi.f32.f32", "f32", result, operand),
                UnaryFunction.Exp => _functions.Exp(operand, result),
                UnaryFunction.Log => _functions.Log(operand, result),
                UnaryFunction.Sigmoid => _functions.Sigmoid(operand, result),
                UnaryFunction.Tanh => _functions.Tanh(operand, result),
                UnaryFunction.Erf => _functions.Erf(operand, result),
                _ => throw Unsupported(unary),
            };
        }

        var instruction = unary.Function switch
        {
            UnaryFunction.Negate => $"neg.{TypeOf(unary.Type, "s", "f")}",
            UnaryFunction.Abs => $"abs.{TypeOf(unary.Type, "s", "f")}",
            UnaryFunction.Not => $"not.{(unary.Type.Scalar == ScalarKind.Bool ? "pred" : TypeOf(unary.Type, "b", "f"))}",
            _ => throw Unsupported(unary),
        };
        return _code.Compute(instruction, RegisterType(unary.Type), result, operand);
    }

    private string PrintBinary(Binary binary, string? result)
    {
        if (binary.Type.IsPointer)
            return PrintPointer(binary, result);
        // a · b + c in one instruction.
        if (binary is { Function: BinaryFunction.Add, Left: Binary { Function: BinaryFunction.Multiply } product }
            && binary.Type.Scalar is ScalarKind.I32 or ScalarKind.I64)
        {
            return _code.Compute($"mad.lo.{TypeOf(binary.Type, "s", "f")}", RegisterType(binary.Type), result,
                Register(Evaluate(product.Left), binary.Type), Evaluate(product.Right), Evaluate(binary.Right));
        }

        var (left, right) = (Register(Evaluate(binary.Left), binary.Type), Evaluate(binary.Right));
        var type = TypeOf(binary.Type, "s", "f");
        var bits = binary.Type.Scalar == ScalarKind.Bool ? "pred" : TypeOf(binary.Type, "b", "f");
        var rounded = binary.Type.IsFloat ? "rn." : "";
        var unsigned = _unsigned.Contains(binary) ? TypeOf(binary.Type, "u", "f") : type;
        var instruction = binary.Function switch
        {
            BinaryFunction.Add => $"add.{rounded}{type}",
            BinaryFunction.Subtract => $"sub.{rounded}{type}",
            BinaryFunction.Multiply => binary.Type.IsFloat ? "mul.rn.f32" : $"mul.lo.{type}",
            BinaryFunction.Divide => binary.Type.IsFloat ? "div.rn.f32" : $"div.{unsigned}",
            BinaryFunction.Remainder when !binary.Type.IsFloat => $"rem.{unsigned}",
            BinaryFunction.Min => $"min.{type}",
            BinaryFunction.Max => $"max.{type}",
            BinaryFunction.And => $"and.{bits}",
            BinaryFunction.Or => $"or.{bits}",
            BinaryFunction.Xor => $"xor.{bits}",
            BinaryFunction.ShiftLeft when binary.Right is Constant => $"shl.{bits}",
            BinaryFunction.ShiftRightLogical when binary.Right is Constant => $"shr.{TypeOf(binary.Type, "u", "f")}",
            _ => throw Unsupported(binary),
        };
        return _code.Compute(instruction, RegisterType(binary.Type), result, left, right);
    }

    private string PrintConversion(Conversion conversion, string? result)
    {
        var (from, to) = (conversion.Operand.Type, conversion.Type);
        var operand = Register(Evaluate(conversion.Operand), from);
        if (from == to)
            return To(result, operand, to);
        if (from.Scalar == ScalarKind.Bool)
        {
            var (one, zero) = to.IsFloat ? (PtxInstructions.Single(1), PtxInstructions.Single(0)) : ("1", "0");
            return _code.Compute($"selp.{TypeOf(to, "b", "f")}", RegisterType(to), result, one, zero, operand);
        }

        if (to.Scalar == ScalarKind.Bool)
            return _code.Compute($"setp.{Name(ComparisonFunction.NotEqual, from.IsFloat)}.{TypeOf(from, "s", "f")}", "pred", result, operand, from.IsFloat ? PtxInstructions.Single(0) : "0");
        if (to.IsFloat)
            return _code.Compute($"cvt.rn.f32.{TypeOf(from, "s", "f")}", "f32", result, operand);
        if (to.Scalar is ScalarKind.U8 or ScalarKind.I8)
        {
            if (from.IsFloat)
                operand = _code.Compute("cvt.rzi.s32.f32", "b32", null, operand);
            else if (from.Scalar == ScalarKind.I64)
                operand = _code.Compute("cvt.u32.u64", "b32", null, operand);
            return to.Scalar == ScalarKind.U8
                ? _code.Compute("and.b32", "b32", result, operand, "255")
                : _code.Compute("cvt.s32.s8", "b32", result, operand);
        }

        if (from.IsFloat)
            return _code.Compute($"cvt.rzi.{TypeOf(to, "s", "f")}.f32", RegisterType(to), result, operand);
        if (RegisterType(from) == RegisterType(to))
            return To(result, operand, to);
        return _code.Compute(to.Scalar == ScalarKind.I64 ? "cvt.s64.s32" : "cvt.u32.u64", RegisterType(to), result, operand);
    }

    private string PrintPointer(Binary sum, string? result)
    {
        var size = Text(sum.Type.ElementSize);
        var (pointer, index) = (Evaluate(sum.Left), Register(Evaluate(sum.Right), sum.Right.Type));
        if (sum.Type.Space == AddressSpace.Shared)
            return _code.Compute("mad.lo.s32", "b32", result, index, size, pointer);
        return sum.Right.Type.Scalar == ScalarKind.I64
            ? _code.Compute("mad.lo.s64", "b64", result, index, size, pointer)
            : _code.Compute("mad.wide.s32", "b64", result, index, size, pointer);
    }

    // What is added to an index is added to the address by the access itself.
    private string Address(Expression pointer, Expression index)
    {
        long offset = 0;
        if (index is Binary { Function: BinaryFunction.Add, Right: Constant added } sum)
            (index, offset) = (sum.Left, (long)added.Number);
        else if (index is Constant constant)
            (index, offset) = (constant with { Number = 0 }, (long)constant.Number);
        var at = index is Constant
            ? Evaluate(pointer)
            : PrintPointer(new Binary(BinaryFunction.Add, pointer, index), null);
        return offset == 0 ? $"[{at}]" : $"[{at}+{Text(offset * pointer.Type.ElementSize)}]";
    }

    private string To(string? result, string operand, KernelType type)
    {
        if (result is null || result == operand)
            return operand;
        if (type.Scalar == ScalarKind.Bool && !type.IsPointer)
            return _code.Compute("mov.pred", "pred", result, operand);
        var instruction = type.IsPointer ? type.Space == AddressSpace.Shared ? "mov.b32" : "mov.b64" : $"mov.{TypeOf(type, "b", "f")}";
        return _code.Compute(instruction, RegisterType(type), result, operand);
    }

    // Some instructions take no literal in some places.
    private string Register(string operand, KernelType type) =>
        operand[0] == '%' ? operand : _code.Compute($"mov.{TypeOf(type, "b", "f")}", RegisterType(type), null, operand);

    private string Literal(Constant constant)
    {
        if (constant.Type.Scalar == ScalarKind.Bool)
            return _code.Compute("setp.ne.s32", "pred", null, _code.Compute("mov.b32", "b32", null, constant.Number != 0 ? "1" : "0"), "0");
        return constant.Type.IsFloat ? PtxInstructions.Single((float)constant.Number) : Text((long)constant.Number);
    }

    private static string Name(ComparisonFunction function, bool isFloat) => function switch
    {
        ComparisonFunction.Equal => "eq",
        // True where one of them is NaN, as the language has it.
        ComparisonFunction.NotEqual => isFloat ? "neu" : "ne",
        ComparisonFunction.Less => "lt",
        ComparisonFunction.LessOrEqual => "le",
        ComparisonFunction.Greater => "gt",
        _ => "ge",
    };

    private static string Space(KernelType pointer) => pointer.Space == AddressSpace.Shared ? "shared" : "global";

    private static string MemoryType(ScalarKind scalar) => scalar switch
    {
        ScalarKind.U8 => "u8",
        ScalarKind.I8 => "s8",
        ScalarKind.I32 => "u32",
        ScalarKind.I64 => "u64",
        ScalarKind.F32 => "f32",
        _ => throw new NotSupportedException($"PTX kernels keep no {scalar} in memory."),
    };

    private static string RegisterType(KernelType type) => type.Scalar switch
    {
        ScalarKind.Bool => "pred",
        ScalarKind.F32 => "f32",
        ScalarKind.I64 => "b64",
        ScalarKind.U8 or ScalarKind.I8 or ScalarKind.I32 => "b32",
        _ => throw new NotSupportedException($"PTX kernels do not compute with {type}."),
    };

    // Bytes are kept in registers of 32 bits.
    private static string TypeOf(KernelType type, string integer, string real) =>
        type.IsFloat ? real + "32" : integer + (type.Scalar == ScalarKind.I64 ? "64" : "32");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private NotSupportedException Unsupported(object what) =>
        new($"{_kernel.Name}: PTX has no form for the kernel node {what.GetType().Name}: {what}");
}
