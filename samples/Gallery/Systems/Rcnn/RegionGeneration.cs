using Gallery.Data;
using Gallery.Running;
using Gallery.Vision;
using NetCompiler;
using NetCompiler.Detection;
using NetCompiler.Imaging;
using NetCompiler.Runtime;
using NetCompiler.Training;
using NetCompiler.Training.Data;

namespace Gallery.Systems.Rcnn;

/// <summary>
/// R-CNN: each proposal is warped to one size, a network makes features of it, support vector machines say what it shows, and a regression
/// moves its box. Three learners, one after the other.
/// </summary>
internal sealed class RegionGeneration(SelectiveProposals proposals, SystemContext context) : IGeneration
{
    private const int Pixels = 3 * RegionCnn.Size * RegionCnn.Size;
    private const int Kinds = CellFeatures.Kinds;

    private readonly RegionCnn _network = new(context.Seed);
    private readonly RegionSvm _machines = new(context.Seed);
    private readonly RegionRegression _regression = new(context.Seed);

    public string Name => "R-CNN";

    public History Train(IReadOnlyList<DetectionSample> pictures)
    {
        List<Box>[] regions = [.. pictures.Select(p => (List<Box>)[.. p.Boxes, .. proposals.Of(p).Boxes])];
        BoxMatch[][] matches = [.. pictures.Select((p, i) => BoxMatch.Of(regions[i], p.Boxes))];
        var history = TrainFeatures(pictures, regions, matches);
        var (features, sides) = (new List<float>(), new List<float>());
        var (pooled, isKind, offsets) = (new List<float>(), new List<float>(), new List<float>());
        for (var p = 0; p < pictures.Count; p++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var (picture, kinds) = (pictures[p], Enumerable.Range(0, Kinds));
            var (own, behind) = Features(picture, regions[p]);
            features.AddRange(own);
            for (var r = 0; r < regions[p].Count; r++)
            {
                var (region, match) = (regions[p][r], matches[p][r]);
                // What is annotated counts for its kind, and against a kind what hardly overlaps any of it; the rest is left out.
                sides.AddRange(kinds.Select(k => match.Overlap > 0.7f && picture.Classes[match.Index] == k ? 1f : Overlap(picture, region, k) < 0.3f ? -1f : 0f));
                if (match.Overlap < 0.6f)
                    continue;
                pooled.AddRange(behind.AsSpan(r * RegionCnn.Pooled, RegionCnn.Pooled));
                isKind.AddRange(kinds.Select(k => picture.Classes[match.Index] == k ? 1f : 0f));
                var target = new float[4];
                BoxOffsets.Of(picture.Boxes[match.Index], region).Write(target, 0);
                offsets.AddRange(target);
            }
        }
        _machines.Fit(
            new InMemoryDataset([SampleArray.Of([.. features], [RegionCnn.Features])], SampleArray.Of([.. sides], [Kinds])),
            new AdamW(1e-3f), context.Size(10, 1), context.Fitting(128) with { Schedule = LearningRateSchedule.Cosine() });
        _regression.Fit(
            new InMemoryDataset(
                [SampleArray.Of([.. pooled], [RegionCnn.Pooled])], SampleArray.Of([.. isKind], [Kinds, 1]), SampleArray.Of([.. offsets], [1, 4])),
            new AdamW(3e-4f, weightDecay: 0.1f), context.Size(12, 1), context.Fitting() with { Schedule = LearningRateSchedule.Cosine() });
        return history;
    }

    public Detections Detect(DetectionSample picture, StageTimes clock)
    {
        var (regions, time) = proposals.Of(picture);
        clock.Add(Stage.Proposals, time);
        var (features, pooled) = clock.Time(Stage.Features, () => Features(picture, regions));
        var claims = clock.Time(Stage.Heads, () =>
        {
            using var machines = _machines.CreateSession(regions.Count, context.Threads);
            using var regression = _regression.CreateSession(regions.Count, context.Threads);
            var (scores, offsets) = (new float[regions.Count * Kinds], new float[regions.Count * 4 * Kinds]);
            machines.Predict(features, scores);
            regression.Offsets(pooled, offsets);
            return RegionReader.Read(regions, scores, offsets, least: -1.5f, new Box(0, 0, picture.Image.Width, picture.Image.Height));
        });
        return new Detections(regions, clock.Time(Stage.Suppression, () => NonMaximumSuppression.Apply(claims, overlap: 0.3f)));
    }

    public void Dispose()
    {
        _network.Dispose();
        _machines.Dispose();
        _regression.Dispose();
    }

    /// <summary>Half of the regions show nothing, the others each kind alike often; each is mirrored by chance.</summary>
    private History TrainFeatures(IReadOnlyList<DetectionSample> pictures, List<Box>[] regions, BoxMatch[][] matches)
    {
        var places = pictures.SelectMany((p, i) => Enumerable.Range(0, regions[i].Count).Select(r => (Picture: i, Region: r)));
        var byLabel = places.ToLookup(p => matches[p.Picture][p.Region] is { Overlap: >= RegionDraw.Shown } m ? pictures[p.Picture].Classes[m.Index] + 1 : 0);
        var choices = Enumerable.Range(0, CellFeatures.Classes).Select(label => byLabel[label].ToArray()).ToArray();
        var random = new RandomStream(context.Seed, "regions");
        var warped = new byte[Pixels];
        var data = new DrawnDataset(
            context.Size(8192, 64),
            [new TensorInfo("region", ElementType.UInt8, [3, RegionCnn.Size, RegionCnn.Size])],
            [new TensorInfo("label", ElementType.Int32, [])],
            (index, batch, place) =>
            {
                var label = random.NextDouble() < 0.5 ? 0 : 1 + (int)(random.NextDouble() * Kinds);
                var drawn = choices[label].Length > 0 ? choices[label] : choices[label = 0];
                var (picture, region) = drawn[(int)(random.NextDouble() * drawn.Length)];
                WarpedRegion.Write(pictures[picture].Image, regions[picture][region], RegionCnn.Size, warped);
                var (across, down) = (random.NextDouble() < 0.5, random.NextDouble() < 0.5);
                new DetectionSample(Image.FromChannelsFirst(warped, 3, RegionCnn.Size, RegionCnn.Size), [], []).CopyTo(batch.InputAt<byte>(0, place), across, down);
                batch.TargetAt<int>(0, place)[0] = label;
            });
        return _network.Fit(data, new AdamW(2e-3f), context.Size(10, 1), context.Fitting() with { Schedule = LearningRateSchedule.Cosine() });
    }

    private (float[] Features, float[] Pooled) Features(DetectionSample picture, List<Box> regions)
    {
        using var session = _network.CreateSession(32, context.Threads);
        var (samples, scores) = (new byte[regions.Count * Pixels], new float[regions.Count * CellFeatures.Classes]);
        var (features, pooled) = (new float[regions.Count * RegionCnn.Features], new float[regions.Count * RegionCnn.Pooled]);
        for (var r = 0; r < regions.Count; r++)
            WarpedRegion.Write(picture.Image, regions[r], RegionCnn.Size, samples.AsSpan(r * Pixels, Pixels));
        session.Look(samples, scores, features, pooled);
        return (features, pooled);
    }

    private static float Overlap(DetectionSample picture, Box region, int kind) =>
        picture.Boxes.Where((_, i) => picture.Classes[i] == kind).Select(region.IntersectionOverUnion).DefaultIfEmpty().Max();
}
