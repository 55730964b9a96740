using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Passes;

/// <summary>Makes one kernel of those that do the same, and gives those that differ different names.</summary>
public static class Deduplicate
{
    /// <summary>The kernels that entries call, callees first, and the entries rewritten to call them.</summary>
    /// <param name="entries">The kernels that the runtime calls; their names are kept.</param>
    /// <param name="transform">What else is done with each kernel that is called: simplification.</param>
    public static (ImmutableArray<ImmutableArray<Kernel>> Entries, ImmutableArray<Kernel> Kernels) Run(
        ImmutableArray<ImmutableArray<Kernel>> entries, Func<Kernel, Kernel> transform)
    {
        var byContent = new Dictionary<string, Kernel>();
        var done = new Dictionary<Kernel, Kernel>();
        var names = new HashSet<string>(entries.SelectMany(e => e).Select(k => k.Name));
        var kernels = ImmutableArray.CreateBuilder<Kernel>();
        var rewritten = entries.Select(step => step.Select(k => k.WithBody(Rewrite(k.Body))).ToImmutableArray()).ToImmutableArray();
        return (rewritten, kernels.ToImmutable());

        Kernel Visit(Kernel kernel)
        {
            if (done.TryGetValue(kernel, out var known))
                return known;
            var inner = transform(kernel.WithBody(Rewrite(kernel.Body)));
            var content = KernelText.Key(inner);
            if (!byContent.TryGetValue(content, out var kept))
            {
                var name = inner.Name;
                for (var i = 2; !names.Add(name); i++)
                    name = inner.Name + i.ToString(CultureInfo.InvariantCulture);
                kept = name == inner.Name ? inner : inner.WithName(name);
                byContent[content] = kept;
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
