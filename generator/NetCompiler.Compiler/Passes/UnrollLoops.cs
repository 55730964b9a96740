using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Passes;

/// <summary>Writes out the loops marked <see cref="LoopKind.Unrolled"/>, with names of their own for what each round declares.</summary>
public static class UnrollLoops
{
    /// <summary>The kernel without unrolled loops.</summary>
    public static Kernel Run(Kernel kernel)
    {
        if (!KernelWalk.All(kernel.Body).Any(s => s is For { Kind: LoopKind.Unrolled }))
            return kernel;
        return kernel.WithBody(new Unroller(KernelWalk.Names(kernel)).Rewrite(kernel.Body));
    }

    private sealed class Unroller(HashSet<string> names) : KernelRewriter
    {
        protected override void Rewrite(Statement statement, ImmutableArray<Statement>.Builder output)
        {
            if (statement is not For { Kind: LoopKind.Unrolled } loop)
            {
                output.Add(Parts(statement));
                return;
            }

            var first = true;
            foreach (var round in Substitution.Rounds(loop))
            {
                var renamed = first ? round : Rename(round);
                output.AddRange(Rewrite(renamed).Statements);
                first = false;
            }
        }

        private Block Rename(Block block)
        {
            var renamings = new Dictionary<string, Variable>();
            foreach (var statement in KernelWalk.All(block))
            {
                if (KernelWalk.Declared(statement) is { } variable)
                    renamings[variable.Name] = variable with { Name = KernelWalk.Fresh(names, variable.Name) };
            }

            return new Renaming(renamings).Rewrite(block);
        }
    }
}
