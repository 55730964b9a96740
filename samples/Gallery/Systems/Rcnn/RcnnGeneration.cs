using Gallery.Data;
using Gallery.Running;
using Gallery.Vision;
using NetCompiler.Detection;
using NetCompiler.Training;
using NetCompiler.Training.Data;

namespace Gallery.Systems.Rcnn;

/// <summary>
/// R-CNN: each proposal is warped to one size, a network makes features of it, support vector machines say what it shows, and a regression
/// moves its box. Three learners, one after the other.
/// </summary>
internal sealed class RcnnGeneration(SystemContext context) : IDetector
{
    private const int Kinds = CellFeatures.Kinds;

    private readonly RegionCnn _network = new(context.Seed);
    private readonly RegionSvm _machines = new(context.Seed);
    private readonly RegionRegression _regression = new(context.Seed);

    public string Name => "R-CNN";

    public float Sure => -0.3f;

    public History Train(IReadOnlyList<DetectionSample> pictures)
    {
        var cosine = LearningRateSchedule.Cosine();
        var history = _network.Fit(
            WarpedRegion.Draw(pictures, RegionCnn.Size, context.Size(8192, 64), Kinds, context.Seed),
            new AdamW(2e-3f), context.Size(10, 1), context.Fitting() with { Schedule = cosine });
        var (features, sides) = (new List<float>(), new List<float>());
        var (pooled, isKind, offsets) = (new List<float>(), new List<float>(), new List<float>());
        foreach (var picture in pictures)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Box[] regions = [.. picture.Boxes, .. picture.Proposals];
            var (own, behind) = Features(picture, regions);
            features.AddRange(own);
            for (var r = 0; r < regions.Length; r++)
            {
                // Of each kind what is annotated, against what hardly overlaps any of the kind; what lies between is left out.
                var overlaps = Enumerable.Range(0, Kinds).Select(k => BoxMatch.Of(regions[r], picture.Boxes, i => picture.Classes[i] == k)).ToList();
                sides.AddRange(overlaps.Select(o => o.Overlap > 0.7f ? 1f : o.Overlap < 0.3f ? -1f : 0f));
                if (overlaps.MaxBy(o => o.Overlap) is not { Overlap: > 0.5f } best)
                    continue;
                pooled.AddRange(behind.AsSpan(r * RegionCnn.Pooled, RegionCnn.Pooled));
                isKind.AddRange(overlaps.Select(o => o == best ? 1f : 0f));
                offsets.AddRange(BoxOffsets.Of(picture.Boxes[best.Index], regions[r]).Scaled);
            }
        }
        _machines.Fit(
            new InMemoryDataset([SampleArray.Of([.. features], [RegionCnn.Features])], SampleArray.Of([.. sides], [Kinds])),
            new AdamW(1e-3f), context.Size(12, 1), context.Fitting(128) with { Schedule = cosine });
        _regression.Fit(
            new InMemoryDataset(
                [SampleArray.Of([.. pooled], [RegionCnn.Pooled])], SampleArray.Of([.. isKind], [Kinds, 1]), SampleArray.Of([.. offsets], [1, 4])),
            new AdamW(3e-4f, weightDecay: 0.1f), context.Size(16, 1), context.Fitting() with { Schedule = cosine });
        return history;
    }

    public Detections Detect(DetectionSample picture, StageTimes<DetectionStage> times)
    {
        var regions = picture.Proposals;
        var (features, pooled) = times.Take(DetectionStage.Features, () => Features(picture, regions));
        var claims = times.Take(DetectionStage.Heads, () =>
        {
            using var machines = _machines.CreateSession(regions.Count, context.Threads);
            using var regression = _regression.CreateSession(regions.Count, context.Threads);
            var (scores, offsets) = (new float[regions.Count * Kinds], new float[regions.Count * 4 * Kinds]);
            machines.Predict(features, scores);
            regression.Offsets(pooled, offsets);
            return RegionReader.Read(regions, Kinds, scores, offsets, least: -1.5f, picture.Frame);
        });
        return new Detections(regions, times.Take(DetectionStage.Suppression, () => NonMaximumSuppression.Apply([.. claims], overlap: 0.3f)));
    }

    public void Dispose()
    {
        _network.Dispose();
        _machines.Dispose();
        _regression.Dispose();
    }

    private (float[] Features, float[] Pooled) Features(DetectionSample picture, IReadOnlyList<Box> regions)
    {
        using var session = _network.CreateSession(32, context.Threads);
        var (features, pooled) = (new float[regions.Count * RegionCnn.Features], new float[regions.Count * RegionCnn.Pooled]);
        session.Look(WarpedRegion.Of(picture.Image, regions, RegionCnn.Size), new float[regions.Count * CellFeatures.Classes], features, pooled);
        return (features, pooled);
    }
}
