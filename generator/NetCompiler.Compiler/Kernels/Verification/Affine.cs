namespace NetCompiler.Compiler.Kernels.Verification;

/// <summary>Σ coefficient · atom + constant. Immutable.</summary>
internal sealed class Affine
{
    // Each atom once, in the order of their numbers, with coefficients that are not zero.
    private readonly (Atom Atom, long Coefficient)[] _terms;

    private Affine((Atom Atom, long Coefficient)[] terms, long constant)
    {
        _terms = terms;
        Constant = constant;
    }

    public ReadOnlySpan<(Atom Atom, long Coefficient)> Terms => _terms;

    public bool IsConstant => _terms.Length == 0;

    public long Constant { get; }

    public static Affine Of(long constant) => new([], constant);

    public static Affine Of(Atom atom) => new([(atom, 1)], 0);

    /// <summary>The coefficient of an atom, zero for one that is not in it.</summary>
    public long CoefficientOf(Atom atom)
    {
        foreach (var term in _terms)
        {
            if (term.Atom == atom)
                return term.Coefficient;
        }

        return 0;
    }

    /// <summary>What every value of it is a multiple of, as far as can be read off; 0 of the number 0.</summary>
    public long Multiple => _terms.Aggregate(
        Math.Abs(Constant), (divisor, term) => IndexArithmetic.GreatestCommonDivisor(divisor, term.Coefficient * term.Atom.Multiple));

    /// <summary>True where every value of it is a multiple of a number, as far as can be read off.</summary>
    public bool IsMultipleOf(long number) => Multiple % number == 0;

    /// <summary>This + factor · other.</summary>
    public Affine Plus(Affine other, long factor = 1)
    {
        if (factor == 0 || (other.IsConstant && other.Constant == 0))
            return this;
        var constant = Constant + factor * other.Constant;
        if (other.IsConstant)
            return new Affine(_terms, constant);
        var terms = new (Atom Atom, long Coefficient)[_terms.Length + other._terms.Length];
        var (count, i, k) = (0, 0, 0);
        while (i < _terms.Length || k < other._terms.Length)
        {
            var order = i == _terms.Length ? 1 : k == other._terms.Length ? -1 : _terms[i].Atom.Number.CompareTo(other._terms[k].Atom.Number);
            var term = order <= 0 ? _terms[i++] : (other._terms[k].Atom, Coefficient: 0L);
            if (order >= 0)
                term.Coefficient += factor * other._terms[k++].Coefficient;
            if (term.Coefficient != 0)
                terms[count++] = term;
        }

        Array.Resize(ref terms, count);
        return new Affine(terms, constant);
    }

    public Affine Plus(long constant) => constant == 0 ? this : new(_terms, Constant + constant);

    public Affine Times(long factor) => factor == 1 ? this : Of(0).Plus(this, factor);
}
