using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using Barrier = NetCompiler.Compiler.Kernels.Barrier;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>A kernel without one of the things that keep its threads inside of memory and out of each other's way.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="What">What was taken away, as the kernel's text has it.</param>
/// <param name="Broken">The kernel without it.</param>
internal sealed record Removal(Kernel Kernel, string What, Kernel Broken)
{
    /// <summary>
    /// The kernel without each of its barriers, and without each of its guards: conditions around reads and writes and those of copies, parts of
    /// a conjunction, bounds that an index is held to, and the ends of loops that some threads come to a round earlier than others.
    /// </summary>
    public static IEnumerable<Removal> All(Kernel kernel)
    {
        for (var number = 0; ; number++)
        {
            var rewriter = new Without(kernel, number);
            var body = rewriter.Rewrite(kernel.Body);
            if (rewriter.What is not { } what)
                yield break;
            yield return new Removal(kernel, what, kernel.WithBody(body));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kernel.Name}: {What}";

    /// <summary>Takes away what is found as the n-th.</summary>
    private sealed class Without : KernelRewriter
    {
        private readonly Dictionary<string, Expression> _values = [];
        private int _left;

        public Without(Kernel kernel, int number)
        {
            _left = number;
            var assigned = KernelWalk.Assigned(kernel.Body);
            foreach (var let in KernelWalk.All(kernel.Body).OfType<Let>().Where(l => !assigned.Contains(l.Variable.Name)))
                _values[let.Variable.Name] = let.Value;
        }

        /// <summary>What was taken away; null where there are not so many.</summary>
        public string? What { get; private set; }

        public override Expression Rewrite(Expression expression)
        {
            if (IsConjunction(expression))
            {
                var parts = Conjuncts(expression).ToList();
                for (var i = 0; i < parts.Count; i++)
                {
                    if (IsWanted($"{KernelText.Write(parts[i])} of {KernelText.Write(expression)}"))
                        return parts.Where((_, k) => k != i).Aggregate((a, b) => new Binary(BinaryFunction.And, a, b));
                }

                return parts.Select(Rewrite).Aggregate((a, b) => new Binary(BinaryFunction.And, a, b));
            }

            if (expression is Binary { Function: BinaryFunction.Min or BinaryFunction.Max, Type.IsFloat: false } clamp
                && IsWanted($"bound {KernelText.Write(clamp)}"))
            {
                return clamp.Left is Constant ? clamp.Right : clamp.Left;
            }

            return base.Rewrite(expression);
        }

        protected override void Rewrite(Statement statement, ImmutableArray<Statement>.Builder output)
        {
            switch (statement)
            {
                case Barrier when IsWanted("barrier"):
                    return;
                case If branch when Touches(branch.Then) && IsWanted(KernelText.FirstLine(branch)):
                    output.Add(branch.Then);
                    return;
                case AsyncCopy { Condition: not null } copy when IsWanted(KernelText.Write(copy)):
                    output.Add(copy with { Condition = null });
                    return;
                case For loop when Surplus(loop) is { } surplus && IsWanted($"end of {KernelText.FirstLine(loop)}"):
                    output.Add(loop with { End = new Binary(BinaryFunction.Add, loop.End, surplus) });
                    return;
                default:
                    output.Add(Parts(statement));
                    return;
            }
        }

        private bool IsWanted(string what)
        {
            if (What is not null || _left-- > 0)
                return false;
            What = what;
            return true;
        }

        // How much further all threads have to go for as many rounds as the first one; null where they have as many anyway.
        private Binary? Surplus(For loop)
        {
            if (loop.Step == 1)
                return null;
            var threads = new FirstThread(_values);
            var first = threads.Rewrite(loop.Start);
            var isEven = (first, loop.End) is (Constant start, Constant end) && (end.Number - start.Number) % loop.Step == 0;
            return threads.WasAskedFor && !isEven ? new Binary(BinaryFunction.Subtract, loop.Start, first) : null;
        }

        private static bool Touches(Block block) => KernelWalk.Any(block, e => e is Load)
            || KernelWalk.All(block).Any(s => s is Store or AsyncCopy);

        private static bool IsConjunction(Expression expression) =>
            expression is Binary { Function: BinaryFunction.And, Type.Scalar: ScalarKind.Bool };

        private static IEnumerable<Expression> Conjuncts(Expression expression) =>
            IsConjunction(expression) && expression is Binary both ? Conjuncts(both.Left).Concat(Conjuncts(both.Right)) : [expression];
    }

    /// <summary>What a number is for the first thread of a group.</summary>
    private sealed class FirstThread(Dictionary<string, Expression> values) : KernelRewriter
    {
        /// <summary>True where the number is another one for other threads.</summary>
        public bool WasAskedFor { get; private set; }

        protected override Expression Visit(Expression expression)
        {
            switch (expression)
            {
                case ThreadIndex { Identifier: ThreadIdentifier.ThreadInGroup }:
                    WasAskedFor = true;
                    return Constant.Int(0);
                case Variable variable when values.TryGetValue(variable.Name, out var value):
                    return Rewrite(value);
                default:
                    return expression is Binary binary ? IndexArithmetic.Fold(binary) : expression;
            }
        }
    }
}
