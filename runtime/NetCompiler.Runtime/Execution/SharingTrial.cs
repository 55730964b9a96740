namespace NetCompiler.Runtime;

/// <summary>
/// Whether threads should share a step of a few microseconds, found out by trying: what one core hands to another may take a third of such a
/// step where both have no cache in common, which no program is told. Now and then some runs go without helpers and some with them, and the
/// runs up to the next trial go as the faster half of these did.
/// </summary>
internal sealed class SharingTrial
{
    // Runs of a trial of each kind; the median of so many counts.
    private const int Tries = 15;

    // Runs from the beginning of a trial to that of the next one.
    private const int Period = 100 * Tries;

    private readonly long[] _alone = new long[Tries];
    private readonly long[] _shared = new long[Tries];
    private int _run;
    private bool _isFaster = true;

    /// <summary>Whether the run that comes next is to be shared.</summary>
    public bool IsShared => _run < Tries || (_run >= 2 * Tries && _isFaster);

    /// <summary>Says how long that run took.</summary>
    /// <param name="ticks">Its time, in any unit.</param>
    public void Add(long ticks)
    {
        if (_run < Tries)
            _shared[_run] = ticks;
        else if (_run < 2 * Tries)
            _alone[_run - Tries] = ticks;
        if (++_run == 2 * Tries)
            _isFaster = Median(_shared) < Median(_alone);
        if (_run == Period)
            _run = 0;
    }

    private static long Median(long[] times)
    {
        times.AsSpan().Sort();
        return times[Tries / 2];
    }
}
