using System.Diagnostics;

namespace NetCompiler.Benchmarks.Peers;

/// <summary>A run in this process, timed from outside.</summary>
internal abstract class TimedRun : IRun
{
    /// <inheritdoc/>
    public void Time(Span<double> microseconds)
    {
        RunOnce();
        for (var i = 0; i < microseconds.Length; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            RunOnce();
            microseconds[i] = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Runs it once.</summary>
    protected abstract void RunOnce();
}
