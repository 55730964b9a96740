using Gallery.Data;
using Gallery.Running;
using Gallery.Vision;
using NetCompiler;
using NetCompiler.Detection;
using NetCompiler.Runtime;
using NetCompiler.Training;
using NetCompiler.Training.Data;

namespace Gallery.Systems.Rcnn;

/// <summary>What Fast and Faster R-CNN have in common: features of the whole picture, of which regions are cut out.</summary>
internal abstract class SharedGeneration(SystemContext context) : IGeneration
{
    protected const int FeatureLength = CellFeatures.Channels * CellFeatures.Rows * CellFeatures.Columns;
    protected static readonly TensorInfo[] Inputs =
    [
        new("picture", ElementType.UInt8, [3, CellFeatures.Height, CellFeatures.Width]), new("boxes", ElementType.Float32, [CellFeatures.Regions, 4]),
    ];
    protected static readonly TensorInfo[] Targets =
    [
        new("labels", ElementType.Float32, [CellFeatures.Regions]), new("offsets", ElementType.Float32, [CellFeatures.Regions, 4]),
    ];
    protected static readonly Box Whole = new(0, 0, CellFeatures.Width, CellFeatures.Height);

    public abstract string Name { get; }

    protected SystemContext Context => context;

    public abstract History Train(IReadOnlyList<DetectionSample> pictures);

    public abstract Detections Detect(DetectionSample picture, StageTimes clock);

    public abstract void Dispose();

    protected FitOptions Fitting => context.Fitting(4) with { Schedule = LearningRateSchedule.Cosine(), GradientClipping = GradientClipping.ByNorm(10) };

    /// <summary>A picture as the network reads it.</summary>
    protected static byte[] Read(DetectionSample picture)
    {
        var samples = new byte[3 * CellFeatures.Height * CellFeatures.Width];
        picture.Image.ToChannelsFirst(samples);
        return samples;
    }

    /// <summary>What the heads say of regions, as many at a time as the network takes.</summary>
    protected static DetectedBox[] Judge(IReadOnlyList<Box> regions, Action<float[], float[], float[]> judge)
    {
        var (boxes, scores, offsets) = (
            new float[4 * CellFeatures.Regions], new float[CellFeatures.Classes * CellFeatures.Regions], new float[4 * CellFeatures.Kinds * CellFeatures.Regions]);
        var claims = new List<DetectedBox>();
        foreach (var chunk in regions.Chunk(CellFeatures.Regions))
        {
            for (var r = 0; r < chunk.Length; r++)
                RegionDraw.Write(chunk[r], boxes, r);
            judge(boxes, scores, offsets);
            var probabilities = RegionReader.Probabilities(scores.AsSpan(0, chunk.Length * CellFeatures.Classes), CellFeatures.Classes);
            claims.AddRange(RegionReader.Read(chunk, probabilities, offsets, least: 0.02f, Whole));
        }
        return [.. claims];
    }

    /// <summary>Samples of pictures, each as it is and mirrored, with regions that are drawn anew each time.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="propose">The proposals for a picture, which was mirrored, by its place in a batch.</param>
    /// <param name="furtherTargets">Targets that stand before those of the regions.</param>
    protected DrawnDataset Set(
        IReadOnlyList<DetectionSample> pictures, Proposing propose, params TensorInfo[] furtherTargets)
    {
        var random = new RandomStream(context.Seed, Name);
        return new DrawnDataset(pictures.Count * 4, Inputs, [.. furtherTargets, .. Targets], (index, batch, place) =>
        {
            var (picture, across, down) = (pictures[index / 4], index % 4 % 2 == 1, index % 4 >= 2);
            picture.CopyTo(batch.InputAt<byte>(0, place), across, down);
            Box[] boxes = [.. picture.Boxes.Select(b => picture.Mirror(b, across, down))];
            var proposals = propose(picture, boxes, across, down, batch, place, ref random);
            RegionDraw.Write(
                proposals, boxes, picture.Classes, ref random, batch.InputAt<float>(1, place),
                batch.TargetAt<float>(furtherTargets.Length, place), batch.TargetAt<float>(furtherTargets.Length + 1, place));
        });
    }

    protected delegate IEnumerable<Box> Proposing(
        DetectionSample picture, Box[] boxes, bool across, bool down, SampleBatch batch, int place, ref RandomStream random);
}

/// <summary>Fast R-CNN: proposals of selective search, but the convolutions look at the picture once, and one loss trains all.</summary>
internal sealed class FastGeneration(SelectiveProposals proposals, SystemContext context) : SharedGeneration(context)
{
    private readonly FastRcnn _network = new(context.Seed);

    public override string Name => "Fast R-CNN";

    public override History Train(IReadOnlyList<DetectionSample> pictures) => _network.Fit(
        Set(pictures, (picture, _, across, down, _, _, ref _) => proposals.Of(picture).Boxes.Select(b => picture.Mirror(b, across, down))),
        new AdamW(2e-3f), Context.Size(9, 1), Fitting);

    public override Detections Detect(DetectionSample picture, StageTimes clock)
    {
        using var session = _network.CreateSession(1, Context.Threads);
        var (regions, time) = proposals.Of(picture);
        clock.Add(Stage.Proposals, time);
        var features = clock.Time(Stage.Features, () => session.Look(Read(picture)));
        var claims = clock.Time(Stage.Heads, () => Judge(regions, (boxes, scores, offsets) => session.Judge(features, boxes, scores, offsets)));
        return new Detections(regions, clock.Time(Stage.Suppression, () => NonMaximumSuppression.Apply(claims, overlap: 0.4f)));
    }

    public override void Dispose() => _network.Dispose();
}

/// <summary>Faster R-CNN: the network proposes by itself, also to its own training.</summary>
internal sealed class FasterGeneration(SystemContext context) : SharedGeneration(context)
{
    private const int Cells = CellFeatures.Rows * CellFeatures.Columns;
    private const int AnchorCount = FasterRcnn.AnchorsOfAPlace * Cells;

    private static readonly Box[] s_anchors =
        Anchors.Grid(CellFeatures.Rows, CellFeatures.Columns, CellFeatures.Stride, sizes: [16, 40, 80], ratios: [0.5f, 1, 2]);

    private readonly FasterRcnn _network = new(context.Seed);

    public override string Name => "Faster R-CNN";

    public override History Train(IReadOnlyList<DetectionSample> pictures)
    {
        using var session = _network.CreateSession(1, Context.Threads);
        var data = Set(pictures, Proposing,
            new TensorInfo("anchors", ElementType.Float32, [FasterRcnn.AnchorsOfAPlace, CellFeatures.Rows, CellFeatures.Columns]),
            new TensorInfo("anchor offsets", ElementType.Float32, [4 * FasterRcnn.AnchorsOfAPlace, CellFeatures.Rows, CellFeatures.Columns]));
        return _network.Fit(data, new AdamW(2e-3f), Context.Size(9, 1), Fitting);

        IEnumerable<Box> Proposing(DetectionSample picture, Box[] boxes, bool across, bool down, SampleBatch batch, int place, ref RandomStream random)
        {
            WriteAnchors(boxes, ref random, batch.TargetAt<float>(0, place), batch.TargetAt<float>(1, place));
            return Propose(session, session.Look(batch.InputAt<byte>(0, place)));
        }
    }

    public override Detections Detect(DetectionSample picture, StageTimes clock)
    {
        using var session = _network.CreateSession(1, Context.Threads);
        var features = clock.Time(Stage.Features, () => session.Look(Read(picture)));
        var regions = clock.Time(Stage.Proposals, () => Propose(session, features));
        var claims = clock.Time(Stage.Heads, () => Judge(regions, (boxes, scores, offsets) => session.Judge(features, boxes, scores, offsets)));
        return new Detections(regions, clock.Time(Stage.Suppression, () => NonMaximumSuppression.Apply(claims, overlap: 0.4f)));
    }

    public override void Dispose() => _network.Dispose();

    /// <summary>The regions that the network proposes, those that overlap much once.</summary>
    private static List<Box> Propose(FasterRcnn.Session session, float[] features)
    {
        const int Before = 600, Most = 2 * CellFeatures.Regions;
        var (objectness, offsets) = (new float[AnchorCount], new float[4 * AnchorCount]);
        session.Propose(features, objectness, offsets);
        var surest = Enumerable.Range(0, AnchorCount).OrderByDescending(a => objectness[a]).Take(Before);
        DetectedBox[] claims = [.. surest.Select(a => new DetectedBox(BoxOffsets.Read(offsets, a, AnchorCount).From(s_anchors[a]).Intersect(Whole), 0, objectness[a]))];
        return [.. NonMaximumSuppression.Apply([.. claims.Where(c => c.Box is { Width: >= 6, Height: >= 6 })], overlap: 0.7f, most: Most).Select(c => c.Box)];
    }

    /// <summary>What anchors are to say: half of those that count show something, at most.</summary>
    private static void WriteAnchors(Box[] boxes, ref RandomStream random, Span<float> labels, Span<float> offsets)
    {
        var matches = BoxMatch.Of(s_anchors, boxes);
        var sides = BoxMatch.Label(matches, boxes.Length, positive: 0.6f);
        var all = Enumerable.Range(0, AnchorCount);
        var positive = BoxMatch.Draw(all.Where(a => sides[a] > 0), FasterRcnn.DrawnAnchors / 2, ref random);
        labels.Clear();
        offsets.Clear();
        foreach (var a in positive)
        {
            labels[a] = 1;
            BoxOffsets.Of(boxes[matches[a].Index], s_anchors[a]).Write(offsets, a, AnchorCount);
        }
        foreach (var a in BoxMatch.Draw(all.Where(a => sides[a] < 0), FasterRcnn.DrawnAnchors - positive.Count, ref random))
            labels[a] = -1;
    }
}
