namespace NetCompiler.Training;

/// <summary>The mean of numbers that come in portions, summed in double precision in the order in which they come.</summary>
/// <param name="Sum">The sum so far.</param>
/// <param name="Count">How many numbers so far.</param>
public record struct RunningMean(double Sum, long Count)
{
    /// <summary>The mean so far, NaN before the first number.</summary>
    public readonly double Value => Count == 0 ? double.NaN : Sum / Count;

    /// <summary>Adds a portion, such as the losses of a batch.</summary>
    /// <param name="values">The numbers.</param>
    public void Add(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            Sum += value;
        Count += values.Length;
    }

    /// <summary>Adds one number.</summary>
    /// <param name="value">The number.</param>
    public void Add(double value)
    {
        Sum += value;
        Count++;
    }

    /// <summary>Adds hits among trials: their mean is an accuracy.</summary>
    /// <param name="hits">How many were right.</param>
    /// <param name="trials">Out of how many.</param>
    public void Add(int hits, int trials)
    {
        Sum += hits;
        Count += trials;
    }
}
