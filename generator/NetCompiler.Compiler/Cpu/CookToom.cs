namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Winograd's minimal filtering F(m, r): m results of a filter with r taps out of m + r − 1 products, y = Aᵀ·[(G·g) ⊙ (Bᵀ·d)]. The
/// matrices come of Cook's and Toom's evaluation of polynomials at points and interpolation through them, exactly, for any m and r
/// (Blahut, "Fast algorithms for signal processing", 2010; Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016).
/// In two dimensions each matrix is applied to the columns of a tile and then to its rows.
/// </summary>
internal sealed class CookToom
{
    private static readonly Dictionary<(int, int), CookToom> s_known = [];

    private CookToom(int outputs, int taps, Rational[] points)
    {
        (Outputs, Taps) = (outputs, taps);
        var (input, filter, output) = (new Rational[Size, Size], new Rational[Size, taps], new Rational[outputs, Size]);
        for (var i = 0; i < points.Length; i++)
        {
            // At a point: Π (x − pj) over all others, and what that is at the point itself.
            var others = points.Where((_, j) => j != i).ToArray();
            var scale = others.Aggregate((Rational)1, (product, p) => product * (points[i] - p));
            SetRow(input, i, Polynomial(others));
            for (var k = 0; k < taps; k++)
                filter[i, k] = Power(points[i], k) / scale;
            for (var k = 0; k < outputs; k++)
                output[k, i] = Power(points[i], k);
        }

        // At infinity: the highest coefficients.
        SetRow(input, Size - 1, Polynomial(points));
        filter[Size - 1, taps - 1] = 1;
        output[outputs - 1, Size - 1] = 1;
        (Input, Filter, Output) = (new LinearTransform(input), new LinearTransform(filter), new LinearTransform(output));
        Amplification = AmplificationOf(input, filter, output);
    }

    /// <summary>Results, m.</summary>
    public int Outputs { get; }

    /// <summary>Taps of the filter, r.</summary>
    public int Taps { get; }

    /// <summary>Products, and inputs that a tile of results depends on: m + r − 1.</summary>
    public int Size => Outputs + Taps - 1;

    /// <summary>Bᵀ, from a tile of the input.</summary>
    public LinearTransform Input { get; }

    /// <summary>G, from the filter.</summary>
    public LinearTransform Filter { get; }

    /// <summary>Aᵀ, from the products to the results.</summary>
    public LinearTransform Output { get; }

    /// <summary>
    /// How many times the rounding of a product is larger in a result of F(m×m, r×r) than in the sum of r² products that defines it,
    /// on average over independent inputs: max over results of √(Σ a² · |G|² · |Bᵀ|² / r), squared for two dimensions. 1.7 for
    /// F(2×2, 3×3), 8.8 for F(4×4, 3×3).
    /// </summary>
    public double Amplification { get; }

    /// <summary>F(m, r).</summary>
    /// <exception cref="ArgumentOutOfRangeException">m + r − 1 is neither 4 nor 6.</exception>
    public static CookToom Of(int outputs, int taps)
    {
        lock (s_known)
        {
            if (!s_known.TryGetValue((outputs, taps), out var known))
                s_known[(outputs, taps)] = known = new CookToom(outputs, taps, Points(outputs + taps - 1));
            return known;
        }
    }

    // Points in pairs ±p, which share half of their arithmetic, and infinity. The literature's ±1, ±2 make F(4, 3) three times as far
    // off as ±3/4, ±3/2: products of distances of nearly the same size are what keeps the matrices small.
    private static Rational[] Points(int size) => size switch
    {
        4 => [0, 1, -1],
        6 => [0, new Rational(3, 4), new Rational(-3, 4), new Rational(3, 2), new Rational(-3, 2)],
        _ => throw new ArgumentOutOfRangeException(nameof(size), size, "Points are chosen for tiles of 4 and of 6."),
    };

    // Coefficients of Π (x − root), the constant one first.
    private static Rational[] Polynomial(Rational[] roots)
    {
        Rational[] product = [1];
        foreach (var root in roots)
        {
            var next = new Rational[product.Length + 1];
            for (var i = 0; i < product.Length; i++)
            {
                next[i] -= root * product[i];
                next[i + 1] += product[i];
            }

            product = next;
        }

        return product;
    }

    private static void SetRow(Rational[,] matrix, int row, Rational[] values)
    {
        for (var i = 0; i < values.Length; i++)
            matrix[row, i] = values[i];
    }

    private static Rational Power(Rational number, int exponent) =>
        Enumerable.Repeat(number, exponent).Aggregate((Rational)1, (product, p) => product * p);

    private static double AmplificationOf(Rational[,] input, Rational[,] filter, Rational[,] output)
    {
        var largest = 0.0;
        for (var k = 0; k < output.GetLength(0); k++)
        {
            var sum = 0.0;
            for (var i = 0; i < output.GetLength(1); i++)
                sum += Square(output[k, i]) * RowNorm(filter, i) * RowNorm(input, i);
            largest = Math.Max(largest, sum / filter.GetLength(1));
        }

        return largest;

        static double Square(Rational x) => x.ToDouble() * x.ToDouble();

        static double RowNorm(Rational[,] matrix, int row) =>
            Enumerable.Range(0, matrix.GetLength(1)).Sum(j => Square(matrix[row, j]));
    }
}
