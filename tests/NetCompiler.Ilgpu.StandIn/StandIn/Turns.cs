namespace ILGPU.StandIn;

/// <summary>
/// Whose turn it is: the threads of a launch run one at a time, each until it waits, in one direction and then back, so that what a missing
/// barrier leaves to chance comes once with the neighbours on one side ahead and once with those on the other.
/// </summary>
internal sealed class Turns
{
    private readonly ManualResetEventSlim?[] _mine;
    private readonly bool[] _hasLeft;
    private readonly ManualResetEventSlim _allLeft = new(false);
    private readonly Action<int, Action> _run;
    private int _step = 1;

    private Turns(int threads, Action<int, Action> run)
    {
        _mine = new ManualResetEventSlim?[threads];
        _hasLeft = new bool[threads];
        _run = run;
    }

    /// <summary>Runs threads to their end.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="run">What each of them does: its number, and what lets all others run until they wait or end.</param>
    public static void Run(int threads, Action<int, Action> run)
    {
        var turns = new Turns(threads, run);
        turns.HandTo(0);
        turns._allLeft.Wait();
    }

    private void Pass(int thread)
    {
        var next = Next(thread);
        if (next == thread)
            return;
        HandTo(next);
        _mine[thread]!.Wait();
        _mine[thread]!.Reset();
    }

    private void HandTo(int thread)
    {
        if (_mine[thread] is { } begun)
        {
            begun.Set();
            return;
        }

        // Who waits waits long: nothing is won by spinning.
        _mine[thread] = new ManualResetEventSlim(false, spinCount: 0);
        KernelThread.Run(() =>
        {
            _run(thread, () => Pass(thread));
            _hasLeft[thread] = true;
            var next = Next(thread);
            if (_hasLeft[next])
                _allLeft.Set();
            else
                HandTo(next);
        });
    }

    // The next one in this direction, or, behind the last, the first one on the way back: that may be the same.
    private int Next(int thread)
    {
        for (var i = thread + _step; i >= 0 && i < _mine.Length; i += _step)
        {
            if (!_hasLeft[i])
                return i;
        }

        _step = -_step;
        var next = thread;
        while (_hasLeft[next] && next + _step >= 0 && next + _step < _mine.Length)
            next += _step;
        return next;
    }
}
