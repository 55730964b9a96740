using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Ops;

/// <summary>An index that runs over an extent: of a result's elements, or of what is summed up. Compared by identity.</summary>
public sealed class Axis(string name, Dimension extent)
{
    /// <summary>Its name, for the reader.</summary>
    public string Name { get; } = name;

    /// <summary>It runs from 0 to this, exclusive.</summary>
    public Dimension Extent { get; } = extent;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>An axis times a constant.</summary>
public readonly record struct IndexTerm(Axis Axis, int Coefficient);

/// <summary>
/// An index into a tensor: (Σ coefficient · axis + Constant) / Divisor. With a divisor above 1 the index exists only where the
/// division leaves no remainder.
/// </summary>
public sealed record IndexExpression(ImmutableArray<IndexTerm> Terms, int Constant = 0, int Divisor = 1)
{
    /// <summary>An axis by itself.</summary>
    public static implicit operator IndexExpression(Axis axis) => new([new IndexTerm(axis, 1)]);

    /// <summary>A constant.</summary>
    public static implicit operator IndexExpression(int constant) => new([], constant);

    /// <summary>The sum of two indices without divisors.</summary>
    public static IndexExpression operator +(IndexExpression a, IndexExpression b) =>
        new(a.Terms.AddRange(b.Terms), a.Constant + b.Constant);

    /// <summary>An index without a divisor, times a constant.</summary>
    public static IndexExpression operator *(IndexExpression a, int factor) =>
        new([.. a.Terms.Select(t => t with { Coefficient = t.Coefficient * factor })], a.Constant * factor);

    /// <summary>The difference of two indices without divisors.</summary>
    public static IndexExpression operator -(IndexExpression a, IndexExpression b) => a + b * -1;

    /// <summary>The index divided by a constant; see <see cref="Divisor"/>.</summary>
    public IndexExpression DividedBy(int divisor) => this with { Divisor = Divisor * divisor };

    /// <summary>The factor of an axis; 0 where it does not occur.</summary>
    public int CoefficientOf(Axis axis)
    {
        var sum = 0;
        foreach (var term in Terms)
            sum += term.Axis == axis ? term.Coefficient : 0;
        return sum;
    }

    /// <summary>The smallest and largest numerator over all values of the axes; a batch axis does not count.</summary>
    public (int Min, int Max) Range()
    {
        var (min, max) = (Constant, Constant);
        foreach (var term in Terms)
        {
            var last = term.Axis.Extent.IsConstant ? term.Coefficient * (term.Axis.Extent.Size - 1) : 0;
            min += Math.Min(0, last);
            max += Math.Max(0, last);
        }

        return (min, max);
    }

    /// <summary>True where the index exists for all values of the axes and lies in the extent.</summary>
    public bool StaysInside(Dimension extent) =>
        Divisor == 1 && (extent.IsBatch || Range() is var range && range.Min >= 0 && range.Max < extent.Size);

    /// <inheritdoc/>
    public bool Equals(IndexExpression? other) =>
        other is not null && Constant == other.Constant && Divisor == other.Divisor && Terms.SequenceEqual(other.Terms);

    /// <inheritdoc/>
    public override int GetHashCode() => Terms.Aggregate(Constant * 31 + Divisor, (hash, term) => hash * 31 + term.GetHashCode());

    /// <inheritdoc/>
    public override string ToString()
    {
        var terms = Terms.Select(t => t.Coefficient == 1 ? t.Axis.Name : $"{t.Coefficient}{t.Axis.Name}").ToList();
        if (Constant != 0 || terms.Count == 0)
            terms.Add(Constant.ToString(CultureInfo.InvariantCulture));
        var sum = string.Join("+", terms).Replace("+-", "-");
        return Divisor == 1 ? sum : $"({sum})/{Divisor}";
    }
}

/// <summary>How values are combined along axes.</summary>
public enum ReductionKind
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The position of the first largest, counted through the axes in row-major order.</summary>
    ArgMax,
}

/// <summary>Numbers that a running pass knows.</summary>
public enum PassConstant
{
    /// <summary>Samples in the batch.</summary>
    BatchSize,
}

/// <summary>
/// A number of one element of a tensor, as a function of the axes. What it is made of says nothing of how it is computed.
/// </summary>
public abstract record ScalarExpression
{
    /// <summary>A sum.</summary>
    public static ScalarExpression operator +(ScalarExpression a, ScalarExpression b) => new ScalarBinary(BinaryFunction.Add, a, b);

    /// <summary>A difference.</summary>
    public static ScalarExpression operator -(ScalarExpression a, ScalarExpression b) => new ScalarBinary(BinaryFunction.Subtract, a, b);

    /// <summary>A product.</summary>
    public static ScalarExpression operator *(ScalarExpression a, ScalarExpression b) => new ScalarBinary(BinaryFunction.Multiply, a, b);

    /// <summary>A quotient.</summary>
    public static ScalarExpression operator /(ScalarExpression a, ScalarExpression b) => new ScalarBinary(BinaryFunction.Divide, a, b);

    /// <summary>The negative.</summary>
    public static ScalarExpression operator -(ScalarExpression a) => new ScalarUnary(UnaryFunction.Negate, a);

    /// <summary>A literal.</summary>
    public static implicit operator ScalarExpression(double number) => new ScalarLiteral(number);

    /// <summary>The larger of two numbers.</summary>
    public static ScalarExpression Max(ScalarExpression a, ScalarExpression b) => new ScalarBinary(BinaryFunction.Max, a, b);

    /// <summary>The smaller of two numbers.</summary>
    public static ScalarExpression Min(ScalarExpression a, ScalarExpression b) => new ScalarBinary(BinaryFunction.Min, a, b);

    /// <summary>A function of one number.</summary>
    public static ScalarExpression Apply(UnaryFunction function, ScalarExpression a) => new ScalarUnary(function, a);

    /// <summary><paramref name="then"/> where the comparison holds, else <paramref name="otherwise"/>.</summary>
    public static ScalarExpression Select(
        ComparisonFunction function, ScalarExpression a, ScalarExpression b, ScalarExpression then, ScalarExpression otherwise) =>
        new ScalarSelection(function, a, b, then, otherwise);

    /// <summary>The sum over axes; over none of them the body itself.</summary>
    public static ScalarExpression Sum(ImmutableArray<Axis> axes, ScalarExpression body) =>
        axes.IsEmpty ? body : new ScalarReduction(ReductionKind.Sum, axes, body);
}

/// <summary>A literal.</summary>
public sealed record ScalarLiteral(double Number) : ScalarExpression;

/// <summary>
/// An element of input number <paramref name="Source"/> of the node, or, with numbers from the count of inputs on, of an earlier
/// definition of the same expression.
/// </summary>
/// <param name="Source">Which tensor.</param>
/// <param name="Indices">One index for each of its extents.</param>
/// <param name="Outside">What is read where an index lies outside or does not exist; null where that cannot be.</param>
public sealed record ScalarRead(int Source, ImmutableArray<IndexExpression> Indices, double? Outside = null) : ScalarExpression;

/// <summary>Where along a dimension a tensor is read: at an element of a tensor of integers.</summary>
/// <param name="Dimension">The dimension, not the batch.</param>
/// <param name="Read">The element. Callers are held to integers that lie inside (<see cref="IndexBounds"/>).</param>
public sealed record GatherPosition(int Dimension, ScalarRead Read);

/// <summary>
/// An element of a tensor at an index that data say: as <see cref="ScalarRead"/>, but along some dimensions the index is an element of a
/// tensor of integers.
/// </summary>
/// <param name="Source">Which tensor.</param>
/// <param name="Indices">One index for each of its extents; what the data say is added to those of their dimensions.</param>
/// <param name="Positions">What the data say, dimension by dimension.</param>
/// <param name="Outside">What is read where it lies outside; null where that cannot be.</param>
public sealed record ScalarGather(
    int Source, ImmutableArray<IndexExpression> Indices, ImmutableArray<GatherPosition> Positions, double? Outside = null) : ScalarExpression
{
    /// <summary>One that data lead along one dimension.</summary>
    public ScalarGather(int source, ImmutableArray<IndexExpression> indices, int dimension, ScalarRead position, double? outside = null)
        : this(source, indices, [new GatherPosition(dimension, position)], outside)
    {
    }

    /// <summary>The read as far as it does not depend on data.</summary>
    public ScalarRead Read => new(Source, Indices, Outside);
}

/// <summary>The value of an index as a number.</summary>
public sealed record ScalarIndex(IndexExpression Index) : ScalarExpression;

/// <summary>A number that the running pass knows.</summary>
public sealed record ScalarPassConstant(PassConstant Constant) : ScalarExpression;

/// <summary>
/// A random number in [0, 1), a function of the call's seed, of <paramref name="Stream"/> and of <paramref name="Counter"/> alone
/// (counter-based, as in Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), so that it can be computed again
/// anywhere and does not depend on chunks or threads. A batch axis in the counter counts through the whole batch.
/// </summary>
/// <remarks>
/// All targets produce the same bits, in unsigned 32-bit arithmetic that wraps:
/// <code>
/// h = counter · 0x9E3779B9 ^ (seed + stream · 0x85EBCA6B)
/// h ^= h >> 16;  h *= 0x7FEB352D;  h ^= h >> 15;  h *= 0x846CA68B;  h ^= h >> 16
/// number = (h >> 8) · 2⁻²⁴
/// </code>
/// </remarks>
public sealed record ScalarRandom(IndexExpression Counter, int Stream) : ScalarExpression;

/// <summary>A function of one number.</summary>
public sealed record ScalarUnary(UnaryFunction Function, ScalarExpression Operand) : ScalarExpression;

/// <summary>A function of two numbers.</summary>
public sealed record ScalarBinary(BinaryFunction Function, ScalarExpression Left, ScalarExpression Right) : ScalarExpression;

/// <summary>One of two numbers, chosen by a comparison.</summary>
public sealed record ScalarSelection(
    ComparisonFunction Function, ScalarExpression Left, ScalarExpression Right, ScalarExpression Then, ScalarExpression Otherwise)
    : ScalarExpression;

/// <summary>A part of an axis that data say: from one element of a tensor of integers up to before another, as far as that lies in the axis.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends, exclusive.</param>
public sealed record AxisRange(Axis Axis, ScalarRead From, ScalarRead To);

/// <summary>Numbers combined over axes. Of none the sum is 0, the largest −∞, and its position 0.</summary>
public sealed record ScalarReduction(ReductionKind Kind, ImmutableArray<Axis> Axes, ScalarExpression Body) : ScalarExpression
{
    /// <summary>The axes of which data say a part; others run over all of their extents.</summary>
    public ImmutableArray<AxisRange> Ranges { get; init; } = [];
}

/// <summary>One tensor: for all values of the axes, element (indices) = body.</summary>
/// <param name="Axes">What the definition runs over.</param>
/// <param name="Body">The element.</param>
/// <param name="Element">The element type.</param>
/// <param name="Indices">
/// Which element it is, one index for each extent; every element is met exactly once. Empty where the axes themselves are the
/// indices, as they mostly are; a grouped convolution or a reshape writes to a combination of finer axes.
/// </param>
public sealed record TensorDefinition(
    ImmutableArray<Axis> Axes, ScalarExpression Body, ScalarKind Element = ScalarKind.F32,
    ImmutableArray<IndexExpression> Indices = default)
{
    /// <summary>Which element the body defines, one index for each extent.</summary>
    public ImmutableArray<IndexExpression> Target => Indices.IsDefaultOrEmpty ? [.. Axes.Select(a => (IndexExpression)a)] : Indices;

    /// <summary>True where the axes themselves are the indices.</summary>
    public bool IsDirect => Indices.IsDefaultOrEmpty;
}

/// <summary>
/// What a node computes, as pure mathematics: definitions in order, each of which may read the ones before it. The last
/// <paramref name="ResultCount"/> are the node's results; the ones before are intermediate.
/// </summary>
public sealed record TensorExpression(ImmutableArray<TensorDefinition> Definitions, int ResultCount = 1)
{
    /// <summary>The definition of a result.</summary>
    public TensorDefinition Result(int index = 0) => Definitions[Definitions.Length - ResultCount + index];
}
