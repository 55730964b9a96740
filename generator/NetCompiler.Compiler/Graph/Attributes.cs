using System.Collections.Immutable;
using System.Globalization;

namespace NetCompiler.Compiler.Graphs;

/// <summary>
/// The constant arguments of a layer or operator by name: int, double, bool, string, ImmutableArray&lt;int&gt; or
/// ImmutableArray&lt;double&gt;. Two are equal when they hold the same names and values.
/// </summary>
public sealed class Attributes : IEquatable<Attributes>
{
    /// <summary>No arguments.</summary>
    public static readonly Attributes Empty = new(ImmutableSortedDictionary<string, object>.Empty);

    private readonly ImmutableSortedDictionary<string, object> _values;

    private Attributes(ImmutableSortedDictionary<string, object> values) => _values = values;

    /// <summary>The arguments in the order of their names.</summary>
    public IEnumerable<KeyValuePair<string, object>> Values => _values;

    /// <summary>True where the argument is given.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The same arguments and one more, or with another value.</summary>
    public Attributes With(string name, object value)
    {
        if (value is not (int or double or bool or string or ImmutableArray<int> or ImmutableArray<double>))
            throw new ArgumentException($"Attribute '{name}' cannot be a {value?.GetType().Name ?? "null"}.", nameof(value));
        return new Attributes(_values.WithComparers(StringComparer.Ordinal).SetItem(name, value));
    }

    /// <summary>An integer.</summary>
    public int Int(string name) => _values[name] is int value ? value : throw Mismatch(name, "int");

    /// <summary>An integer, or <paramref name="fallback"/> where none is given.</summary>
    public int Int(string name, int fallback) => Has(name) ? Int(name) : fallback;

    /// <summary>A number.</summary>
    public double Double(string name) => _values[name] switch
    {
        double value => value,
        int value => value,
        _ => throw Mismatch(name, "double"),
    };

    /// <summary>A number, or <paramref name="fallback"/> where none is given.</summary>
    public double Double(string name, double fallback) => Has(name) ? Double(name) : fallback;

    /// <summary>A truth value, or <paramref name="fallback"/> where none is given.</summary>
    public bool Bool(string name, bool fallback)
    {
        if (!Has(name))
            return fallback;
        return _values[name] is bool value ? value : throw Mismatch(name, "bool");
    }

    /// <summary>A text, or null.</summary>
    public string? Text(string name) => Has(name) ? _values[name] as string ?? throw Mismatch(name, "string") : null;

    /// <summary>Integers.</summary>
    public ImmutableArray<int> Ints(string name) => _values[name] is ImmutableArray<int> value ? value : throw Mismatch(name, "int[]");

    /// <summary>Numbers.</summary>
    public ImmutableArray<double> Doubles(string name) =>
        _values[name] is ImmutableArray<double> value ? value : throw Mismatch(name, "double[]");

    /// <inheritdoc/>
    public bool Equals(Attributes? other)
    {
        if (other is null || other._values.Count != _values.Count)
            return false;
        foreach (var pair in _values)
        {
            if (!other._values.TryGetValue(pair.Key, out var value))
                return false;
            var same = (pair.Value, value) switch
            {
                (ImmutableArray<int> a, ImmutableArray<int> b) => a.SequenceEqual(b),
                (ImmutableArray<double> a, ImmutableArray<double> b) => a.SequenceEqual(b),
                var (a, b) => a.Equals(b),
            };
            if (!same)
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Attributes);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _values.Select(pair => $"{pair.Key}={Format(pair.Value)}"));

    private static string Format(object value) => value switch
    {
        ImmutableArray<int> ints => string.Join("×", ints),
        double number => Format(number),
        ImmutableArray<double> numbers => string.Join("×", numbers.Select(Format)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Format(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private InvalidOperationException Mismatch(string name, string expected) =>
        new($"Attribute '{name}' is {_values[name].GetType().Name}, expected {expected}.");
}
