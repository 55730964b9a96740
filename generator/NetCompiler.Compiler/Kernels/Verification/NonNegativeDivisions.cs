namespace NetCompiler.Compiler.Kernels.Verification;

/// <summary>Finds the quotients and remainders whose dividends are never negative, which unsigned arithmetic computes faster.</summary>
internal static class NonNegativeDivisions
{
    /// <summary>Those that are not negative wherever they occur in the kernel.</summary>
    public static HashSet<Expression> Find(Kernel kernel)
    {
        var proven = new HashSet<Expression>();
        var refuted = new HashSet<Expression>();
        var bounds = new IndexBounds(kernel);
        var assigned = KernelWalk.Assigned(kernel.Body);
        foreach (var parameter in kernel.Parameters)
        {
            if (parameter.Range is var (min, max) && !assigned.Contains(parameter.Variable.Name))
                bounds.SetRange(parameter.Variable, min, max);
        }

        Visit(kernel.Body);
        proven.ExceptWith(refuted);
        return proven;

        void Visit(Block block)
        {
            foreach (var statement in block.Statements)
            {
                foreach (var division in KernelWalk.Expressions(statement).SelectMany(KernelWalk.All).OfType<Binary>())
                {
                    if (division is { Function: BinaryFunction.Divide or BinaryFunction.Remainder, Right: Constant { Number: > 0 } }
                        && division.Type == KernelType.I32)
                        (bounds.Min(bounds.Of(division.Left), 0) >= 0 ? proven : refuted).Add(division);
                }

                var facts = bounds.FactCount;
                switch (statement)
                {
                    case Let let when !assigned.Contains(let.Variable.Name) && let.Variable.Type is { Lanes: 1, IsFloat: false }:
                        bounds.Define(let.Variable, let.Value);
                        break;
                    case For loop:
                        bounds.Enter(loop);
                        Visit(loop.Body);
                        bounds.Forget(facts);
                        break;
                    case If branch:
                        bounds.Assume(branch.Condition);
                        Visit(branch.Then);
                        bounds.Forget(facts);
                        if (branch.Else is { } otherwise)
                        {
                            bounds.Assume(branch.Condition, holds: false);
                            Visit(otherwise);
                            bounds.Forget(facts);
                        }

                        break;
                    case Block inner:
                        Visit(inner);
                        break;
                    default:
                        break;
                }
            }
        }
    }
}
