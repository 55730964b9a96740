using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels;

/// <summary>Puts expressions in the place of variables, and folds the index arithmetic that this leaves.</summary>
public sealed class Substitution : KernelRewriter
{
    private readonly Dictionary<string, Expression> _values;

    /// <summary>A substitution of variables, by name.</summary>
    public Substitution(IReadOnlyDictionary<string, Expression> values)
    {
        _values = [];
        foreach (var pair in values)
            _values[pair.Key] = pair.Value;
    }

    /// <summary>A substitution of one variable.</summary>
    public Substitution(Variable variable, Expression value) => _values = new() { [variable.Name] = value };

    /// <summary>The bodies of a loop with constant bounds, one for each round, with the counter's value in its place.</summary>
    /// <exception cref="InvalidOperationException">The loop's bounds are no constants.</exception>
    public static IEnumerable<Block> Rounds(For loop)
    {
        if (loop is not { Start: Constant start, End: Constant end })
            throw new InvalidOperationException($"Only loops with constant bounds are written out: {KernelText.FirstLine(loop)}");
        for (var value = (long)start.Number; value < (long)end.Number; value += loop.Step)
            yield return new Substitution(loop.Counter, new Constant(loop.Counter.Type, value)).Rewrite(loop.Body);
    }

    /// <inheritdoc/>
    protected override Expression Visit(Expression expression) => expression switch
    {
        Variable variable => _values.TryGetValue(variable.Name, out var value) ? value : variable,
        Binary binary => IndexArithmetic.Fold(binary),
        _ => expression,
    };

    /// <inheritdoc/>
    protected override void Rewrite(Statement statement, ImmutableArray<Statement>.Builder output)
    {
        var rewritten = Parts(statement);
        output.Add(rewritten is Assign assign && _values.TryGetValue(assign.Variable.Name, out var value) && value is Variable variable
            ? assign with { Variable = variable }
            : rewritten);
    }
}
