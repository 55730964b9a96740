using System.Globalization;
using System.Text;

namespace NetCompiler.Compiler.Kernels;

/// <summary>
/// The textual form of kernels: one statement a line, the same text for the same kernel. Dumps and snapshots show it, problems quote it,
/// and <see cref="Kernels.Kernel.Key"/> tells kernels apart by content.
/// </summary>
public static class KernelText
{
    /// <summary>The kernel with its summary, parameters and body.</summary>
    public static string Write(Kernel kernel)
    {
        var writer = new Writer(anonymous: false);
        writer.Kernel(kernel);
        return writer.ToString();
    }

    /// <summary>A statement with what it contains.</summary>
    public static string Write(Statement statement)
    {
        var writer = new Writer(anonymous: false);
        writer.Statement(statement);
        return writer.ToString().TrimEnd('\n');
    }

    /// <summary>The first line of a statement: the whole of it where it contains no others.</summary>
    public static string FirstLine(Statement statement)
    {
        if (statement is Block { Statements.Length: 0 })
            return "";
        var text = statement is Block block ? FirstLine(block.Statements[0]) : Write(statement);
        var end = text.IndexOf('\n');
        return end < 0 ? text : text.Substring(0, end);
    }

    /// <summary>An expression.</summary>
    public static string Write(Expression expression) => new Writer(anonymous: false).Expression(expression, 0);

    /// <summary>The text behind <see cref="Kernels.Kernel.Key"/>: without names, summaries, descriptions and remarks.</summary>
    internal static string Key(Kernel kernel)
    {
        var writer = new Writer(anonymous: true);
        writer.Kernel(kernel);
        return writer.ToString();
    }

    private sealed class Writer(bool anonymous)
    {
        private const int Atom = 100;
        private readonly StringBuilder _text = new();
        private readonly Dictionary<string, string> _names = [];
        private int _indent;

        public override string ToString() => _text.ToString();

        public void Kernel(Kernel kernel)
        {
            if (!anonymous)
            {
                foreach (var line in kernel.Summary.Split('\n'))
                    Line($"// {line.TrimEnd()}".TrimEnd());
            }

            Line(anonymous ? "kernel" : $"kernel {kernel.Name}");
            foreach (var parameter in kernel.Parameters)
                Line($"  {Parameter(parameter)}");
            if (kernel.Launch is { } launch)
            {
                var (x, y, z) = launch.GroupSize;
                var (gx, gy, gz) = launch.GridSize;
                Line($"  launch groups of ({x}, {y}, {z}) on ({Expression(gx, 0)}, {Expression(gy, 0)}, {Expression(gz, 0)})");
            }

            Nested(kernel.Body);
        }

        public void Statement(Statement statement)
        {
            switch (statement)
            {
                case Block block:
                    Line("block");
                    Nested(block);
                    break;
                case For loop:
                    var step = loop.Step == 1 ? "" : $" step {Integer(loop.Step)}";
                    var kind = loop.Kind == LoopKind.Serial ? "" : $" {loop.Kind.ToString().ToLowerInvariant()}";
                    Line($"for {Declared(loop.Counter)} = {Expression(loop.Start, 0)} .. {Expression(loop.End, 0)}{step}{kind}");
                    Nested(loop.Body);
                    break;
                case Let let:
                    Line($"let {Declared(let.Variable)} = {Expression(let.Value, 0)}");
                    break;
                case Assign assign:
                    Line($"{Name(assign.Variable)} = {Expression(assign.Value, 0)}");
                    break;
                case Store store:
                    Line($"{Expression(store.Pointer, Atom)}[{Expression(store.Index, 0)}] = {Expression(store.Value, 0)}");
                    break;
                case Prefetch prefetch:
                    Line($"prefetch {Expression(prefetch.Pointer, Atom)}[{Expression(prefetch.Index, 0)}]");
                    break;
                case AsyncCopy copy:
                    var where = copy.Condition is null ? "" : $" where {Expression(copy.Condition, 0)}";
                    Line($"copy {Expression(copy.Source, Atom)}[{Expression(copy.SourceIndex, 0)}] to "
                        + $"{Expression(copy.Target, Atom)}[{Expression(copy.TargetIndex, 0)}]{where}");
                    break;
                case CommitCopies:
                    Line("commit copies");
                    break;
                case WaitForCopies wait:
                    Line($"wait for copies but {Integer(wait.Groups)}");
                    break;
                case MatrixMultiplyAdd product:
                    Line($"({List(product.Sums)}) += {Lower(product.Format)}({List(product.Left)}) * ({List(product.Right)})");
                    break;
                case If branch:
                    Line($"if {Expression(branch.Condition, 0)}");
                    Nested(branch.Then);
                    if (branch.Else is { } otherwise)
                    {
                        Line("else");
                        Nested(otherwise);
                    }

                    break;
                case Allocate allocate:
                    Line($"allocate {Declared(allocate.Pointer)}[{Integer(allocate.Count)}]");
                    break;
                case Barrier barrier:
                    Line($"barrier {barrier.Scope.ToString().ToLowerInvariant()}");
                    break;
                case Call call:
                    var arguments = List(call.Arguments);
                    // A called kernel's name says nothing of what it does, so a key holds what it does.
                    Line(anonymous ? $"call {{\n{call.Kernel.Key}}} ({arguments})" : $"call {call.Kernel.Name}({arguments})");
                    break;
                case Remark remark:
                    if (!anonymous)
                    {
                        foreach (var line in remark.Text.Split('\n'))
                            Line($"// {line}");
                    }

                    break;
                default:
                    throw new NotSupportedException($"KernelText: statements of the kind {statement.GetType().Name} have no text.");
            }
        }

        public string Expression(Expression expression, int context)
        {
            switch (expression)
            {
                case Constant constant:
                    var number = Number(constant);
                    return constant.Type.IsVector ? $"{number}x{Integer(constant.Type.Lanes)}" : number;
                case Variable variable:
                    return Name(variable);
                case Unary unary:
                    return $"{Lower(unary.Function)}({Expression(unary.Operand, 0)})";
                case Binary binary:
                    return Infix(binary.Function) is var (symbol, precedence)
                        ? Parenthesise($"{Expression(binary.Left, precedence)} {symbol} {Expression(binary.Right, precedence + 1)}",
                            precedence, context)
                        : $"{Lower(binary.Function)}({Expression(binary.Left, 0)}, {Expression(binary.Right, 0)})";
                case FusedMultiplyAdd fma:
                    return $"fma({Expression(fma.Left, 0)}, {Expression(fma.Right, 0)}, {Expression(fma.Addend, 0)})";
                case Comparison comparison:
                    return Parenthesise(
                        $"{Expression(comparison.Left, 2)} {Symbol(comparison.Function)} {Expression(comparison.Right, 2)}", 1, context);
                case Selection selection:
                    var choices = $"{Expression(selection.WhenTrue, 0)}, {Expression(selection.WhenFalse, 0)}";
                    return $"select({Expression(selection.Condition, 0)}, {choices})";
                case Conversion conversion:
                    return $"{Lower(conversion.Scalar)}({Expression(conversion.Operand, 0)})";
                case PointerCast cast:
                    return $"{Lower(cast.Scalar)}*({Expression(cast.Operand, 0)})";
                case Load load:
                    var lanes = load.Lanes == 1 ? "" : $" : {Integer(load.Lanes)}";
                    return $"{Expression(load.Pointer, Atom)}[{Expression(load.Index, 0)}{lanes}]";
                case Broadcast broadcast:
                    return $"broadcast{Integer(broadcast.Lanes)}({Expression(broadcast.Operand, 0)})";
                case LaneIndices indices:
                    return $"lanes{Integer(indices.Lanes)}";
                case Shuffle shuffle:
                    var order = string.Join(" ", shuffle.Lanes.Select(l => Integer(l)));
                    return $"shuffle({Expression(shuffle.First, 0)}, {Expression(shuffle.Second, 0)}, {order})";
                case BytePermute permute:
                    return $"bytes({Expression(permute.First, 0)}, {Expression(permute.Second, 0)}, {permute.Selector.ToString("x4", CultureInfo.InvariantCulture)})";
                case LowerLanes lower:
                    return $"lower{Integer(lower.Lanes)}({Expression(lower.Operand, 0)})";
                case Extract extract:
                    return $"extract({Expression(extract.Operand, 0)}, {Integer(extract.Lane)})";
                case HorizontalReduction reduction:
                    return $"horizontal_{Lower(reduction.Function)}({Expression(reduction.Operand, 0)})";
                case FragmentRegister register:
                    return $"{Lower(register.Format)}({List(register.Elements)})";
                case ThreadIndex thread:
                    var what = thread.Identifier == ThreadIdentifier.ThreadInGroup ? "thread" : "group";
                    return $"{what}.{"xyz"[thread.Dimension]}";
                default:
                    throw new NotSupportedException($"KernelText: expressions of the kind {expression.GetType().Name} have no text.");
            }
        }

        private string List(IEnumerable<Expression> expressions) => string.Join(", ", expressions.Select(e => Expression(e, 0)));

        private static (string Symbol, int Precedence)? Infix(BinaryFunction function) => function switch
        {
            BinaryFunction.Add => ("+", 5),
            BinaryFunction.Subtract => ("-", 5),
            BinaryFunction.Multiply => ("*", 6),
            BinaryFunction.Divide => ("/", 6),
            BinaryFunction.Remainder => ("%", 6),
            _ => null,
        };

        private static string Symbol(ComparisonFunction function) => function switch
        {
            ComparisonFunction.Equal => "==",
            ComparisonFunction.NotEqual => "!=",
            ComparisonFunction.Less => "<",
            ComparisonFunction.LessOrEqual => "<=",
            ComparisonFunction.Greater => ">",
            _ => ">=",
        };

        private static string Parenthesise(string text, int precedence, int context) => precedence < context ? $"({text})" : text;

        private static string Lower<T>(T value)
            where T : struct, Enum => value.ToString().ToLowerInvariant();

        private static string Integer(long value) => value.ToString(CultureInfo.InvariantCulture);

        private static string Number(Constant constant) => constant.Type.Scalar switch
        {
            ScalarKind.Bool => constant.Number != 0 ? "true" : "false",
            ScalarKind.F32 or ScalarKind.F16 or ScalarKind.BF16 => FloatText(constant.Number),
            _ => Integer((long)constant.Number),
        };

        // A point or an exponent tells floats from integers.
        private static string FloatText(double number)
        {
            var text = NumberText.Single((float)number);
            return text.All(c => char.IsDigit(c) || c == '-') ? text + ".0" : text;
        }

        private string Parameter(KernelParameter parameter)
        {
            var text = new StringBuilder(Declared(parameter.Variable));
            if (parameter.Access != BufferAccess.None)
                text.Append(' ').Append(parameter.Access.ToString().ToLowerInvariant());
            if (parameter.Extent is { } extent)
                text.Append(" extent ").Append(Integer(extent));
            if (parameter.Range is var (min, max))
                text.Append(" in ").Append(Integer(min)).Append(" .. ").Append(Integer(max));
            if (!anonymous && parameter.Description.Length > 0)
                text.Append("  // ").Append(parameter.Description);
            return text.ToString();
        }

        private string Declared(Variable variable) => $"{Name(variable)}: {variable.Type}";

        private string Name(Variable variable)
        {
            if (!anonymous)
                return variable.Name;
            if (!_names.TryGetValue(variable.Name, out var name))
                _names[variable.Name] = name = $"v{Integer(_names.Count)}";
            return name;
        }

        private void Nested(Block block)
        {
            _indent++;
            foreach (var statement in block.Statements)
                Statement(statement);
            _indent--;
        }

        private void Line(string text) => _text.Append(' ', 2 * _indent).Append(text).Append('\n');
    }
}
