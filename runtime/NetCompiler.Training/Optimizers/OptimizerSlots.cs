namespace NetCompiler.Training;

/// <summary>What an optimiser remembers of a range of parameters: some floats for each.</summary>
public readonly ref struct OptimizerSlots
{
    private readonly Span<float> _arena;
    private readonly int _stride;
    private readonly int _offset;
    private readonly int _count;

    /// <summary>Looks at all parameters of an arena.</summary>
    /// <param name="arena">Slot 0 of all parameters, slot 1 of all parameters, and so on.</param>
    /// <param name="parameterCount">The number of parameters.</param>
    /// <exception cref="ArgumentException">The arena's length is no multiple of <paramref name="parameterCount"/>.</exception>
    public OptimizerSlots(Span<float> arena, int parameterCount)
    {
        if (parameterCount == 0 ? !arena.IsEmpty : arena.Length % parameterCount != 0)
            throw new ArgumentException($"{arena.Length} floats are no whole number of slots of {parameterCount}.", nameof(arena));
        _arena = arena;
        _stride = parameterCount;
        _count = parameterCount;
    }

    private OptimizerSlots(Span<float> arena, int stride, int offset, int count)
    {
        _arena = arena;
        _stride = stride;
        _offset = offset;
        _count = count;
    }

    /// <summary>One slot of the range.</summary>
    /// <param name="slot">From 0 to <see cref="IOptimizer.SlotCount"/> − 1.</param>
    public Span<float> this[int slot] => _arena.Slice(slot * _stride + _offset, _count);

    /// <summary>The slots of a part of this range.</summary>
    /// <param name="offset">The first parameter.</param>
    /// <param name="count">How many.</param>
    public OptimizerSlots Slice(int offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _count - offset);
        return new OptimizerSlots(_arena, _stride, _offset + offset, count);
    }
}
