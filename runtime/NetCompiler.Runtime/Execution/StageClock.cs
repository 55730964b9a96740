using System.Diagnostics;

namespace NetCompiler.Runtime;

/// <summary>Counts how often each stage runs and adds up the time it takes, in ticks of <see cref="Stopwatch"/>; for one thread.</summary>
public readonly unsafe struct StageClock : IStageClock
{
    private readonly long* _last;
    private readonly long* _sums;

    /// <summary>Begins to measure.</summary>
    /// <param name="last">The time of the last lap, written here.</param>
    /// <param name="sums">Ticks and laps of stage 0, ticks and laps of stage 1, and so on: zeros, or what was measured before.</param>
    public StageClock(long* last, long* sums)
    {
        _last = last;
        _sums = sums;
        *_last = Stopwatch.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Lap(int stage)
    {
        var now = Stopwatch.GetTimestamp();
        _sums[2 * stage] += now - *_last;
        _sums[2 * stage + 1]++;
        *_last = now;
    }
}
