using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Passes;

/// <summary>Makes one kernel of those that do the same, and gives those that differ different names.</summary>
public static class Deduplicate
{
    /// <summary>The kernels that are left, callees first, and for each kernel the one that does the same.</summary>
    /// <param name="roots">The kernels that are launched.</param>
    /// <param name="reserved">Names that no kernel may have.</param>
    /// <param name="transform">What else is done with each kernel: simplification.</param>
    public static (IReadOnlyDictionary<Kernel, Kernel> Kept, ImmutableArray<Kernel> Kernels) Run(
        IEnumerable<Kernel> roots, IEnumerable<string> reserved, Func<Kernel, Kernel> transform)
    {
        var byKey = new Dictionary<string, Kernel>(StringComparer.Ordinal);
        var done = new Dictionary<Kernel, Kernel>();
        var names = new HashSet<string>(reserved);
        var kernels = ImmutableArray.CreateBuilder<Kernel>();
        foreach (var root in roots)
            Visit(root);
        return (done, kernels.ToImmutable());

        Kernel Visit(Kernel kernel)
        {
            if (done.TryGetValue(kernel, out var known))
                return known;
            var inner = transform(kernel.WithBody(Rewrite(kernel.Body)));
            if (!byKey.TryGetValue(inner.Key, out var kept))
            {
                var name = inner.Name;
                for (var i = 2; !names.Add(name); i++)
                    name = inner.Name + i.ToString(CultureInfo.InvariantCulture);
                kept = name == inner.Name ? inner : inner.WithName(name);
                byKey[inner.Key] = kept;
                kernels.Add(kept);
            }

            return done[kernel] = kept;
        }

        Block Rewrite(Block block) => new([.. block.Statements.Select(Statement)]);

        Statement Statement(Statement statement) => statement switch
        {
            Call call => call with { Kernel = Visit(call.Kernel) },
            For loop => loop with { Body = Rewrite(loop.Body) },
            If branch => branch with { Then = Rewrite(branch.Then), Else = branch.Else is null ? null : Rewrite(branch.Else) },
            Block inner => Rewrite(inner),
            _ => statement,
        };
    }
}
