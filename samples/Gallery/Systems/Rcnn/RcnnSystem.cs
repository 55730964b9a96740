using System.Diagnostics;
using Gallery.Data;
using Gallery.Pictures;
using Gallery.Running;
using Gallery.Vision;
using NetCompiler.Detection;
using NetCompiler.Training;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Rcnn;

/// <summary>Cells in photographs of blood, by the three generations of detectors that look at proposals.</summary>
internal sealed class RcnnSystem : ISystem
{
    public int Number => 12;

    public string Name => "rcnn";

    public string Title => "R-CNN, Fast R-CNN, Faster R-CNN";

    public string Shows =>
        "Detectors of two stages, which judge proposals: first with a network that looks at each of them by itself, then with one that looks at "
        + "the picture once and cuts the proposals out of what it sees, at last with one that also makes the proposals.";

    public SystemResult Run(SystemContext context)
    {
        var (train, test) = BloodCells.Load(context.Data, CellFeatures.Width, CellFeatures.Height, context.Size(120, 8), context.Size(60, 4));
        var proposals = new SelectiveProposals(context.Threads);
        var clock = Stopwatch.StartNew();
        proposals.Prepare(train, context.CancellationToken);
        var searching = clock.Elapsed.TotalSeconds;
        context.Say($"selective search: {train.Average(p => proposals.Of(p).Boxes.Count):F0} proposals a picture, {searching:F1} s");
        List<Outcome> outcomes = [];
        foreach (var make in (Func<IGeneration>[])[() => new RegionGeneration(proposals, context), () => new FastGeneration(proposals, context), () => new FasterGeneration(context)])
        {
            using var generation = make();
            outcomes.Add(Try(generation, train, test));
            context.Say($"{generation.Name}: mAP {outcomes[^1].Precision.Value:F3}, {outcomes[^1].Clock.Sum / test.Count:F1} ms a picture");
        }
        return new SystemResult(
            [
                .. outcomes.Reverse<Outcome>().Select(o => new Score($"mAP@0.5, {o.Name}", o.Precision.Value, "F3")),
                .. outcomes.Select(o => new Score($"milliseconds a picture, {o.Name}", o.Clock.Sum / test.Count, "F1")),
            ],
            [Precision(outcomes, test), Times(outcomes, test.Count), .. Found(outcomes, test)]);
    }

    private static Outcome Try(IGeneration generation, IReadOnlyList<DetectionSample> train, IReadOnlyList<DetectionSample> test)
    {
        var training = Stopwatch.StartNew();
        var history = generation.Train(train);
        training.Stop();
        // The first picture pays for what is made once.
        generation.Detect(test[0], new StageTimes());
        var outcome = new Outcome(generation.Name, history, training.Elapsed.TotalSeconds);
        foreach (var picture in test)
        {
            outcome.Found.Add(generation.Detect(picture, outcome.Clock));
            outcome.Precision.Add([.. outcome.Found[^1].Found], [.. picture.Boxes.Zip(picture.Classes, (box, kind) => new LabelledBox(box, kind))]);
        }
        return outcome;
    }

    private static ReportSection Precision(List<Outcome> outcomes, IReadOnlyList<DetectionSample> test)
    {
        var table = new DataTable(["Generation", .. BloodCells.Names, "mAP@0.5", "Proposals a picture", "Cells proposed", "Training"]);
        foreach (var o in outcomes)
        {
            var proposed = test.SelectMany((p, i) => BoxMatch.Of(p.Boxes, o.Found[i].Proposals)).Average(m => m.Overlap >= 0.5f ? 1 : 0);
            table.AddRow(
            [
                o.Name, .. BloodCells.Names.Select((_, c) => Invariant($"{o.Precision.Of(c):F3}")), Invariant($"{o.Precision.Value:F3}"),
                Invariant($"{o.Found.Average(f => f.Proposals.Count):F0}"), Invariant($"{100 * proposed:F1}%"), Invariant($"{o.Training:F0} s"),
            ]);
        }
        return new ReportSection("How well", "Average precision by kind of cell, from an IoU of 0.5 on, on pictures that were not learned from; and the part of the cells that a proposal overlaps as much, without which there is nothing to be found.").Add(table);
    }

    private static ReportSection Times(List<Outcome> outcomes, int pictures)
    {
        var table = new DataTable(["Generation", .. Enum.GetNames<Stage>(), "Sum"]);
        foreach (var o in outcomes)
            table.AddRow([o.Name, .. Enum.GetValues<Stage>().Select(s => Invariant($"{o.Clock[s] / pictures:F2} ms")), Invariant($"{o.Clock.Sum / pictures:F1} ms")]);
        return new ReportSection("How fast", "Milliseconds a picture. Fast R-CNN computes features once rather than for each proposal; Faster R-CNN finds proposals in them.").Add(table);
    }

    private static IEnumerable<ReportSection> Found(List<Outcome> outcomes, IReadOnlyList<DetectionSample> test)
    {
        foreach (var o in outcomes)
        {
            yield return new ReportSection(o.Name).Add(new ImageGrid { CellWidth = 400, Pictures = [.. test.Take(3).SelectMany((p, i) => Pair(o, p, o.Found[i]))] });
        }
    }

    private static IEnumerable<Picture> Pair(Outcome o, DetectionSample picture, Detections detections)
    {
        var useful = detections.Proposals.Where(b => picture.Boxes.Any(t => t.IntersectionOverUnion(b) >= 0.5f)).ToList();
        var sure = detections.Found.Where(d => d.Score > (o.Name == "R-CNN" ? -0.2f : 0.4f)).ToList();
        yield return new Picture(BoxPainter.Draw(picture.Image, useful.Select(b => (b, 3))), "Proposals")
        { Caption = Invariant($"{detections.Proposals.Count} proposals, {useful.Count} near a cell") };
        yield return new Picture(BoxPainter.Draw(picture.Image, sure.Select(d => (d.Box, d.Class))), "Cells that were found")
        { Caption = Invariant($"{sure.Count} found, {picture.Boxes.Count} annotated") };
    }

    private sealed record Outcome(string Name, History History, double Training)
    {
        public StageTimes Clock { get; } = new();
        public List<Detections> Found { get; } = [];
        public MeanAveragePrecision Precision { get; } = new(CellFeatures.Kinds);
    }
}
