namespace NetCompiler.Compiler.Kernels.Verification;

/// <summary>Σ coefficient · atom + constant over integer expressions that are not taken apart further. Immutable.</summary>
internal sealed class Affine
{
    private static readonly Dictionary<Expression, long> s_none = [];
    private readonly Dictionary<Expression, long> _terms;

    private Affine(Dictionary<Expression, long> terms, long constant)
    {
        _terms = terms;
        Constant = constant;
    }

    public IReadOnlyDictionary<Expression, long> Terms => _terms;

    public long Constant { get; }

    public static Affine Of(long constant) => new(s_none, constant);

    public static Affine Of(Expression atom) => new(new() { [atom] = 1 }, 0);

    /// <summary>This + factor · other.</summary>
    public Affine Plus(Affine other, long factor = 1)
    {
        if (factor == 0 || (other._terms.Count == 0 && other.Constant == 0))
            return this;
        var terms = new Dictionary<Expression, long>(_terms);
        foreach (var term in other._terms)
        {
            terms.TryGetValue(term.Key, out var coefficient);
            coefficient += factor * term.Value;
            if (coefficient == 0)
                terms.Remove(term.Key);
            else
                terms[term.Key] = coefficient;
        }

        return new Affine(terms, Constant + factor * other.Constant);
    }

    public Affine Plus(long constant) => new(_terms, Constant + constant);

    public Affine Times(long factor) => factor == 1 ? this : Of(0).Plus(this, factor);
}
