using Gallery.Data;
using Gallery.Running;
using NetCompiler.Training;

namespace Gallery.Vision;

/// <summary>Finds things in pictures, once it is trained.</summary>
internal interface IDetector : IDisposable
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>From which score on it is sure.</summary>
    float Sure { get; }

    /// <summary>Trains it.</summary>
    /// <param name="pictures">Pictures, with proposals where it does not make them.</param>
    /// <returns>How the loss of its network went.</returns>
    History Train(IReadOnlyList<DetectionSample> pictures);

    /// <summary>Looks at a picture.</summary>
    /// <param name="picture">The picture, with proposals where it does not make them.</param>
    /// <param name="times">Where the time of stages is added.</param>
    Detections Detect(DetectionSample picture, StageTimes<DetectionStage> times);
}
