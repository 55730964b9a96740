using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Passes;

/// <summary>The memory accesses of one loop, grouped by the pointer that serves them.</summary>
/// <param name="loop">The loop.</param>
/// <param name="local">The names whose values may differ from round to round.</param>
/// <param name="definitions">The values of the variables that the body declares and never changes.</param>
internal sealed class PointerPlan(For loop, HashSet<string> local, IReadOnlyDictionary<string, Expression> definitions)
{
    private readonly Substitution _definitions = new(definitions);
    private readonly List<AccessGroup> _groups = [];
    private readonly Dictionary<(Expression Pointer, Expression Index), (AccessGroup Group, long Offset)> _accesses = [];

    /// <summary>What has to be declared before the loop.</summary>
    public List<Statement> Declarations { get; } = [];

    /// <summary>What has to be done at the end of each round.</summary>
    public List<Statement> Increments { get; } = [];

    /// <summary>Adds an access, if its address is an affine function of the loop's counter.</summary>
    public void Add(Expression pointer, Expression index)
    {
        if (_accesses.ContainsKey((pointer, index)) || pointer is not Variable || !IsInvariant(pointer))
            return;
        var form = LinearForm.Of(Expand(index));
        var coefficient = 0L;
        Expression invariant = new Constant(loop.Counter.Type, 0);
        // Terms in an order of their own, so that sums that were written differently meet in one group.
        foreach (var (term, factor) in form.Terms.OrderBy(t => KernelText.Write(t.Term), StringComparer.Ordinal))
        {
            if (term.Equals(loop.Counter))
            {
                coefficient = factor;
                continue;
            }

            if (!IsInvariant(term))
                return;
            invariant = IndexArithmetic.Add(invariant, IndexArithmetic.Scale(term, factor));
        }

        // A fixed place that is known as it stands needs no pointer.
        if (coefficient == 0 && invariant is Constant)
            return;
        var group = _groups.FirstOrDefault(g =>
            g.Pointer.Equals(pointer) && g.Coefficient == coefficient && g.Invariant.Equals(invariant));
        if (group is null)
            _groups.Add(group = new AccessGroup((Variable)pointer, coefficient, invariant, form.Constant));
        group.Lowest = Math.Min(group.Lowest, form.Constant);
        _accesses[(pointer, index)] = (group, form.Constant);
    }

    /// <summary>Gives the groups their pointers. False when there is nothing to do.</summary>
    public bool Choose(HashSet<string> names, int limit)
    {
        if (_groups.Count == 0)
            return false;
        var shares = _groups.Count(g => g.Coefficient != 0) > limit;
        var bases = new List<AccessGroup>();
        foreach (var group in _groups)
        {
            var leader = shares
                ? bases.FirstOrDefault(b => b.Pointer.Equals(group.Pointer) && b.Coefficient == group.Coefficient && b.Coefficient != 0)
                : null;
            if (leader is not null)
            {
                // One pointer moves; the distance between both stays.
                var distance = IndexArithmetic.Subtract(group.Invariant, leader.Invariant);
                var variable = new Variable(KernelWalk.Fresh(names, $"{group.Pointer.Name}_offset"), loop.Counter.Type);
                Declarations.Add(new Let(variable, distance));
                (group.Base, group.Distance, group.Lowest) = (leader.Base, variable, leader.Lowest);
                continue;
            }

            var first = IndexArithmetic.Add(
                IndexArithmetic.Add(group.Invariant, Times(loop.Start, group.Coefficient)),
                new Constant(loop.Counter.Type, group.Lowest));
            group.Base = new Variable(KernelWalk.Fresh(names, $"{group.Pointer.Name}_at"), group.Pointer.Type);
            Declarations.Add(new Let(group.Base, IndexArithmetic.Add(group.Pointer, first)));
            if (group.Coefficient != 0)
            {
                var step = new Constant(loop.Counter.Type, group.Coefficient * loop.Step);
                Increments.Add(new Assign(group.Base, new Binary(BinaryFunction.Add, group.Base, step)));
            }

            bases.Add(group);
        }

        return true;
    }

    /// <summary>The pointer and index of an access; null where it stays as it is.</summary>
    public (Expression Pointer, Expression Index)? Find(Expression pointer, Expression index)
    {
        if (!_accesses.TryGetValue((pointer, index), out var access))
            return null;
        var offset = new Constant(loop.Counter.Type, access.Offset - access.Group.Lowest);
        return (access.Group.Base!, access.Group.Distance is { } distance ? IndexArithmetic.Add(distance, offset) : offset);
    }

    private static Expression Times(Expression start, long factor) => IndexArithmetic.Scale(start, factor);

    private bool IsInvariant(Expression expression) =>
        !KernelWalk.Any(expression, e => e is Load || (e is Variable variable && local.Contains(variable.Name)));

    // A definition may use another one.
    private Expression Expand(Expression index)
    {
        for (var depth = 0; depth < 16; depth++)
        {
            var expanded = _definitions.Rewrite(index);
            if (ReferenceEquals(expanded, index))
                break;
            index = expanded;
        }

        return index;
    }

    /// <summary>Accesses whose addresses differ by constants, in every round.</summary>
    private sealed class AccessGroup(Variable pointer, long coefficient, Expression invariant, long lowest)
    {
        public Variable Pointer { get; } = pointer;

        public long Coefficient { get; } = coefficient;

        public Expression Invariant { get; } = invariant;

        /// <summary>The constant that the group's pointer includes.</summary>
        public long Lowest { get; set; } = lowest;

        public Variable? Base { get; set; }

        public Variable? Distance { get; set; }
    }
}
