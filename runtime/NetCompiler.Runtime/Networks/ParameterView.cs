using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler;

/// <summary>
/// A parameter tensor, or its gradient, where it lies: no copy. The last axis varies fastest.
/// </summary>
public readonly struct ParameterView
{
    private readonly FloatArena _arena;
    private readonly Network? _network;

    internal ParameterView(ParameterInfo info, FloatArena arena, Network? network)
    {
        Info = info;
        _arena = arena;
        _network = network;
    }

    /// <summary>What is known of the parameter at build time.</summary>
    public ParameterInfo Info { get; }

    /// <summary>Its name, such as <c>conv1.weight</c>.</summary>
    public string Name => Info.Name;

    /// <summary>Its extents in canonical order: (out, in, height, width) for convolutions, (out, in) for dense layers.</summary>
    public IReadOnlyList<int> Shape => Info.Shape;

    /// <summary>
    /// Its values. After writing through this span to a network's parameter, call <see cref="Network.ParametersChanged"/>: otherwise
    /// sessions go on with what they derived from the old values. <see cref="CopyFrom"/>, <see cref="Fill"/> and the indexer do that.
    /// </summary>
    public Span<float> Values
    {
        get
        {
            _network?.BringHome();
            return _arena.Span.Slice(Info.Offset, Info.Length);
        }
    }

    /// <summary>One value.</summary>
    /// <param name="indices">One index for each axis, as <c>weight[o, i, h, w]</c>.</param>
    /// <exception cref="ArgumentException">There are more or fewer indices than axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative, or not less than its extent.</exception>
    public float this[params ReadOnlySpan<int> indices]
    {
        get => Values[Flatten(indices)];
        set
        {
            Values[Flatten(indices)] = value;
            _network?.ParametersChanged();
        }
    }

    /// <summary>Sets all values.</summary>
    /// <param name="values">As many values as the parameter has, the last axis fastest.</param>
    /// <exception cref="ArgumentException">There are more or fewer values.</exception>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        if (values.Length != Info.Length)
        {
            throw new ArgumentException(
                Invariant($"{this}: expected {Info.Length} values, found {values.Length}."), nameof(values));
        }

        values.CopyTo(Values);
        _network?.ParametersChanged();
    }

    /// <summary>Sets all values to one.</summary>
    /// <param name="value">The value.</param>
    public void Fill(float value)
    {
        Values.Fill(value);
        _network?.ParametersChanged();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shapes.ToText(Shape)}";

    private int Flatten(ReadOnlySpan<int> indices)
    {
        var shape = Info.Shape;
        if (indices.Length != shape.Count)
        {
            throw new ArgumentException(
                Invariant($"{this}: expected {shape.Count} indices, found {indices.Length}."), nameof(indices));
        }

        var flat = 0;
        for (var axis = 0; axis < indices.Length; axis++)
        {
            if ((uint)indices[axis] >= (uint)shape[axis])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices),
                    Invariant($"{this}: index of axis {axis}: expected 0 to {shape[axis] - 1}, found {indices[axis]}."));
            }

            flat = flat * shape[axis] + indices[axis];
        }

        return flat;
    }
}
