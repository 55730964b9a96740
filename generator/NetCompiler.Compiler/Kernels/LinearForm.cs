namespace NetCompiler.Compiler.Kernels;

/// <summary>An integer expression as Σ coefficient · term + constant, where terms are what cannot be taken apart further.</summary>
public sealed class LinearForm
{
    private readonly List<(Expression Term, long Coefficient)> _terms = [];

    private LinearForm()
    {
    }

    /// <summary>The terms and their factors, none of which is 0.</summary>
    public IReadOnlyList<(Expression Term, long Coefficient)> Terms => _terms;

    /// <summary>What is added to the terms.</summary>
    public long Constant { get; private set; }

    /// <summary>Takes an expression apart.</summary>
    public static LinearForm Of(Expression expression)
    {
        var form = new LinearForm();
        form.Add(expression, 1);
        form._terms.RemoveAll(t => t.Coefficient == 0);
        return form;
    }

    /// <summary>
    /// The quotient where every factor divides by <paramref name="divisor"/>; null where the division has to be done at run time.
    /// </summary>
    /// <param name="divisor">Positive.</param>
    /// <param name="type">The type of the quotient.</param>
    /// <param name="isExact">False where the division always leaves a remainder.</param>
    public Expression? DivideBy(long divisor, KernelType type, out bool isExact)
    {
        isExact = true;
        if (_terms.Any(t => t.Coefficient % divisor != 0))
            return null;
        isExact = Constant % divisor == 0;
        Expression quotient = new Constant(type, 0);
        foreach (var (term, coefficient) in _terms)
            quotient = IndexArithmetic.Add(quotient, IndexArithmetic.Scale(term, coefficient / divisor));
        return IndexArithmetic.Add(quotient, new Constant(type, Math.Floor((double)Constant / divisor)));
    }

    /// <summary>The smallest and largest value, from those of the terms; null where a term's are not known.</summary>
    public (long Min, long Max)? Range(IReadOnlyDictionary<Expression, (long Min, long Max)> ranges)
    {
        var (min, max) = (Constant, Constant);
        foreach (var (term, coefficient) in _terms)
        {
            if (!ranges.TryGetValue(term, out var range))
                return null;
            min += coefficient * (coefficient > 0 ? range.Min : range.Max);
            max += coefficient * (coefficient > 0 ? range.Max : range.Min);
        }

        return (min, max);
    }

    /// <summary>A text that two indices share just when they mean the same element: terms in one order, constants added up.</summary>
    public static string Key(IEnumerable<Expression> index) => string.Join(";", index.Select(e =>
    {
        var form = Of(e);
        var terms = form.Terms.Select(t => FormattableString.Invariant($"{t.Coefficient}*{t.Term}"));
        return string.Join("+", terms.OrderBy(t => t, StringComparer.Ordinal)) + FormattableString.Invariant($"+{form.Constant}");
    }));

    private void Add(Expression expression, long factor)
    {
        switch (expression)
        {
            case Constant constant:
                Constant += (long)constant.Number * factor;
                break;
            case Binary { Function: BinaryFunction.Add } sum:
                Add(sum.Left, factor);
                Add(sum.Right, factor);
                break;
            case Binary { Function: BinaryFunction.Subtract } difference:
                Add(difference.Left, factor);
                Add(difference.Right, -factor);
                break;
            case Binary { Function: BinaryFunction.Multiply, Right: Constant right } product:
                Add(product.Left, factor * (long)right.Number);
                break;
            default:
                var index = _terms.FindIndex(t => t.Term.Equals(expression));
                if (index < 0)
                    _terms.Add((expression, factor));
                else
                    _terms[index] = (expression, _terms[index].Coefficient + factor);
                break;
        }
    }
}
