using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Tests.Cpu;

/// <summary>The matrices of minimal filtering, and what is written for them.</summary>
public sealed class MinimalFilterTests
{
    public static TheoryData<int, int, int> Algorithms => new()
    {
        { 2, 3, 1 }, { 4, 3, 1 }, { 3, 2, 1 }, { 3, 4, 1 }, { 2, 5, 1 }, { 5, 2, 1 }, { 1, 6, 1 }, { 3, 1, 1 },
        { 2, 4, 1 }, { 4, 2, 1 }, { 4, 4, 1 }, { 5, 3, 1 },
        { 2, 3, 2 }, { 2, 5, 2 }, { 3, 2, 2 }, { 2, 7, 3 }, { 4, 3, 3 },
    };

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void ResultsAreExactlyThoseOfTheFilter(int outputs, int taps, int step)
    {
        var algorithm = MinimalFilter.Of(outputs, taps, step);
        var random = new Random(outputs * 10 + taps);
        Rational[] input = [.. Enumerable.Range(0, algorithm.Size).Select(_ => (Rational)random.Next(-9, 10))];
        Rational[] filter = [.. Enumerable.Range(0, taps).Select(_ => (Rational)random.Next(-9, 10))];
        var products = Product(algorithm.Filter, filter).Zip(Product(algorithm.Input, input), (g, d) => g * d).ToArray();
        var results = Product(algorithm.Output, products);
        for (var i = 0; i < outputs; i++)
        {
            var expected = Enumerable.Range(0, taps).Aggregate((Rational)0, (sum, k) => sum + filter[k] * input[i * step + k]);
            Assert.Equal(expected, results[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void WhatIsWrittenIsTheProductWithTheMatrix(int outputs, int taps, int step)
    {
        var algorithm = MinimalFilter.Of(outputs, taps, step);
        foreach (var transform in new[] { algorithm.Input, algorithm.Filter, algorithm.Output })
        {
            var random = new Random(7);
            var numbers = Enumerable.Range(0, transform.Columns).Select(_ => random.NextDouble() * 2 - 1).ToArray();
            var builder = new KernelBuilder();
            var values = new Dictionary<string, double>();
            var operands = numbers.Select((x, i) =>
            {
                values[$"x{i}"] = x;
                return new Variable($"x{i}", KernelType.F32);
            }).ToArray();
            var results = transform.Apply(builder, i => operands[i]);
            foreach (var let in builder.Build("Transform", "").Body.Statements.OfType<Let>())
                values[let.Variable.Name] = Value(let.Value, values);
            for (var i = 0; i < transform.Rows; i++)
            {
                var expected = Enumerable.Range(0, transform.Columns).Sum(j => transform[i, j].ToDouble() * numbers[j]);
                Assert.Equal(expected, Value(results[i], values), 1e-12);
            }
        }
    }

    [Fact]
    public void PairsOfRowsAndColumnsShareArithmetic()
    {
        // Row by row F(4, 3) would take 16 operations for a column of the input, and as many for one of the products.
        var algorithm = MinimalFilter.Of(4, 3);
        Assert.Equal(12, algorithm.Input.Operations);
        Assert.Equal(12, algorithm.Output.Operations);
        Assert.Equal(4, MinimalFilter.Of(2, 3).Input.Operations);
    }

    [Fact]
    public void AStrideSplitsAFilterByItsTaps()
    {
        // Outer taps over every other input, F(2, 2), and the middle one over those between.
        var algorithm = MinimalFilter.Of(2, 3, step: 2);
        Assert.Equal(5, algorithm.Size);
        Assert.Equal("[-1 0 1 0 0]\n[0 0 1 0 0]\n[0 0 -1 0 1]\n[0 1 0 0 0]\n[0 0 0 1 0]", algorithm.Input.ToString());
        Assert.Equal("[1 1 0 1 0]\n[0 1 1 0 1]", algorithm.Output.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => MinimalFilter.Of(2, 3, step: 4));
    }

    [Fact]
    public void PointsAreThoseWithSmallErrors()
    {
        Assert.InRange(MinimalFilter.Of(2, 3).Amplification, 1.6, 1.7);
        Assert.InRange(MinimalFilter.Of(4, 3).Amplification, 8, 9);
        Assert.InRange(MinimalFilter.Of(3, 4).Amplification, 7, 8);
        Assert.InRange(MinimalFilter.Of(2, 4).Amplification, 4.5, 4.6);
        Assert.InRange(MinimalFilter.Of(4, 4).Amplification, 22, 22.2);
        Assert.InRange(MinimalFilter.Of(2, 3, step: 2).Amplification, 1.6, 1.7);
    }

    [Fact]
    public void FractionsAreInLowestTerms()
    {
        var half = new Rational(-3, -6);
        Assert.Equal("1/2", half.ToString());
        Assert.Equal(new Rational(5, 6), half + new Rational(1, 3));
        Assert.Equal("-1/4", (half * -half).ToString());
        Assert.Equal((Rational)3, new Rational(3, 2) / half);
        Assert.Equal((Rational)0, default);
        Assert.Throws<DivideByZeroException>(() => half / 0);
    }

    private static Rational[] Product(LinearTransform matrix, Rational[] x) => [.. Enumerable.Range(0, matrix.Rows)
        .Select(i => Enumerable.Range(0, matrix.Columns).Aggregate((Rational)0, (sum, j) => sum + matrix[i, j] * x[j]))];

    private static double Value(Expression expression, Dictionary<string, double> values) => expression switch
    {
        Constant constant => constant.Number,
        Variable variable => values[variable.Name],
        FusedMultiplyAdd fused => Value(fused.Left, values) * Value(fused.Right, values) + Value(fused.Addend, values),
        Binary { Function: BinaryFunction.Add } sum => Value(sum.Left, values) + Value(sum.Right, values),
        Binary { Function: BinaryFunction.Subtract } difference => Value(difference.Left, values) - Value(difference.Right, values),
        Binary { Function: BinaryFunction.Multiply } product => Value(product.Left, values) * Value(product.Right, values),
        _ => throw new InvalidOperationException(expression.ToString()),
    };
}
