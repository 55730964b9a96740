using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels;

/// <summary>Gives variables other names, where they are declared and where they are used.</summary>
/// <param name="names">The new variables by their old names.</param>
public sealed class Renaming(IReadOnlyDictionary<string, Variable> names) : KernelRewriter
{
    /// <inheritdoc/>
    protected override Expression Visit(Expression expression) => expression is Variable variable ? Named(variable) : expression;

    /// <inheritdoc/>
    protected override void Rewrite(Statement statement, ImmutableArray<Statement>.Builder output) => output.Add(Parts(statement) switch
    {
        For loop => loop with { Counter = Named(loop.Counter) },
        Let let => let with { Variable = Named(let.Variable) },
        Assign assign => assign with { Variable = Named(assign.Variable) },
        Allocate allocate => allocate with { Pointer = Named(allocate.Pointer) },
        var other => other,
    });

    private Variable Named(Variable variable) => names.TryGetValue(variable.Name, out var renamed) ? renamed : variable;
}
