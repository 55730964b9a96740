using System.Diagnostics;

namespace Gallery.Running;

/// <summary>The time that stages of some work take, added up.</summary>
/// <typeparam name="TStage">The stages.</typeparam>
internal sealed class StageTimes<TStage>
    where TStage : struct, Enum
{
    private readonly Dictionary<TStage, TimeSpan> _times = [];

    /// <summary>Milliseconds of a stage.</summary>
    /// <param name="stage">Which.</param>
    public double this[TStage stage] => _times.GetValueOrDefault(stage).TotalMilliseconds;

    /// <summary>Milliseconds of all stages.</summary>
    public double Sum => _times.Values.Sum(t => t.TotalMilliseconds);

    /// <summary>Adds time that was taken elsewhere.</summary>
    /// <param name="stage">What for.</param>
    /// <param name="time">How long it took.</param>
    public void Add(TStage stage, TimeSpan time) => _times[stage] = _times.GetValueOrDefault(stage) + time;

    /// <summary>Does something and takes its time.</summary>
    /// <typeparam name="T">What it makes.</typeparam>
    /// <param name="stage">What it is.</param>
    /// <param name="work">Does it.</param>
    public T Take<T>(TStage stage, Func<T> work)
    {
        var clock = Stopwatch.StartNew();
        var result = work();
        Add(stage, clock.Elapsed);
        return result;
    }
}
