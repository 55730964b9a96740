using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// A product of a small constant matrix and a vector of expressions, with what pairs of rows or of columns have in common computed
/// once: two rows that differ in signs only are the sum and the difference of an even and an odd part.
/// </summary>
internal sealed class LinearTransform
{
    private readonly Rational[,] _matrix;
    private readonly int[] _columnPartner;
    private readonly int[] _rowPartner;

    /// <summary>The product with a matrix.</summary>
    public LinearTransform(Rational[,] matrix)
    {
        _matrix = matrix;
        _columnPartner = Partners(Columns, Rows, (column, i) => matrix[i, column]);
        // Columns that are paired are not what they were; none of the matrices has pairs of both kinds.
        _rowPartner = _columnPartner.All(p => p < 0) ? Partners(Rows, Columns, (row, i) => matrix[row, i]) : NoPartners(Rows);
        var counter = new KernelBuilder();
        var inputs = Enumerable.Range(0, Columns).Select(i => new Variable($"x{i}", KernelType.F32)).ToArray();
        foreach (var result in Apply(counter, i => inputs[i]))
            counter.Let("y", result);
        Operations = counter.Build("Count", "").Body.Statements.Sum(s => KernelWalk.Expressions(s).Sum(Count));
    }

    /// <summary>Results.</summary>
    public int Rows => _matrix.GetLength(0);

    /// <summary>Operands.</summary>
    public int Columns => _matrix.GetLength(1);

    /// <summary>Additions, multiplications and multiply-adds.</summary>
    public int Operations { get; }

    /// <summary>An element of the matrix.</summary>
    public Rational this[int row, int column] => _matrix[row, column];

    /// <summary>Writes the product.</summary>
    /// <param name="b">Gets what is computed once.</param>
    /// <param name="x">The operands: variables or constants.</param>
    public Expression[] Apply(KernelBuilder b, Func<int, Expression> x)
    {
        // The terms of each row: a pair of columns is a sum where they have the same sign, else a difference.
        var rows = Enumerable.Range(0, Rows).Select(_ => new List<(Rational Factor, Expression Value)>()).ToArray();
        for (var j = 0; j < Columns; j++)
        {
            var partner = _columnPartner[j];
            if (partner < 0)
            {
                AddColumn(x(j), i => _matrix[i, j]);
            }
            else if (partner > j)
            {
                AddColumn(b.Let("even", Add(x(j), x(partner))), i => _matrix[i, j] == _matrix[i, partner] ? _matrix[i, j] : 0);
                AddColumn(b.Let("odd", Subtract(x(j), x(partner))), i => _matrix[i, j] == _matrix[i, partner] ? 0 : _matrix[i, j]);
            }
        }

        var results = new Expression[Rows];
        for (var i = 0; i < Rows; i++)
        {
            var partner = _rowPartner[i];
            if (partner < 0)
            {
                results[i] = Sum(rows[i]);
            }
            else if (partner > i)
            {
                var (first, second) = (rows[i], rows[partner]);
                var even = b.Let("even", Sum([.. first.Where((t, k) => t.Factor == second[k].Factor)]));
                var terms = first.Where((t, k) => t.Factor != second[k].Factor).ToList();
                // The odd part's factor goes into the multiply-adds that add it to the even one.
                var factor = terms.Select(t => t.Factor).OrderBy(f => Math.Abs(f.ToDouble())).First();
                var odd = b.Let("odd", Sum([.. terms.Select(t => (t.Factor / factor, t.Value))]));
                results[i] = MultiplyAdd(odd, factor, even);
                results[partner] = MultiplyAdd(odd, -factor, even);
            }
        }

        return results;

        void AddColumn(Expression value, Func<int, Rational> factor)
        {
            for (var i = 0; i < Rows; i++)
            {
                if (!factor(i).IsZero)
                    rows[i].Add((factor(i), value));
            }
        }
    }

    /// <summary>The matrix, a row to a line.</summary>
    public override string ToString() => string.Join("\n", Enumerable.Range(0, Rows).Select(i =>
        "[" + string.Join(" ", Enumerable.Range(0, Columns).Select(j => _matrix[i, j].ToString())) + "]"));

    private static int Count(Expression e) => (e is Binary or FusedMultiplyAdd ? 1 : 0) + e.Operands.Sum(Count);

    private static int[] NoPartners(int count) => [.. Enumerable.Repeat(-1, count)];

    // Pairs of lines that are equal but for signs, and differ in some of these, but not in all.
    private static int[] Partners(int lines, int length, Func<int, int, Rational> element)
    {
        var partners = NoPartners(lines);
        for (var a = 0; a < lines; a++)
        {
            for (var c = a + 1; c < lines && partners[a] < 0; c++)
            {
                var used = Enumerable.Range(0, length).Where(i => !element(a, i).IsZero || !element(c, i).IsZero).ToList();
                var same = used.Count(i => element(a, i) == element(c, i));
                var opposite = used.Count(i => element(a, i) == -element(c, i));
                if (partners[c] < 0 && same > 0 && opposite > 0 && same + opposite == used.Count)
                    (partners[a], partners[c]) = (c, a);
            }
        }

        return partners;
    }

    // Terms without a factor first, so that the sum begins without a multiplication.
    private static Expression Sum(IReadOnlyList<(Rational Factor, Expression Value)> terms)
    {
        if (terms.Count == 0)
            throw new InvalidOperationException("A row of the matrix is zero.");
        var ordered = terms.OrderBy(t => t.Factor == 1 ? 0 : t.Factor == -1 ? 2 : 1).ToList();
        var (factor, value) = ordered[0];
        var sum = factor == 1 ? value : Multiply(value, factor);
        foreach (var (next, operand) in ordered.Skip(1))
            sum = MultiplyAdd(operand, next, sum);
        return sum;
    }

    private static Expression MultiplyAdd(Expression a, Rational factor, Expression b) =>
        factor == 1 ? Add(b, a)
        : factor == -1 ? Subtract(b, a)
        : new FusedMultiplyAdd(a, Constant.Float(factor.ToDouble(), a.Type.Lanes), b);

    private static Expression Multiply(Expression a, Rational factor) =>
        new Binary(BinaryFunction.Multiply, a, Constant.Float(factor.ToDouble(), a.Type.Lanes));

    private static Expression Add(Expression a, Expression b) => new Binary(BinaryFunction.Add, a, b);

    private static Expression Subtract(Expression a, Expression b) => new Binary(BinaryFunction.Subtract, a, b);
}
