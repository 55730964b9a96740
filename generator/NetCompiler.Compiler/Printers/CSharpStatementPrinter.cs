using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Printers;

/// <summary>What the C# of CPUs and that of ILGPU have in common: statements, operators, numbers.</summary>
internal abstract class CSharpStatementPrinter(IndentedWriter writer)
{
    /// <summary>Where the text goes.</summary>
    protected IndentedWriter Writer { get; } = writer;

    /// <summary>The target's name in error messages.</summary>
    protected abstract string Target { get; }

    /// <summary>Prints the statements of a block, without braces.</summary>
    protected virtual void Statements(Block block)
    {
        foreach (var statement in block.Statements)
            Print(statement);
    }

    /// <summary>A type as it is written in a declaration.</summary>
    protected abstract string TypeName(KernelType type);

    /// <summary>The type of a declared variable: its name, or var where the value tells it.</summary>
    protected virtual string DeclaredType(KernelType type) => TypeName(type);

    /// <summary>Prints a store.</summary>
    protected abstract void PrintStore(Store store);

    /// <summary>Prints an allocation.</summary>
    protected abstract void PrintAllocate(Allocate allocate);

    /// <summary>Prints a barrier.</summary>
    protected abstract void PrintPrefetch(Prefetch prefetch);

    protected abstract void PrintBarrier(Kernels.Barrier barrier);

    /// <summary>The method that a kernel is printed as, as callers write it.</summary>
    protected virtual string MethodOf(Kernel kernel) => CSharpSyntax.Identifier(kernel.Name);

    /// <summary>What only one of the targets has.</summary>
    protected abstract string PrintOther(Expression expression, Precedence context);

    /// <summary>A function of one scalar, as a call.</summary>
    protected abstract string PrintFunction(Unary unary, string operand);

    /// <summary>The smaller or larger of two scalars.</summary>
    protected abstract string PrintExtreme(Binary binary, string left, string right);

    /// <summary>An operation on two scalars with an operator.</summary>
    protected virtual string PrintInfix(Binary binary, string symbol, Precedence precedence, Precedence context)
    {
        var right = binary.Right;
        if (binary.Function == BinaryFunction.Add && right is Constant { Number: < 0 and > long.MinValue } negative && right.Type.IsInteger)
            (symbol, right) = ("-", negative with { Number = -negative.Number });
        return CSharpSyntax.Parenthesise($"{Print(binary.Left, precedence)} {symbol} {Print(right, precedence + 1)}", precedence, context);
    }

    /// <summary>An expression, in parentheses where its context binds tighter.</summary>
    protected string Print(Expression expression, Precedence context = Precedence.Any)
    {
        switch (expression)
        {
            case Constant { Type.IsVector: false } constant:
                var literal = Literal(constant);
                return CSharpSyntax.Parenthesise(literal, literal[0] == '-' ? Precedence.Unary : Precedence.Primary, context);
            case Variable variable:
                return CSharpSyntax.Identifier(variable.Name);
            case Unary { Type.IsVector: false } unary:
                return PrintUnary(unary, context);
            case Binary { Type.IsVector: false } binary:
                return CSharpSyntax.Infix(binary.Function) is var (symbol, precedence)
                    ? PrintInfix(binary, symbol, precedence, context)
                    : PrintExtreme(binary, Print(binary.Left), Print(binary.Right));
            case Comparison { Type.IsVector: false } comparison:
                var (sign, level) = CSharpSyntax.Infix(comparison.Function);
                return CSharpSyntax.Parenthesise(
                    $"{Print(comparison.Left, level + 1)} {sign} {Print(comparison.Right, level + 1)}", level, context);
            case Selection { Type.IsVector: false } selection:
                var choice = $"{Print(selection.Condition, Precedence.Or)} ? {Print(selection.WhenTrue, Precedence.Or)} " +
                    $": {Print(selection.WhenFalse, Precedence.Conditional)}";
                return CSharpSyntax.Parenthesise(choice, Precedence.Conditional, context);
            case Conversion { Type.IsVector: false } conversion:
                return PrintConversion(conversion, context);
            default:
                return PrintOther(expression, context);
        }
    }

    /// <summary>The error for what the target cannot express.</summary>
    protected NotSupportedException Unsupported(object what) =>
        new($"{Target} has no form for the kernel node {what.GetType().Name}: {what}");

    /// <summary>A cast; "(nint)-1" would be read as a difference.</summary>
    protected string Cast(string type, Expression operand, Precedence context)
    {
        var text = Print(operand, Precedence.Unary);
        if (text[0] == '-')
            text = $"({text})";
        return CSharpSyntax.Parenthesise($"({type}){text}", Precedence.Unary, context);
    }

    private string PrintUnary(Unary unary, Precedence context)
    {
        if (unary.Function is not (UnaryFunction.Negate or UnaryFunction.Not))
            return PrintFunction(unary, Print(unary.Operand));
        var symbol = unary.Function == UnaryFunction.Negate ? "-" : unary.Type.Scalar == ScalarKind.Bool ? "!" : "~";
        var operand = Print(unary.Operand, Precedence.Unary);
        if (operand[0] is '-')
            operand = $"({operand})";
        return CSharpSyntax.Parenthesise(symbol + operand, Precedence.Unary, context);
    }

    /// <summary>A conversion of a scalar.</summary>
    protected virtual string PrintConversion(Conversion conversion, Precedence context)
    {
        var from = conversion.Operand.Type;
        if (from.Scalar == conversion.Scalar)
            return Print(conversion.Operand, context);
        if (conversion.Scalar == ScalarKind.Bool)
            return CSharpSyntax.Parenthesise($"{Print(conversion.Operand, Precedence.Relational)} != 0", Precedence.Equality, context);
        var type = TypeName(new KernelType(conversion.Scalar));
        if (from.Scalar == ScalarKind.Bool)
        {
            var (one, zero) = conversion.Scalar == ScalarKind.F32 ? ("1f", "0f") : ($"({type})1", $"({type})0");
            return CSharpSyntax.Parenthesise($"{Print(conversion.Operand, Precedence.Or)} ? {one} : {zero}", Precedence.Conditional,
                context);
        }

        // Bytes of numbers are the low bytes of their whole parts, in checked projects too.
        if (conversion.Scalar is ScalarKind.U8 or ScalarKind.I8)
        {
            var operand = from.Scalar == ScalarKind.F32 ? Cast("int", conversion.Operand, Precedence.Unary)
                : Print(conversion.Operand, Precedence.Unary);
            return $"unchecked(({type}){(operand[0] == '-' ? $"({operand})" : operand)})";
        }

        return Cast(type, conversion.Operand, context);
    }

    private static string Literal(Constant constant) => constant.Type.Scalar switch
    {
        ScalarKind.Bool => constant.Number != 0 ? "true" : "false",
        ScalarKind.F32 => CSharpSyntax.Single((float)constant.Number),
        ScalarKind.I64 when constant.Number is > int.MaxValue or < int.MinValue =>
            $"unchecked((nint){CSharpSyntax.Integer((long)constant.Number)})",
        ScalarKind.U8 => $"(byte){CSharpSyntax.Integer((long)constant.Number)}",
        ScalarKind.I8 => $"(sbyte)({CSharpSyntax.Integer((long)constant.Number)})",
        ScalarKind.I32 or ScalarKind.I64 => CSharpSyntax.Integer((long)constant.Number),
        _ => throw new NotSupportedException($"C# has no constants of the type {constant.Type}."),
    };

    /// <summary>Prints a statement.</summary>
    protected virtual void Print(Statement statement)
    {
        switch (statement)
        {
            case Block block:
                Braces(block);
                break;
            case For { Kind: LoopKind.Unrolled } loop:
                foreach (var round in Substitution.Rounds(loop))
                {
                    // Each round declares the same names.
                    if (round.Statements.Any(s => s is Let or Allocate))
                        Braces(round);
                    else
                        Statements(round);
                }

                break;
            case For loop:
                var counter = CSharpSyntax.Identifier(loop.Counter.Name);
                var step = loop.Step == 1 ? $"{counter}++" : $"{counter} += {CSharpSyntax.Integer(loop.Step)}";
                Writer.Line($"for ({TypeName(loop.Counter.Type)} {counter} = {Print(loop.Start)}; " +
                    $"{counter} < {Print(loop.End, Precedence.Shift)}; {step})");
                Braces(loop.Body);
                break;
            case Let let:
                Writer.Line($"{DeclaredType(let.Variable.Type)} {CSharpSyntax.Identifier(let.Variable.Name)} = {Print(let.Value)};");
                break;
            case Assign assign:
                PrintAssign(assign);
                break;
            case Store store:
                PrintStore(store);
                break;
            case Prefetch prefetch:
                PrintPrefetch(prefetch);
                break;
            case If branch:
                PrintIf(branch, "");
                break;
            case Allocate allocate:
                PrintAllocate(allocate);
                break;
            case Kernels.Barrier barrier:
                PrintBarrier(barrier);
                break;
            case Call call:
                Writer.Line($"{MethodOf(call.Kernel)}({string.Join(", ", call.Arguments.Select(a => Print(a)))});");
                break;
            case Remark remark:
                foreach (var line in remark.Text.Split('\n'))
                    Writer.Line($"// {line}");
                break;
            default:
                throw Unsupported(statement);
        }
    }

    // A choice among several reads as if … else if ….
    private void PrintIf(If branch, string prefix)
    {
        Writer.Line($"{prefix}if ({Print(branch.Condition)})");
        Braces(branch.Then);
        if (branch.Else is { Statements.Length: 1 } choice && choice.Statements[0] is If next)
        {
            PrintIf(next, "else ");
        }
        else if (branch.Else is { } otherwise)
        {
            Writer.Line("else");
            Braces(otherwise);
        }
    }

    private void PrintAssign(Assign assign)
    {
        var name = CSharpSyntax.Identifier(assign.Variable.Name);
        // p = p + c reads better as p += c.
        if (assign.Value is Binary { Function: BinaryFunction.Add, Type.IsVector: false } sum && sum.Left.Equals(assign.Variable)
            && (sum.Type.IsPointer || sum.Type.Scalar is ScalarKind.F32 or ScalarKind.I64))
        {
            if (sum.Right is Constant { Number: < 0 } negative && sum.Right.Type.IsInteger)
                Writer.Line($"{name} -= {Print(negative with { Number = -negative.Number })};");
            else
                Writer.Line($"{name} += {Print(sum.Right)};");
            return;
        }

        Writer.Line($"{name} = {Print(assign.Value)};");
    }

    private void Braces(Block block)
    {
        Writer.Open();
        Statements(block);
        Writer.Close();
    }
}
