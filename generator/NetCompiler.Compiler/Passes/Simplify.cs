using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Kernels.Interpretation;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Folds constants, takes out what is never read, loops of no or one round and branches that are never taken, and computes costly
/// integer expressions once: before the loop in which they stay the same, and once where they occur twice.
/// </summary>
public static class Simplify
{
    /// <summary>The kernel simplified. It computes the same bits.</summary>
    public static Kernel Run(Kernel kernel)
    {
        var folded = kernel.WithBody(new Folder(KernelWalk.Assigned(kernel.Body)).Rewrite(kernel.Body));
        var shared = CommonIndices.Run(folded);
        return RemoveDeadCode(shared);
    }

    /// <summary>The kernel without variables that are never read, and without empty loops and branches.</summary>
    public static Kernel RemoveDeadCode(Kernel kernel)
    {
        var body = kernel.Body;
        while (true)
        {
            // What a variable's own increments read does not keep it alive.
            var read = new HashSet<string>();
            foreach (var statement in KernelWalk.All(body))
            {
                var own = (statement as Assign)?.Variable.Name;
                KernelWalk.ForEach(statement, expression =>
                {
                    if (expression is Variable variable && variable.Name != own)
                        read.Add(variable.Name);
                });
            }

            var remaining = new Remover(read).Rewrite(body);
            if (ReferenceEquals(remaining, body))
                return ReferenceEquals(body, kernel.Body) ? kernel : kernel.WithBody(body);
            body = remaining;
        }
    }

    private sealed class Remover(HashSet<string> read) : KernelRewriter
    {
        protected override void Rewrite(Statement statement, ImmutableArray<Statement>.Builder output)
        {
            var dead = statement switch
            {
                Let let => !read.Contains(let.Variable.Name),
                Assign assign => !read.Contains(assign.Variable.Name),
                Allocate allocate => !read.Contains(allocate.Pointer.Name),
                For loop => loop.Body.Statements.All(s => s is Remark),
                If branch => branch.Then.Statements.IsEmpty && (branch.Else is null || branch.Else.Statements.IsEmpty),
                _ => false,
            };
            if (!dead)
                output.Add(Parts(statement));
        }
    }

    private sealed class Folder(HashSet<string> assigned) : KernelRewriter
    {
        private readonly Dictionary<string, Expression> _copies = [];

        protected override Expression Visit(Expression expression)
        {
            switch (expression)
            {
                case Variable variable:
                    return _copies.TryGetValue(variable.Name, out var value) ? value : variable;
                case Unary { Operand: Constant operand } unary when unary.Type == KernelType.F32:
                    return new Constant(unary.Type, LaneArithmetic.Unary(unary.Function, (float)operand.Number));
                case Unary { Operand: Constant operand } unary when !unary.Type.IsVector:
                    return new Constant(unary.Type, LaneArithmetic.Unary(unary.Function, (long)operand.Number, unary.Type.Scalar));
                case Binary { Left: Constant a, Right: Constant b } binary when binary.Type == KernelType.F32:
                    return new Constant(binary.Type, LaneArithmetic.Binary(binary.Function, (float)a.Number, (float)b.Number));
                case Binary binary:
                    return FoldInteger(binary);
                case Comparison { Left: Constant a, Right: Constant b, Type.IsVector: false } comparison:
                    return Truth(LaneArithmetic.Compare(comparison.Function, (float)a.Number, (float)b.Number), comparison, a, b);
                case Comparison { Left: Variable a, Right: Variable b, Type.IsVector: false } comparison when a == b && IsKnown(comparison):
                    return new Constant(KernelType.Bool, LaneArithmetic.Compare(comparison.Function, 0L, 0L) ? 1 : 0);
                case Selection { Condition: Constant { Type.IsVector: false } condition } selection:
                    return condition.Number != 0 ? selection.WhenTrue : selection.WhenFalse;
                case Selection selection when selection.WhenTrue.Equals(selection.WhenFalse):
                    return selection.WhenTrue;
                case Conversion { Operand: Constant { Type: { IsInteger: true, IsVector: false } } operand } conversion
                    when conversion.Type.IsInteger:
                    return new Constant(conversion.Type, LaneArithmetic.Wrap((long)operand.Number, conversion.Scalar));
                case Conversion conversion when conversion.Operand.Type == conversion.Type:
                    return conversion.Operand;
                case Broadcast { Operand: Constant operand } broadcast:
                    return operand with { Type = broadcast.Type };
                default:
                    return expression;
            }
        }

        protected override void Rewrite(Statement statement, ImmutableArray<Statement>.Builder output)
        {
            switch (Parts(statement))
            {
                case Let { Value: Constant { Type.IsVector: false } } let when !assigned.Contains(let.Variable.Name):
                    _copies[let.Variable.Name] = let.Value;
                    break;
                case Let { Value: Variable source } let when !assigned.Contains(let.Variable.Name) && !assigned.Contains(source.Name):
                    _copies[let.Variable.Name] = source;
                    break;
                case If { Condition: Constant condition } branch:
                    if ((condition.Number != 0 ? branch.Then : branch.Else) is { } taken)
                        output.AddRange(taken.Statements);
                    break;
                case For { Start: Constant start, End: Constant end } loop when start.Number >= end.Number:
                    break;
                case For { Start: Constant start, End: Constant end } loop when start.Number + loop.Step >= end.Number:
                    // Again from the top: constants in the counter's place fold.
                    foreach (var inner in new Substitution(loop.Counter, start).Rewrite(loop.Body).Statements)
                        Rewrite(inner, output);
                    break;
                case Block block:
                    output.AddRange(block.Statements);
                    break;
                case var other:
                    output.Add(other);
                    break;
            }
        }

        // What comes of comparing a number with itself. What is not a number is not equal to itself, and neither less nor greater.
        private static bool IsKnown(Comparison comparison) =>
            !comparison.Left.Type.IsFloat || comparison.Function is ComparisonFunction.Less or ComparisonFunction.Greater;

        // Integers are compared as such: single precision does not hold all of them.
        private static Constant Truth(bool asFloats, Comparison comparison, Constant a, Constant b)
        {
            var truth = a.Type.IsFloat ? asFloats : LaneArithmetic.Compare(comparison.Function, (long)a.Number, (long)b.Number);
            return new Constant(KernelType.Bool, truth ? 1 : 0);
        }

        private static Expression FoldInteger(Binary binary)
        {
            if (binary is { Left: Constant a, Right: Constant b, Type: { IsVector: false, IsFloat: false, IsPointer: false } }
                && !(binary.Function is BinaryFunction.Divide or BinaryFunction.Remainder && b.Number == 0))
            {
                var value = LaneArithmetic.Binary(binary.Function, (long)a.Number, (long)b.Number, binary.Type.Scalar);
                // Constants are held as doubles; what they cannot hold exactly is left to the target.
                return Math.Abs(value) <= 1L << 53 ? new Constant(binary.Type, value) : binary;
            }

            return IndexArithmetic.Fold(binary);
        }
    }
}
