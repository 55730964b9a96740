using System.Diagnostics;
using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>Measures the stages of a pass, in memory of its own: what runs otherwise knows nothing of it.</summary>
internal sealed class PassProfiler : IDisposable
{
    // Code is compiled and caches are filled.
    private const int WarmUps = 3;

    private readonly TimedPass _pass;
    private readonly WorkerPool _workers;
    private readonly long[] _durations;
    private readonly long[][] _sums;
    private int _run = -WarmUps - 1;
    private long _begin;

    public PassProfiler(CompiledPass pass, int samples, int runs, WorkerPool workers)
    {
        _pass = new TimedPass(pass);
        _workers = workers;
        _durations = new long[runs];
        _sums = new long[runs][];
        Executor = new PassExecutor(_pass, samples, workers);
    }

    /// <summary>What is to run the pass, once a round.</summary>
    public PassExecutor Executor { get; }

    /// <summary>Ends a round, if one has begun, and begins the next one. False where there have been enough.</summary>
    public bool NextRound()
    {
        var now = Stopwatch.GetTimestamp();
        if (_run >= 0)
        {
            _durations[_run] = now - _begin;
            _sums[_run] = _pass.Sums.ToArray();
        }

        if (++_run >= _durations.Length)
            return false;
        _pass.Reset();
        _begin = Stopwatch.GetTimestamp();
        return true;
    }

    /// <summary>The round of median duration.</summary>
    public PassProfile Result(Network network, string name, int vectorBits, int samples)
    {
        Array.Sort(_durations, _sums);
        var median = _durations.Length / 2;
        var stages = new List<StageProfile>();
        for (var i = 0; i < _pass.Info.Stages.Count; i++)
        {
            var stage = _pass.Info.Stages[i];
            var (ticks, laps) = (_sums[median][2 * i], _sums[median][2 * i + 1]);
            if (laps > 0)
                stages.Add(new StageProfile(stage, Seconds(ticks), stage.MultiplyAdds * samples));
        }

        return new PassProfile(
            network.Definition.Name, name, vectorBits, samples, _workers.Threads, _durations.Length, Seconds(_durations[median]), stages);
    }

    public void Dispose() => Executor.Dispose();

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;
}
