namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// The matrices of Winograd's minimal filtering by Cook's and Toom's evaluation of polynomials at points and interpolation through them,
/// exactly, for any number of results and taps (Blahut, "Fast algorithms for signal processing", 2010; Lavin and Gray, "Fast algorithms for
/// convolutional neural networks", 2016).
/// </summary>
internal static class CookToom
{
    /// <summary>Bᵀ, G and Aᵀ of F(m, r), y = Aᵀ·[(G·g) ⊙ (Bᵀ·d)], with m + r − 1 products.</summary>
    /// <param name="outputs">Results, m.</param>
    /// <param name="taps">Taps of the filter, r.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are several taps, and m + r − 1 is not from 3 to 7.</exception>
    public static (Rational[,] Input, Rational[,] Filter, Rational[,] Output) Of(int outputs, int taps)
    {
        var size = outputs + taps - 1;
        var (input, filter, output) = (new Rational[size, size], new Rational[size, taps], new Rational[outputs, size]);
        if (taps == 1)
        {
            // A product for each result, as it stands.
            for (var i = 0; i < outputs; i++)
                (input[i, i], filter[i, 0], output[i, i]) = (1, 1, 1);
            return (input, filter, output);
        }

        var points = Points(size);
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
        SetRow(input, size - 1, Polynomial(points));
        filter[size - 1, taps - 1] = 1;
        output[outputs - 1, size - 1] = 1;
        return (input, filter, output);
    }

    // Points in pairs ±p, which share half of their arithmetic, and infinity. The literature's ±1, ±2 make F(4, 3) three times as far
    // off as ±3/4, ±3/2: products of distances of nearly the same size are what keeps the matrices small.
    private static Rational[] Points(int size) => size switch
    {
        3 => [0, 1],
        4 => [0, 1, -1],
        5 => [0, new Rational(2, 3), new Rational(-2, 3), 2],
        6 => [0, new Rational(3, 4), new Rational(-3, 4), new Rational(3, 2), new Rational(-3, 2)],
        7 => [0, 1, -1, new Rational(5, 3), new Rational(-5, 3), new Rational(1, 3)],
        _ => throw new ArgumentOutOfRangeException(nameof(size), size, "Points are chosen for tiles of 3 to 7."),
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
}
