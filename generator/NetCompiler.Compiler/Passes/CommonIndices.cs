using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Computes costly integer expressions (quotients, remainders, products of variables, minima, maxima) once: declares them before the
/// first statement that needs them, where they occur again or inside a loop.
/// </summary>
/// <remarks>Sums and products with constants stay where they are: addressing modes and the compiler behind do them for nothing.</remarks>
internal static class CommonIndices
{
    public static Kernel Run(Kernel kernel)
    {
        if (!KernelWalk.Any(kernel.Body, IsCostly))
            return kernel;
        var assigned = KernelWalk.Assigned(kernel.Body);
        HashSet<string> visible = [.. kernel.Parameters.Select(p => p.Variable.Name)];
        visible.ExceptWith(assigned);
        var body = new Hoister(KernelWalk.Names(kernel), assigned).Run(kernel.Body, visible);
        return ReferenceEquals(body, kernel.Body) ? kernel : kernel.WithBody(body);
    }

    private static bool IsCostly(Expression expression) =>
        expression is Binary { Type: { IsVector: false, IsPointer: false, Scalar: ScalarKind.I32 or ScalarKind.I64 } } binary
        && binary.Function is BinaryFunction.Divide or BinaryFunction.Remainder or BinaryFunction.Min or BinaryFunction.Max
            or BinaryFunction.Multiply
        && !(binary.Function == BinaryFunction.Multiply && (binary.Left is Constant || binary.Right is Constant));

    private sealed class Hoister(HashSet<string> names, HashSet<string> assigned)
    {
        private const int Worthwhile = 2;

        public Block Run(Block block, HashSet<string> outer)
        {
            var visible = new HashSet<string>(outer);
            var statements = block.Statements.ToList();
            // What each statement weighs, until it changes.
            var weights = statements.ConvertAll(_ => (Dictionary<Expression, int>?)null);
            var changed = false;
            for (var i = 0; i < statements.Count; i++)
            {
                // The outermost expressions first: what they contain is then inside one declaration only.
                var candidates = (weights[i] ??= Weights(statements[i])).Keys.Where(e => IsDefined(e, visible));
                foreach (var candidate in candidates.OrderByDescending(c => KernelWalk.All(c).Count).ToList())
                {
                    var weight = 0;
                    for (var k = i; k < statements.Count && weight < Worthwhile; k++)
                        weight += (weights[k] ??= Weights(statements[k])).TryGetValue(candidate, out var more) ? more : 0;
                    if (weight < Worthwhile)
                        continue;
                    var variable = new Variable(KernelWalk.Fresh(names, Name(candidate)), candidate.Type);
                    var replacement = new Replacement(candidate, variable);
                    for (var k = i; k < statements.Count; k++)
                    {
                        if ((weights[k] ??= Weights(statements[k])).ContainsKey(candidate))
                            (statements[k], weights[k]) = (replacement.Run(statements[k]), null);
                    }

                    statements.Insert(i, new Let(variable, candidate));
                    weights.Insert(i, null);
                    visible.Add(variable.Name);
                    changed = true;
                    i++;
                }

                var inner = statements[i] switch
                {
                    Block nested => Run(nested, visible),
                    For loop => WithBody(loop, visible),
                    If branch => WithBlocks(branch, visible),
                    var other => other,
                };
                changed |= !ReferenceEquals(inner, statements[i]);
                statements[i] = inner;
                if (KernelWalk.Declared(statements[i]) is { } declared && statements[i] is not For && !assigned.Contains(declared.Name))
                    visible.Add(declared.Name);
            }

            return changed ? new Block([.. statements]) : block;
        }

        private static string Name(Expression expression) => expression is Binary binary
            ? binary.Function switch
            {
                BinaryFunction.Divide => "quotient",
                BinaryFunction.Remainder => "remainder",
                BinaryFunction.Min => "least",
                BinaryFunction.Max => "most",
                _ => "product",
            }
            : "index";

        private static bool IsDefined(Expression expression, HashSet<string> visible) =>
            !KernelWalk.Any(expression, e => e is not (Constant or Binary or ThreadIndex) && !(e is Variable v && visible.Contains(v.Name)));

        // How often costly expressions occur in a statement. What a loop repeats counts twice, its end too.
        private static Dictionary<Expression, int> Weights(Statement statement)
        {
            var weights = new Dictionary<Expression, int>();
            Visit(statement, 1);
            return weights;

            void Visit(Statement s, int weight)
            {
                if (s is For loop)
                {
                    Count(loop.Start, weight);
                    Count(loop.End, 2);
                    weight = 2;
                }
                else
                {
                    foreach (var expression in KernelWalk.Expressions(s))
                        Count(expression, weight);
                }

                foreach (var block in KernelWalk.Blocks(s))
                {
                    foreach (var inner in block.Statements)
                        Visit(inner, weight);
                }
            }

            void Count(Expression root, int weight) => KernelWalk.ForEach(root, expression =>
            {
                if (IsCostly(expression))
                    weights[expression] = weights.TryGetValue(expression, out var known) ? known + weight : weight;
            });
        }

        private For WithBody(For loop, HashSet<string> visible)
        {
            var inside = new HashSet<string>(visible) { loop.Counter.Name };
            var body = Run(loop.Body, inside);
            return ReferenceEquals(body, loop.Body) ? loop : loop with { Body = body };
        }

        private If WithBlocks(If branch, HashSet<string> visible)
        {
            var then = Run(branch.Then, visible);
            var otherwise = branch.Else is null ? null : Run(branch.Else, visible);
            return ReferenceEquals(then, branch.Then) && ReferenceEquals(otherwise, branch.Else)
                ? branch
                : new If(branch.Condition, then, otherwise);
        }
    }

    private sealed class Replacement(Expression what, Expression by) : KernelRewriter
    {
        public Statement Run(Statement statement) => Parts(statement);

        public override Expression Rewrite(Expression expression) => expression.Equals(what) ? by : base.Rewrite(expression);
    }
}
