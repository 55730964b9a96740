using Gallery.Data;
using Gallery.Running;
using Gallery.Vision;
using NetCompiler;
using NetCompiler.Detection;
using NetCompiler.Runtime;
using NetCompiler.Training;

namespace Gallery.Systems.Rcnn;

/// <summary>Fast and Faster R-CNN: features of the whole picture, of which regions are cut out, and one loss that trains all.</summary>
internal sealed class RoiGeneration(
    string name, SystemContext context, Network network, IDisposable session, Func<byte[], float[]> look,
    Func<float[], List<Box>>? propose, Action<float[], float[], float[], float[]> judge) : IDetector
{
    private const int Regions = CellFeatures.Regions, Places = FasterRcnn.AnchorsOfAPlace;

    // Platelets, red and white cells; a third of the anchors lies, a third is upright.
    private static readonly Anchors s_anchors =
        new(CellFeatures.Rows, CellFeatures.Columns, CellFeatures.Stride, sizes: [16, 40, 80], ratios: [0.5f, 1, 2]);

    public string Name => name;

    public float Sure => 0.5f;

    /// <summary>Takes the proposals of selective search.</summary>
    public static RoiGeneration Fast(SystemContext context)
    {
        var network = new FastRcnn(context.Seed);
        var session = network.CreateSession(1, context.Threads);
        return new(
            "Fast R-CNN", context, network, session, picture => session.Look(picture), propose: null,
            (f, b, p, o) => session.Judge(f, b, new float[CellFeatures.Classes * Regions], p, o));
    }

    /// <summary>Proposes by itself.</summary>
    public static RoiGeneration Faster(SystemContext context)
    {
        var network = new FasterRcnn(context.Seed);
        var session = network.CreateSession(1, context.Threads);
        return new(
            "Faster R-CNN", context, network, session, picture => session.Look(picture), Propose,
            (f, b, p, o) => session.Judge(f, b, new float[CellFeatures.Classes * Regions], p, o));

        List<Box> Propose(float[] features)
        {
            var (objectness, offsets) = (new float[s_anchors.Count], new float[4 * s_anchors.Count]);
            session.Propose(features, objectness, offsets);
            return s_anchors.Propose(objectness, offsets, new Box(0, 0, CellFeatures.Width, CellFeatures.Height), most: 2 * Regions);
        }
    }

    /// <summary>Trains on each picture as it is and mirrored, with regions, and anchors where there are any, that are drawn anew each time.</summary>
    public History Train(IReadOnlyList<DetectionSample> pictures)
    {
        // The network's own proposals are what it proposes at this step; nothing is learned through where they are.
        var dataset = new RoiDataset(Regions, picture => propose?.Invoke(look(picture.ToBytes())) ?? picture.Proposals)
        {
            Anchors = propose is null ? null : (s_anchors, FasterRcnn.DrawnAnchors, [Places, CellFeatures.Rows, CellFeatures.Columns]),
        };
        var data = dataset.Of(pictures, new RandomStream(context.Seed, Name));
        return network.Fit(data, new AdamW(2e-3f), context.Size(10, 1), context.Fitting(4) with
        {
            Schedule = LearningRateSchedule.Cosine(),
            GradientClipping = GradientClipping.ByNorm(10),
        });
    }

    public Detections Detect(DetectionSample picture, StageTimes<DetectionStage> times)
    {
        var features = times.Take(DetectionStage.Features, () => look(picture.ToBytes()));
        var regions = times.Take(DetectionStage.Proposals, () => propose?.Invoke(features) ?? picture.Proposals);
        var claims = times.Take(DetectionStage.Heads, () => RegionReader.Read(
            regions, Regions, CellFeatures.Kinds, (b, p, o) => judge(features, b, p, o), least: 0.02f, picture.Frame).ToArray());
        return new Detections(regions, times.Take(DetectionStage.Suppression, () => NonMaximumSuppression.Apply(claims, overlap: 0.3f)));
    }

    public void Dispose()
    {
        session.Dispose();
        network.Dispose();
    }
}
