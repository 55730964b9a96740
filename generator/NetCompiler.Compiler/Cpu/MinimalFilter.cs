namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Winograd's minimal filtering F(m, r): m results of a filter with r taps, y = Aᵀ·[(G·g) ⊙ (Bᵀ·d)], with fewer products than r for each. In
/// two dimensions each matrix is applied to the columns of a tile and then to its rows.
/// </summary>
/// <remarks>
/// Where results are s inputs apart, the filter is a sum of s filters with stride 1, each of every s-th tap over every s-th input (the polyphase
/// components of signal processing; for convolutions Yepez and Ko, "Stride 2 1-D, 2-D, and 3-D Winograd for convolutional neural networks",
/// 2020). Each is minimal by itself, and what they have to add up lies side by side: F(2, 3) with stride 2 is F(2, 2) for the outer taps and two
/// products for the middle one, 5 instead of 6, and in two dimensions 25 instead of 36.
/// </remarks>
internal sealed class MinimalFilter
{
    private static readonly Dictionary<(int, int, int), MinimalFilter> s_known = [];

    private MinimalFilter(int outputs, int taps, int step)
    {
        (Outputs, Taps, Step) = (outputs, taps, step);
        var (input, filter, output) = (new Rational[Size, Size], new Rational[Size, taps], new Rational[outputs, Size]);
        var first = 0;
        for (var phase = 0; phase < step; phase++)
        {
            var part = CookToom.Of(outputs, (taps - phase + step - 1) / step);
            Put(part.Input, input, first, phase, step);
            Put(part.Filter, filter, first, phase, step);
            Put(part.Output, output, 0, first, 1);
            first += part.Input.GetLength(0);
        }

        (Input, Filter, Output) = (new LinearTransform(input), new LinearTransform(filter), new LinearTransform(output));
        Amplification = AmplificationOf(input, filter, output);
    }

    /// <summary>Results, m.</summary>
    public int Outputs { get; }

    /// <summary>Taps of the filter, r.</summary>
    public int Taps { get; }

    /// <summary>Inputs from a result to the next, s: no more than there are taps.</summary>
    public int Step { get; }

    /// <summary>Inputs that a tile of results depends on, and as many products: s · (m − 1) + r.</summary>
    public int Size => Step * (Outputs - 1) + Taps;

    /// <summary>Bᵀ, from a tile of the input.</summary>
    public LinearTransform Input { get; }

    /// <summary>G, from the filter.</summary>
    public LinearTransform Filter { get; }

    /// <summary>Aᵀ, from the products to the results.</summary>
    public LinearTransform Output { get; }

    /// <summary>
    /// How many times the rounding of a product is larger in a result of F(m×m, r×r) than in the sum of r² products that defines it,
    /// on average over independent inputs: max over results of √(Σ a² · |G|² · |Bᵀ|² / r), squared for two dimensions. 1.7 for
    /// F(2×2, 3×3), 8.8 for F(4×4, 3×3); 1.7 for F(2×2, 3×3) with stride 2.
    /// </summary>
    public double Amplification { get; }

    /// <summary>F(m, r).</summary>
    /// <param name="outputs">Results, m.</param>
    /// <param name="taps">Taps of the filter, r.</param>
    /// <param name="step">Inputs from a result to the next.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is not from 1 to the taps, or there are no points for such a filter.</exception>
    public static MinimalFilter Of(int outputs, int taps, int step = 1)
    {
        if (step < 1 || step > taps)
            throw new ArgumentOutOfRangeException(nameof(step), step, FormattableString.Invariant($"A stride of a filter of {taps} taps is from 1 to {taps}."));
        lock (s_known)
        {
            if (!s_known.TryGetValue((outputs, taps, step), out var known))
                s_known[(outputs, taps, step)] = known = new MinimalFilter(outputs, taps, step);
            return known;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"F({Outputs}×{Outputs}, {Taps}×{Taps})")
        + (Step == 1 ? "" : FormattableString.Invariant($" with stride {Step}"));

    private static void Put(Rational[,] part, Rational[,] matrix, int row, int column, int columnStep)
    {
        for (var i = 0; i < part.GetLength(0); i++)
        {
            for (var j = 0; j < part.GetLength(1); j++)
                matrix[row + i, column + j * columnStep] = part[i, j];
        }
    }

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
