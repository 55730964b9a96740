using System.Collections;

namespace NetCompiler.Training;

/// <summary>
/// The values of some metrics by their names. Two are equal if they hold the same values under the same names, in the same order.
/// </summary>
public sealed class MetricValues : IReadOnlyList<KeyValuePair<string, double>>, IEquatable<MetricValues>
{
    private readonly KeyValuePair<string, double>[] _values;

    internal MetricValues(params KeyValuePair<string, double>[] values) => _values = values;

    /// <summary>No values.</summary>
    public static MetricValues None { get; } = new();

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, double> this[int index] => _values[index];

    /// <summary>The value of a metric; NaN where there is none of that name.</summary>
    /// <param name="name">The metric's name.</param>
    public double this[string name]
    {
        get
        {
            foreach (var (key, value) in _values)
            {
                if (key == name)
                    return value;
            }
            return double.NaN;
        }
    }

    /// <inheritdoc/>
    public bool Equals(MetricValues? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MetricValues);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (var value in _values)
            hash.Add(value);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => _values.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(", ", _values.Select(v => FormattableString.Invariant($"{v.Key} {v.Value:G6}")));

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
