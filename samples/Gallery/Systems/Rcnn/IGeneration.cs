using System.Diagnostics;
using Gallery.Data;
using NetCompiler.Detection;
using NetCompiler.Training;

namespace Gallery.Systems.Rcnn;

/// <summary>What is done with a picture, one after the other.</summary>
internal enum Stage
{
    Proposals,
    Features,
    Heads,
    Suppression,
}

/// <summary>Takes the time of stages.</summary>
internal sealed class StageTimes
{
    private readonly TimeSpan[] _times = new TimeSpan[Enum.GetValues<Stage>().Length];

    /// <summary>Milliseconds of a stage.</summary>
    public double this[Stage stage] => _times[(int)stage].TotalMilliseconds;

    /// <summary>Milliseconds of all stages.</summary>
    public double Sum => _times.Sum(t => t.TotalMilliseconds);

    /// <summary>Adds time that was taken before.</summary>
    public void Add(Stage stage, TimeSpan time) => _times[(int)stage] += time;

    /// <summary>Does something and takes its time.</summary>
    public T Time<T>(Stage stage, Func<T> work)
    {
        var clock = Stopwatch.StartNew();
        var result = work();
        Add(stage, clock.Elapsed);
        return result;
    }
}

/// <summary>What a detector made of a picture.</summary>
/// <param name="Proposals">Regions in which there may be something.</param>
/// <param name="Found">What it found.</param>
internal sealed record Detections(IReadOnlyList<Box> Proposals, IReadOnlyList<DetectedBox> Found);

/// <summary>A detector of two stages.</summary>
internal interface IGeneration : IDisposable
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>Trains it.</summary>
    /// <returns>How the loss of its network went.</returns>
    History Train(IReadOnlyList<DetectionSample> pictures);

    /// <summary>Looks at a picture.</summary>
    Detections Detect(DetectionSample picture, StageTimes clock);
}
