using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Passes;

/// <summary>
/// Computes an address once that several statements of a block use with other constants: the rows of a register tile, which are loaded
/// and stored one by one. What is left is shorter to read, and nothing for the just-in-time compiler to find out again.
/// </summary>
internal static class ShareAddresses
{
    // From here on the declaration is worth its line.
    private const int FewestAccesses = 3;

    /// <summary>The kernel with a pointer for each such address.</summary>
    public static Kernel Run(Kernel kernel)
    {
        var body = new Sharing(KernelWalk.Names(kernel), KernelWalk.Assigned(kernel.Body)).Run(kernel.Body);
        return ReferenceEquals(body, kernel.Body) ? kernel : kernel.WithBody(body);
    }

    private sealed class Sharing(HashSet<string> names, HashSet<string> assigned)
    {
        public Block Run(Block block)
        {
            var statements = new List<Statement>();
            foreach (var statement in block.Statements)
                statements.Add(Inner(statement));
            foreach (var address in Addresses(block))
            {
                var at = new Variable(KernelWalk.Fresh(names, $"{address.Pointer.Name}_at"), address.Pointer.Type);
                var rewriter = new Rewriter(address, at);
                var first = -1;
                for (var i = 0; i < statements.Count; i++)
                {
                    var rewritten = rewriter.Run(statements[i]);
                    if (first < 0 && !ReferenceEquals(rewritten, statements[i]))
                        first = i;
                    statements[i] = rewritten;
                }

                statements.Insert(first, new Let(at, IndexArithmetic.Add(address.Pointer, address.Base)));
            }

            return statements.Count == block.Statements.Length && statements.Zip(block.Statements, ReferenceEquals).All(same => same)
                ? block
                : new Block([.. statements]);
        }

        private Statement Inner(Statement statement) => statement switch
        {
            Block block => Run(block),
            For loop => Run(loop.Body) is var body && !ReferenceEquals(body, loop.Body) ? loop with { Body = body } : loop,
            If branch => WithBlocks(branch),
            _ => statement,
        };

        private If WithBlocks(If branch)
        {
            var then = Run(branch.Then);
            var otherwise = branch.Else is null ? null : Run(branch.Else);
            return ReferenceEquals(then, branch.Then) && ReferenceEquals(otherwise, branch.Else)
                ? branch
                : new If(branch.Condition, then, otherwise);
        }

        // Of the block's own statements; what it holds inside was looked at by itself.
        private List<Address> Addresses(Block block)
        {
            var found = new Dictionary<(Variable, string), Address>();
            var order = new List<Address>();
            foreach (var (pointer, index) in block.Statements.Where(s => !KernelWalk.Blocks(s).Any()).SelectMany(Accesses))
            {
                if (Split(pointer, index) is not var (origin, key, form))
                    continue;
                if (!found.TryGetValue((origin, key), out var address))
                    order.Add(found[(origin, key)] = address = new Address(origin, key, Sum(form, index.Type)));
                address.Count++;
            }

            return [.. order.Where(a => a.Count >= FewestAccesses)];
        }

        private (Variable Origin, string Key, LinearForm Form)? Split(Expression pointer, Expression index)
        {
            if (pointer is not Variable origin || assigned.Contains(origin.Name))
                return null;
            var form = LinearForm.Of(index);
            return form.Terms.Count == 0 || form.Terms.Any(t => !IsFixed(t.Term)) ? null : (origin, KeyOf(form), form);
        }

        private bool IsFixed(Expression term) =>
            !KernelWalk.Any(term, e => e is Load || (e is Variable variable && assigned.Contains(variable.Name)));
    }

    private static List<(Expression Pointer, Expression Index)> Accesses(Statement statement)
    {
        var accesses = new List<(Expression, Expression)>();
        if (statement is Store store)
            accesses.Add((store.Pointer, store.Index));
        KernelWalk.ForEach(statement, expression =>
        {
            if (expression is Load load)
                accesses.Add((load.Pointer, load.Index));
        });
        return accesses;
    }

    private static string KeyOf(LinearForm form) => string.Join(" ", form.Terms
        .Select(t => FormattableString.Invariant($"{t.Coefficient}*{KernelText.Write(t.Term)}")).OrderBy(t => t, StringComparer.Ordinal));

    private static Expression Sum(LinearForm form, KernelType type) => form.Terms.Aggregate(
        (Expression)new Constant(type, 0), (sum, t) => IndexArithmetic.Add(sum, IndexArithmetic.Scale(t.Term, t.Coefficient)));

    /// <summary>Accesses of one pointer whose indices differ by constants.</summary>
    private sealed class Address(Variable pointer, string key, Expression @base)
    {
        public Variable Pointer { get; } = pointer;

        public string Key { get; } = key;

        public Expression Base { get; } = @base;

        public int Count { get; set; }
    }

    private sealed class Rewriter(Address address, Variable at) : KernelRewriter
    {
        public Statement Run(Statement statement) =>
            statement is Store store && Find(store.Pointer, store.Index) is { } index
                ? new Store(at, index, Rewrite(store.Value))
                : KernelWalk.Blocks(statement).Any() ? statement : Parts(statement);

        public override Expression Rewrite(Expression expression) =>
            expression is Load load && Find(load.Pointer, load.Index) is { } index
                ? new Load(at, index, load.Lanes)
                : base.Rewrite(expression);

        private Constant? Find(Expression pointer, Expression index)
        {
            if (!pointer.Equals(address.Pointer))
                return null;
            var form = LinearForm.Of(index);
            return form.Terms.Count > 0 && KeyOf(form) == address.Key ? new Constant(index.Type, form.Constant) : null;
        }
    }
}
