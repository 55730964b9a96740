using Gallery.Data;
using Gallery.Running;
using NetCompiler.Detection;
using NetCompiler.Training;

namespace Gallery.Vision;

/// <summary>What detectors do with a picture.</summary>
internal enum DetectionStage
{
    /// <summary>Finding regions in which there may be something.</summary>
    Proposals,

    /// <summary>Convolutions, of the picture or of each region.</summary>
    Features,

    /// <summary>What is claimed of regions or places.</summary>
    Heads,

    /// <summary>Keeping one claim for each thing.</summary>
    Suppression,
}

/// <summary>What a detector makes of a picture.</summary>
/// <param name="Proposals">Regions in which there may be something; none where it does without.</param>
/// <param name="Found">What it finds.</param>
internal sealed record Detections(IReadOnlyList<Box> Proposals, IReadOnlyList<DetectedBox> Found);

/// <summary>A detector, tried on pictures.</summary>
/// <param name="name">What it is called.</param>
/// <param name="pictures">The pictures.</param>
/// <param name="kinds">How many kinds of things there are.</param>
internal sealed class DetectorTrial(string name, IReadOnlyList<DetectionSample> pictures, int kinds)
{
    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>The pictures.</summary>
    public IReadOnlyList<DetectionSample> Pictures => pictures;

    /// <summary>What it made of each picture.</summary>
    public List<Detections> Detections { get; } = [];

    /// <summary>The time that it took, for all pictures.</summary>
    public StageTimes<DetectionStage> Times { get; } = new();

    /// <summary>Average precision from an IoU of 0.5 on.</summary>
    public MeanAveragePrecision Precision { get; } = new(kinds);

    /// <summary>Milliseconds a picture.</summary>
    public double Milliseconds => Times.Sum / pictures.Count;

    /// <summary>The part of what is annotated that a proposal overlaps by half.</summary>
    public double Proposed => pictures.Zip(Detections, (p, d) => p.Boxes.Select(b => BoxMatch.Of(b, d.Proposals).Overlap))
        .SelectMany(overlaps => overlaps).Average(overlap => overlap >= 0.5f ? 1 : 0);

    /// <summary>Tries it.</summary>
    /// <param name="detect">The detector.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public void Run(Func<DetectionSample, StageTimes<DetectionStage>, Detections> detect, CancellationToken cancellationToken)
    {
        // The first picture pays for what is made once.
        detect(pictures[0], new StageTimes<DetectionStage>());
        foreach (var picture in pictures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Detections.Add(detect(picture, Times));
            Precision.Add([.. Detections[^1].Found], picture.Annotated);
        }
    }
}
